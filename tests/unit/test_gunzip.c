/* test_gunzip.c - gunzip.h
 * SPDX-License-Identifier: ISC */
#include "gunzip.h"

#include <stdlib.h>
#include <zlib.h>

#include "arena.h"
#include "tap.h"
#include "text.h"

static const char *const damaged = "the gzip data is damaged, or is none";
static const char *const ends_early = "the gzip data ends too early";
static const char *const too_much = "the gzip data becomes more than a hundred times as large";

static struct arena arena;
static struct text got;    /* the first of what came out */
static size_t got_length;  /* in all */

/* Add `length` bytes, compressed, to `*text`. */
static void add_member(struct text *text, const void *bytes, size_t length)
{
	z_stream stream = { .next_in = (Bytef *)bytes, .avail_in = (uInt)length };
	char *out;
	size_t room;

	deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 9, Z_DEFAULT_STRATEGY);
	room = deflateBound(&stream, length);
	out = malloc(room);
	stream.next_out = (Bytef *)out;
	stream.avail_out = (uInt)room;
	deflate(&stream, Z_FINISH);
	text_add_bytes(text, out, room - stream.avail_out);
	deflateEnd(&stream);
	free(out);
}

/* Undo it in pieces, into room for so much; what is wrong, or NULL. */
static const char *undo(const char *bytes, size_t length, size_t piece, size_t room)
{
	struct gunzip *gunzip = gunzip_begin(&arena);
	char *out = malloc(room);

	text_init(&got, &arena);
	got_length = 0;
	for (size_t at = 0; at < length && !gunzip_fault(gunzip, false); at += piece) {
		size_t count;

		gunzip_give(gunzip, bytes + at, length - at < piece ? length - at : piece);
		while ((count = gunzip_take(gunzip, out, room)) > 0) {
			got_length += count;
			if (got.length < 100000)
				text_add_bytes(&got, out, count);
		}
	}
	free(out);
	return gunzip_fault(gunzip, true);
}

static void test_members(void)
{
	static const size_t sizes[] = { 1, 2, 3, 10, 100, 1 << 20 };
	static const char *const cases[][3] = {
		{ "hello" }, { "" }, { "one", "two" }, { "", "one", "" }, { "one", "", "two" },
		{ "a much longer text, longer, longer, longer, longer, longer", "and", "more" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text packed, plain;

		text_init(&packed, &arena);
		text_init(&plain, &arena);
		for (size_t j = 0; j < 3 && cases[i][j]; j++) {
			add_member(&packed, cases[i][j], strlen(cases[i][j]));
			text_add(&plain, cases[i][j]);
		}
		ok(gunzip_is_wanted((const unsigned char *)packed.bytes), "known by its beginning");
		for (size_t j = 0; j < sizeof(sizes) / sizeof(sizes[0]); j++) {
			is_text(undo(packed.bytes, packed.length, sizes[j], 100), NULL, "members");
			is_text(got.bytes, plain.bytes, "what they were");
			undo(packed.bytes, packed.length, 100, sizes[j]);
			is_text(got.bytes, plain.bytes, "into any room");
		}
		arena_reset(&arena);
	}
	ok(!gunzip_is_wanted((const unsigned char *)"\x1f\x8c"), "not by one byte of it");
	ok(!gunzip_is_wanted((const unsigned char *)"\x1e\x8b"), "or the other");
}

/* Two members, cut and damaged in every place.  What the header says of time
 * and system is not checked by anything. */
static void test_every_byte(void)
{
	static const char plain[] = "Something to compress, compress, compress and damage.";
	struct text packed;
	size_t first, bad_cuts = 0, unseen = 0;

	text_init(&packed, &arena);
	add_member(&packed, plain, strlen(plain));
	first = packed.length;
	add_member(&packed, plain, strlen(plain));
	for (size_t length = 1; length < packed.length; length++) {
		const char *reason = undo(packed.bytes, length, 10, 100);

		bad_cuts += length == first ? reason != NULL :
			    !reason || strcmp(reason, ends_early) != 0;
	}
	is_number((long long)bad_cuts, 0, "cut anywhere but between members");
	for (size_t i = 0; i < packed.length; i++) {
		size_t place = i % first;

		if (place >= 4 && place <= 9)
			continue;
		packed.bytes[i] = (char)~packed.bytes[i];
		unseen += !undo(packed.bytes, packed.length, 10, 100);
		packed.bytes[i] = (char)~packed.bytes[i];
	}
	is_number((long long)unseen, 0, "damaged anywhere");
	is_text(undo(packed.bytes, packed.length, 10, 100), NULL, "but good as it was");
	text_add(&packed, "junk");
	is_text(undo(packed.bytes, packed.length, 10, 100), damaged, "with something after it");
	is_text(undo("", 0, 1, 1), NULL, "nothing");
	is_text(undo("plain", 5, 10, 100), damaged, "no gzip at all");
	is_text(undo("\x78\x9c\x03\0\0\0\0\1", 8, 10, 100), damaged, "zlib's own format");
	arena_reset(&arena);
}

/* A megabyte, so many times. */
static struct text repeated(const void *megabyte, size_t times)
{
	struct text one, all;

	text_init(&one, &arena);
	text_init(&all, &arena);
	add_member(&one, megabyte, 1 << 20);
	while (times--)
		text_add_bytes(&all, one.bytes, one.length);
	return all;
}

static void test_output(void)
{
	static char zeros[1 << 20], other[1 << 20];
	const size_t most = (size_t)256 << 20;
	struct text packed = repeated(zeros, 256);

	is_text(undo(packed.bytes, packed.length, 4096, 65536), NULL, "256 MiB of zeros");
	ok(got_length == most, "all of them");
	packed = repeated(zeros, 257);
	is_text(undo(packed.bytes, packed.length, 4096, 65536), too_much, "one more is too much");
	ok(got_length <= most, "and does not come");
	for (size_t i = 0; i < sizeof(other); i += 73)
		other[i] = (char)rand();
	packed = repeated(other, 257);
	ok(packed.length > most / 100, "%zu bytes", packed.length);
	is_text(undo(packed.bytes, packed.length, 65536, 65536), NULL, "but not of these");
	ok(got_length > most, "which become less than a hundred times as large");
	arena_reset(&arena);
}

int main(void)
{
	arena_init(&arena);
	test_members();
	test_every_byte();
	test_output();
	return done_testing();
}
