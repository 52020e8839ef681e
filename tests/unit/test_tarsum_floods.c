/* test_tarsum_floods.c - tarsum_hash.h, and archives that go on and on
 * SPDX-License-Identifier: ISC */
#include "tarsum_hash.h"

#include <sys/resource.h>

#include "arena.h"
#include "tap.h"
#include "tar_build.h"

static struct arena arena;

/* Bytes of memory that this process ever had at once. */
static long peak(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss * 1024;
}

/* Add the archive again and again, so many bytes of it in all; what is wrong. */
static const char *flood(size_t most)
{
	struct tarsum_hash *hash = tarsum_hash_begin(&arena, TARSUM_V1);
	struct tarsum tarsum;
	const char *wrong;

	for (size_t sent = 0; sent < most; sent += tar_length)
		tarsum_hash_add(hash, tar, tar_length);
	wrong = tarsum_hash_end(hash, &tarsum);
	arena_reset(&arena);
	return wrong;
}

/* What could be kept, and must not be. */
static void test_floods(void)
{
	static const char *const xattr[] = { "SCHILY.xattr.user.a=b" };
	enum { MUCH = 64 << 20 };
	const long before = peak();

	tar_blocks(1 << 20);
	is_text(flood(MUCH), NULL, "zeros after the end");
	tar_empty();
	tar_header('0', "a", MUCH);
	is_text(flood(MUCH / 2), "the archive ends within an entry", "one large file");
	tar_empty();
	for (int i = 0; i < 100; i++) {
		tar_add_pax('x', xattr, 1);
		tar_add('L', "././@LongLink", "long name");
	}
	is_text(flood(MUCH), "the archive ends within an entry", "names for no entry");
	tar_empty();
	tar_header('L', "././@LongLink", 1 << 20);
	memset(tar_blocks(1 << 20), 'n', 1 << 20);
	tar_add('0', "a", "");
	is_text(flood(MUCH), NULL, "names as long as may be");
	tar_empty();
	tar_blocks(1 << 20);
	tar_header('g', "pax", 1 << 20);
	tar_blocks(1 << 20);
	is_text(flood(MUCH), NULL, "entries after the end");
	tar_empty();
	for (int i = 0; i < 1000; i++)
		tar_header('0', "a", 0);
	tar_compress();
	is_text(flood(2 * tar_length), NULL, "entries, compressed");
	tar_empty();
	ok(peak() - before < 24 << 20, "%ld bytes of memory", peak() - before);
}

static void test_most_entries(void)
{
	for (int i = 0; i < 1000; i++)
		tar_header('0', arena_printf(&arena, "%d", i), 0);
	is_text(flood(512000000 + 1), "the archive has more than 1,000,000 entries",
		"a million entries, and a thousand");
	tar_empty();
	arena_reset(&arena);
}

int main(void)
{
	arena_init(&arena);
	test_floods();
	test_most_entries();
	return done_testing();
}
