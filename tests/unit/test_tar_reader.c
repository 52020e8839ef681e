/* test_tar_reader.c - tar_reader.h
 * SPDX-License-Identifier: ISC */
#include "tar_reader.h"

#include <inttypes.h>

#include "arena.h"
#include "tap.h"
#include "tar_build.h"
#include "text.h"

static const char *const ends_early = "the archive ends within an entry";
static const char *const no_number = "a header has a number that is none";
static const char *const no_size = "a header has a negative size";
static const char *const no_header = "a header has a wrong checksum, or is none";
static const char *const too_large = "an extended header or long name is larger than 1 MiB";

static struct arena arena;
static struct text story;       /* what the listener was told */
static bool in_content;
static uint64_t content_length; /* in all */

static void hear_entry(void *context, const struct tar_entry *entry)
{
	struct text *text = context;

	text_add_format(text, "(%c %s", entry->typeflag ? entry->typeflag : '-', entry->name);
	if (*entry->linkname)
		text_add_format(text, " -> %s", entry->linkname);
	text_add_format(text, " %" PRId64, entry->size);
	for (size_t i = 0; i < entry->xattr_count; i++)
		text_add_format(text, " %s=%s", entry->xattrs[i].key, entry->xattrs[i].value);
}

static void hear_content(void *context, const void *bytes, size_t length)
{
	struct text *text = context;

	content_length += length;
	if (text->length > 100000)
		return;
	text_add(text, in_content ? "" : ": ");
	text_add_bytes(text, bytes, length);
	in_content = true;
}

static void hear_end(void *context)
{
	text_add(context, ")");
	in_content = false;
}

/* Read the archive in pieces; what is wrong with it, or NULL. */
static const char *read_tar(size_t length, size_t piece)
{
	const struct tar_listener listener = { hear_entry, hear_content, hear_end, &story };
	struct tar_reader *reader = tar_reader_begin(&arena, &listener);
	const char *reason;

	text_init(&story, &arena);
	in_content = false;
	content_length = 0;
	for (size_t at = 0; at < length; at += piece)
		tar_reader_add(reader, tar + at, length - at < piece ? length - at : piece);
	reason = tar_reader_end(reader);
	return reason;
}

/* However it comes, the archive is told of alike; which is forgotten then. */
static void tells(const char *wanted, const char *wanted_reason, const char *name)
{
	static const size_t pieces[] = { 1, 7, 511, 512, 513, 4096, 1 << 20 };

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		is_text(read_tar(tar_length, pieces[i]), wanted_reason, name);
		is_text(story.bytes, wanted, "is told of");
	}
	tar_empty();
	arena_reset(&arena);
}

static void test_entries(void)
{
	tells("", NULL, "no byte at all");
	tar_end();
	tells("", NULL, "no entry");
	tar_blocks(512);
	tells("", NULL, "half an end");
	tar_end();
	tar_content("junk after the end", 18);
	tells("", NULL, "something after the end");

	tar_add('0', "a", "x");
	tar_add('\0', "b", "");
	tar_add('7', "c", "contiguous");
	tar_add('Q', "d", "of a kind not heard of");
	tells("(0 a 1: x)(- b 0)(7 c 10: contiguous)(Q d 22: of a kind not heard of)", NULL,
	      "files, and no end");

	tar_header('5', "dir/", 0);
	tar_set(tar_header('1', "hard", 0), 157, "a");
	tar_set(tar_header('2', "symbolic", 0), 157, "/x");
	tar_header('3', "character", 0);
	tar_header('4', "block", 0);
	tar_header('6', "fifo", 0);
	tar_end();
	tells("(5 dir/ 0)(1 hard -> a 0)(2 symbolic -> /x 0)(3 character 0)(4 block 0)(6 fifo 0)",
	      NULL, "what has no content");

	for (char typeflag = '1'; typeflag <= '6'; typeflag++)
		tar_header(typeflag, "n", 1000);
	tar_end();
	tells("(1 n 1000)(2 n 1000)(3 n 1000)(4 n 1000)(5 n 1000)(6 n 1000)", NULL,
	      "and has none when it states a size");
}

