/* tarsum_list.c - the sums of a tar's entries, and their order
 * SPDX-License-Identifier: ISC */
#include "tarsum_list.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "hash.h"

enum { BLOCK_ITEMS = 4096, BLOCKS_MAX = (TARSUM_ENTRIES_MAX + BLOCK_ITEMS - 1) / BLOCK_ITEMS };

/* In blocks, for they cannot move: the arena never frees. */
struct tarsum_list {
	struct arena *arena;
	uint32_t count;
	struct tarsum_item *blocks[BLOCKS_MAX];
};

struct tarsum_list *tarsum_list_begin(struct arena *arena)
{
	struct tarsum_list *list = arena_alloc(arena, sizeof(*list));

	list->arena = arena;
	return list;
}

static struct tarsum_item *item(const struct tarsum_list *list, uint32_t index)
{
	return &list->blocks[index / BLOCK_ITEMS][index % BLOCK_ITEMS];
}

struct tarsum_item *tarsum_list_add(struct tarsum_list *list)
{
	struct tarsum_item **block = &list->blocks[list->count / BLOCK_ITEMS];

	if (list->count == TARSUM_ENTRIES_MAX)
		return NULL;
	if (!*block)
		*block = arena_alloc(list->arena, BLOCK_ITEMS * sizeof(**block));
	return item(list, list->count++);
}

static int compare(const unsigned char *a, const unsigned char *b)
{
	return memcmp(a, b, sizeof(((struct tarsum_item *)0)->sum));
}

static int by_path(const void *a, const void *b, void *list)
{
	uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;
	int order = compare(item(list, first)->path, item(list, second)->path);

	return order ? order : (first > second) - (first < second);
}

static int by_path_and_sum(const void *a, const void *b, void *list)
{
	const struct tarsum_item *first = item(list, *(const uint32_t *)a);
	const struct tarsum_item *second = item(list, *(const uint32_t *)b);
	int order = compare(first->path, second->path);

	return order ? order : compare(first->sum, second->sum);
}

static uint32_t *sorted(struct tarsum_list *list,
			int (*order)(const void *a, const void *b, void *list))
{
	uint32_t *indices = arena_alloc(list->arena, list->count * sizeof(*indices));

	for (uint32_t i = 0; i < list->count; i++)
		indices[i] = i;
	qsort_r(indices, list->count, sizeof(*indices), order, list);
	return indices;
}

/* Let the n-th item of each path stand where the n-th least sum of that path
 * does.  Paths have been told apart then, and make room for it. */
static uint32_t *in_order(struct tarsum_list *list)
{
	uint32_t *came = sorted(list, by_path);
	const uint32_t *least = sorted(list, by_path_and_sum);

	for (uint32_t i = 0; i < list->count; i++)
		memcpy(item(list, came[i])->path, item(list, least[i])->sum,
		       sizeof(item(list, 0)->path));
	qsort_r(came, list->count, sizeof(*came), by_path, list);
	return came;
}

void tarsum_list_digest(struct tarsum_list *list, struct digest *digest)
{
	struct hash *hash = hash_begin(list->arena, SHA256);
	const uint32_t *order = in_order(list);

	for (uint32_t i = 0; i < list->count; i++) {
		digest_from_bytes(digest, SHA256, item(list, order[i])->sum);
		hash_add(hash, digest_hex(digest), 2 * sizeof(item(list, 0)->sum));
	}
	hash_digest(hash, digest);
}
