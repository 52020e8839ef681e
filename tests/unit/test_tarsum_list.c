/* test_tarsum_list.c - tarsum_list.h
 * SPDX-License-Identifier: ISC */
#include "tarsum_list.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "arena.h"
#include "hash.h"
#include "tap.h"

enum { ITEMS_MAX = 6 };

/* An archive: the sum and the path of each entry, a letter each. */
struct archive {
	size_t count;
	char sums[ITEMS_MAX + 1];
	char paths[ITEMS_MAX + 1];
};

static struct arena arena;

static const char *listed(const struct archive *archive)
{
	static struct digest digest;
	struct tarsum_list *list = tarsum_list_begin(&arena);

	for (size_t i = 0; i < archive->count; i++) {
		struct tarsum_item *item = tarsum_list_add(list);

		memset(item->sum, archive->sums[i], sizeof(item->sum));
		memset(item->path, archive->paths[i], sizeof(item->path));
	}
	tarsum_list_digest(list, &digest);
	return digest.text;
}

/* The digest of these sums in this order. */
static const char *of_order(const char *sums)
{
	static struct digest digest;
	struct hash *hash = hash_begin(&arena, SHA256);

	for (; *sums; sums++) {
		for (int i = 0; i < 32; i++) {
			char hex[3];

			snprintf(hex, sizeof(hex), "%02x", (unsigned char)*sums);
			hash_add(hash, hex, 2);
		}
	}
	hash_digest(hash, &digest);
	return digest.text;
}

static void test_cases(void)
{
	static const struct {
		struct archive archive;
		const char *order;
	} cases[] = {
		{ { 0, "", "" }, "" },
		{ { 1, "b", "x" }, "b" },
		{ { 3, "cab", "xyz" }, "abc" },
		{ { 3, "\xc3\x0a\x9f", "xyz" }, "\x0a\x9f\xc3" },
		{ { 2, "ba", "xx" }, "ba" },
		{ { 2, "ab", "xx" }, "ab" },
		{ { 3, "bac", "xxy" }, "bac" },
		{ { 4, "cbda", "xxyz" }, "acbd" },
		/* Another path's sum lies between: the places stay. */
		{ { 3, "cab", "xxy" }, "cba" },
		{ { 3, "bca", "yxx" }, "cba" },
		{ { 6, "fbcade", "xyxyzx" }, "bafdce" },
		{ { 4, "aaaa", "xyxy" }, "aaaa" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_text(listed(&cases[i].archive), of_order(cases[i].order), "an order");
	arena_reset(&arena);
}

/* Docker's comparison of two entries. */
static bool is_before(const struct archive *archive, size_t a, size_t b)
{
	if (archive->paths[a] == archive->paths[b])
		return a < b;
	return archive->sums[a] < archive->sums[b];
}

/* Does this order contradict no comparison? */
static bool agrees(const struct archive *archive, const size_t *order)
{
	for (size_t i = 0; i < archive->count; i++)
		for (size_t j = i + 1; j < archive->count; j++)
			if (is_before(archive, order[j], order[i]))
				return false;
	return true;
}

/* Try the orders of what is left; true, and `sums` is set, if one agrees. */
static bool find_order(const struct archive *archive, size_t *order, size_t from, char *sums)
{
	if (from == archive->count) {
		for (size_t i = 0; i < archive->count; i++)
			sums[i] = archive->sums[order[i]];
		sums[archive->count] = '\0';
		return agrees(archive, order);
	}
	for (size_t i = from; i < archive->count; i++) {
		size_t chosen = order[i];

		order[i] = order[from];
		order[from] = chosen;
		if (find_order(archive, order, from + 1, sums))
			return true;
		order[from] = order[i];
		order[i] = chosen;
	}
	return false;
}

/* Entries of a few paths, with sums that differ. */
static struct archive any_archive(void)
{
	struct archive archive = { .count = (size_t)(rand() % (ITEMS_MAX + 1)) };

	for (size_t i = 0; i < archive.count; i++) {
		size_t other = (size_t)rand() % (i + 1);

		archive.paths[i] = (char)('w' + rand() % 4);
		archive.sums[i] = archive.sums[other];
		archive.sums[other] = (char)('a' + i);
	}
	return archive;
}

/* Wherever docker's comparisons define an order, it is this one. */
static void test_docker(void)
{
	size_t defined = 0, undefined = 0, bad = 0;

	srand(1);
	for (int i = 0; i < 3000; i++) {
		struct archive archive = any_archive();
		size_t order[ITEMS_MAX] = { 0, 1, 2, 3, 4, 5 };
		char sums[ITEMS_MAX + 1];

		if (!find_order(&archive, order, 0, sums)) {
			undefined++;
			continue;
		}
		defined++;
		bad += strcmp(listed(&archive), of_order(sums)) != 0;
		arena_reset(&arena);
	}
	ok(defined > 1000 && undefined > 100, "%zu orders defined, %zu not", defined, undefined);
	is_number((long long)bad, 0, "each that is defined is this one");
}

/* Bytes of memory that this process ever had at once. */
static long peak(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss * 1024;
}

/* The limit, and much memory for its items only. */
static void test_full(void)
{
	struct tarsum_list *list = tarsum_list_begin(&arena);
	struct digest digest;
	struct tarsum_item *item;
	uint32_t count = 0;
	long before = peak();

	while (count < TARSUM_ENTRIES_MAX && (item = tarsum_list_add(list))) {
		memcpy(item->sum, &(uint32_t){ count * 2654435761u }, sizeof(count));
		memcpy(item->path, &(uint32_t){ count % 1000 }, sizeof(count));
		count++;
	}
	is_number(count, TARSUM_ENTRIES_MAX, "as many as there may be");
	ok(!tarsum_list_add(list), "and not one more");
	tarsum_list_digest(list, &digest);
	ok(peak() - before < 112 << 20, "%ld bytes of memory, also to put them in order",
	   peak() - before);
	arena_reset(&arena);
}

int main(void)
{
	arena_init(&arena);
	test_cases();
	test_docker();
	test_full();
	return done_testing();
}