static void test_extensions(void)
{
	static const char *const path[] = { "path=pax", "linkpath=to" };
	static const char *const size[] = { "size=3" };
	static const char *const xattr[] = { "SCHILY.xattr.b=2", "SCHILY.xattr.a=1" };

	tar_add_pax('x', path, 2);
	tar_add('0', "a", "x");
	tar_add('0', "b", "");
	tells("(0 pax -> to 1: x)(0 b 0)", NULL, "pax for one entry");
	tar_add_pax('x', size, 1);
	tar_header('0', "a", 0);
	tar_content("xyz", 3);
	tar_end();
	tells("(0 a 3: xyz)", NULL, "a size that the header lacks");
	tar_add_pax('x', xattr, 2);
	tar_add_pax('x', path, 1);
	tar_add('0', "a", "");
	tells("(0 pax 0)", NULL, "the last of two counts alone");
	tar_add_pax('x', xattr, 0);
	tar_add('0', "a", "");
	tells("(0 a 0)", NULL, "an empty one");

	tar_content("", 0);
	tar_add('L', "././@LongLink", "long name");
	tar_add('K', "././@LongLink", "long link");
	tar_add('2', "a", "");
	tar_add('0', "b", "");
	tells("(2 long name -> long link 0)(0 b 0)", NULL, "GNU's long names");
	tar_add('L', "././@LongLink", "first");
	tar_add('L', "././@LongLink", "second");
	tar_add_pax('x', path, 2);
	tar_add('0', "a", "");
	tells("(0 second -> to 0)", NULL, "the last of them, and before pax's");
	tar_header('L', "././@LongLink", 10);
	tar_content("name\0more\0", 10);
	tar_add('0', "a", "");
	tells("(0 name 0)", NULL, "up to its NUL");
	tar_header('L', "././@LongLink", 0);
	tar_add('0', "a", "");
	tells("(0  0)", NULL, "an empty name");

	tar_add_pax('g', path, 1);
	tar_add('0', "a", "");
	tells("(g pax 12: 12 path=pax\n)(0 a 0)", NULL, "pax for all is an entry");
}

static void test_sparse(void)
{
	static const char *const sparse[] = { "GNU.sparse.major=1", "GNU.sparse.name=n" };
	char map[512] = "map";

	tar_add('S', "a", "data");
	tells("(S a 4: data)", NULL, "a sparse file");
	tar_set(tar_header('S', "a", 4), 482, "\1");
	map[504] = 1;
	tar_content(map, 512);
	map[504] = 0;
	tar_content(map, 512);
	tar_content("data", 4);
	tar_add('0', "b", "");
	is_text(read_tar(tar_length, 100), NULL, "one whose map goes on");
	is_number((long long)content_length, 1028, "has the rest of it in its content");
	ok(strncmp(story.bytes, "(S a 4: map", 11) == 0, "before its data");
	is_text(story.bytes + story.length - 12, "data)(0 b 0)", "and ends where it should");
	tar_empty();
	tar_set(tar_header('S', "a", 0), 482, "\1");
	tar_content(map, 512);
	tar_add('0', "b", "");
	is_text(read_tar(tar_length, 512), NULL, "one that is all hole");
	is_text(story.bytes + story.length - 8, ")(0 b 0)", "is no more than its map");
	tar_empty();
	tar_add_pax('x', sparse, 2);
	tar_add('0', "GNUSparseFile.0/n", "1\n0\n1\nx");
	tells("(0 GNUSparseFile.0/n 7: 1\n0\n1\nx)", NULL, "pax's, as it stands there");
}

static void test_bad(void)
{
	static const char *const path[] = { "path=pax" };
	static const char *const below[] = { "size=-1" };

	tar_content("This is no archive.", 19);
	tells("", no_header, "no archive");
	tar_content("short", 5);
	tar_length = 5;
	tells("", ends_early, "less than a header");
	tar_add('0', "a", "x");
	tar_content("junk", 4);
	tells("(0 a 1: x)", no_header, "junk after an entry");
	tar_blocks(512);
	tar_add('0', "a", "x");
	tells("", "a block of zeros stands between entries", "an end that is none");
	tar_header('0', "a", 512);
	tar_end();
	tar_length -= 1024;
	tells("(0 a 512", ends_early, "no content");
	tar_add_pax('x', path, 1);
	tells("", ends_early, "an extended header without an entry");
	tar_add('L', "././@LongLink", "name");
	tar_end();
	tells("", "an extended header or long name precedes no entry", "a long name at the end");
	tar_add('x', "pax", "9 path=n\n9 path\n");
	tar_add('0', "a", "x");
	tells("", "an extended header has a record that is none", "a broken extended header");
	tar_add_pax('x', below, 1);
	tar_add('0', "a", "x");
	tells("", "an extended header has a negative size", "less than no content");
}

/* Every part of an archive, but for whole entries, is none. */
static void test_every_cut(void)
{
	static const char *const path[] = { "path=pax", "SCHILY.xattr.a=1" };
	size_t ends[8], count = 0, bad = 0;

	ends[count++] = 0;
	tar_add('0', "a", "x");
	ends[count++] = tar_length;
	tar_add_pax('x', path, 2);
	tar_add('L', "././@LongLink", "long name");
	tar_add('K', "././@LongLink", "long link");
	tar_add('0', "b", "content");
	ends[count++] = tar_length;
	tar_header('5', "c", 0);
	ends[count++] = tar_length;
	tar_set(tar_header('S', "a", 4), 482, "\1");
	tar_blocks(512);
	tar_content("data", 4);
	ends[count++] = tar_length;
	ends[count++] = tar_length + 512;
	tar_end();
	for (size_t length = 0; length < tar_length; length++) {
		const char *reason = read_tar(length, 1000);
		bool whole = false;

		for (size_t i = 0; i < count; i++)
			whole |= length == ends[i];
		bad += whole ? reason != NULL : !reason || strcmp(reason, ends_early) != 0;
		arena_reset(&arena);
	}
	is_number((long long)bad, 0, "an archive cut at every byte");
	is_text(read_tar(tar_length, 1000), NULL, "and not cut");
	tar_empty();
}

/* Numbers of bytes that are not there, or too many to keep. */
static void test_sizes(void)
{
	const struct {
		char typeflag;
		const char *size; /* as it stands in the header */
		const char *reason;
	} cases[] = {
		{ '0', "77777777777", ends_early },
		{ '0', "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", ends_early },
		{ '0', "\x80\0\0\0\x80\0\0\0\0\0\0\0", no_number },
		{ '0', "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe\0", no_size },
		{ 'x', "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", no_size },
		{ 'x', "00004000000", ends_early },
		{ 'x', "00004000001", too_large },
		{ 'L', "00004000001", too_large },
		{ 'K', "77777777777", too_large },
		{ 'L', "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", too_large },
		{ 'g', "77777777777", ends_early },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned char *header = tar_header(cases[i].typeflag, "a", 0);

		memcpy(header + 124, cases[i].size, 12);
		tar_sum(header);
		tar_blocks(100000);
		is_text(read_tar(tar_length, 4096), cases[i].reason, "a size");
		tar_empty();
		arena_reset(&arena);
	}
}

/* The largest, of each kind. */
static void test_largest(void)
{
	for (const char *kind = "LKx"; *kind; kind++) {
		size_t told = *kind == 'x' ? 7 : (*kind == 'K' ? 11 : 6) + (1 << 20);
		unsigned char *bytes;

		tar_header(*kind, "a", 1 << 20);
		bytes = tar_blocks(1 << 20);
		memset(bytes, 'n', 1 << 20);
		memcpy(bytes, "1048576 ", 8);
		memcpy(bytes + 8, "comment=", 8);
		bytes[(1 << 20) - 1] = *kind == 'x' ? '\n' : 'n';
		tar_add('0', "b", "");
		is_text(read_tar(tar_length, 4096), NULL, "as large as may be");
		is_number((long long)story.length, (long long)told, "all of it");
		tar_empty();
		arena_reset(&arena);
	}
}

int main(void)
{
	arena_init(&arena);
	test_entries();
	test_extensions();
	test_sparse();
	test_bad();
	arena_reset(&arena);
	test_every_cut();
	test_sizes();
	test_largest();
	arena_reset(&arena);
	return done_testing();
}
