/* digest_set.c - many digests in little memory
 * SPDX-License-Identifier: ISC
 *
 * An array for each first byte: what growing and sorting need beside the
 * digests themselves is then small too. */
#include "digest_set.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "log.h"

enum { SHARDS = 256, ROOM_FIRST = 8 };

struct shard {
	unsigned char *bytes;
	size_t count, room; /* digests */
	bool sorted;	    /* and each there once */
};

struct digest_set {
	struct shard shards[ALGORITHM_COUNT][SHARDS];
};

static void release(void *resource)
{
	struct digest_set *set = resource;

	for (int algorithm = 0; algorithm < ALGORITHM_COUNT; algorithm++)
		for (int i = 0; i < SHARDS; i++)
			free(set->shards[algorithm][i].bytes);
}

struct digest_set *digest_set_new(struct arena *arena)
{
	struct digest_set *set = arena_alloc(arena, sizeof(*set));

	arena_defer(arena, release, set);
	return set;
}

static int by_32_bytes(const void *a, const void *b)
{
	return memcmp(a, b, 32);
}

static int by_64_bytes(const void *a, const void *b)
{
	return memcmp(a, b, 64);
}

static int (*order(size_t bytes))(const void *, const void *)
{
	return bytes == 32 ? by_32_bytes : by_64_bytes;
}

static void sort(struct shard *shard, size_t bytes)
{
	size_t kept = 0;

	if (shard->sorted || !shard->count)
		return;
	qsort(shard->bytes, shard->count, bytes, order(bytes));
	for (size_t i = 1; i < shard->count; i++) {
		const unsigned char *next = shard->bytes + i * bytes;

		if (memcmp(shard->bytes + kept * bytes, next, bytes) != 0)
			memmove(shard->bytes + ++kept * bytes, next, bytes);
	}
	shard->count = kept + 1;
	shard->sorted = true;
}

/* Before it grows, what is there twice goes. */
static void make_room(struct shard *shard, size_t bytes)
{
	sort(shard, bytes);
	if (shard->count < shard->room - shard->room / 4)
		return;
	shard->room = shard->room ? shard->room + shard->room / 2 : ROOM_FIRST;
	shard->bytes = reallocarray(shard->bytes, shard->room, bytes);
	if (!shard->bytes) {
		log_line("out of memory");
		_exit(1);
	}
}

static void add(struct shard *shard, const unsigned char *digest, size_t bytes)
{
	if (shard->count == shard->room)
		make_room(shard, bytes);
	memcpy(shard->bytes + shard->count++ * bytes, digest, bytes);
	shard->sorted = false;
}

void digest_set_add(struct digest_set *set, const struct digest *digest)
{
	unsigned char raw[DIGEST_BYTES_MAX];

	digest_to_bytes(digest, raw);
	add(&set->shards[digest->algorithm][raw[0]], raw, algorithm_bytes(digest->algorithm));
}

bool digest_set_has(struct digest_set *set, const struct digest *digest)
{
	size_t bytes = algorithm_bytes(digest->algorithm);
	unsigned char raw[DIGEST_BYTES_MAX];
	struct shard *shard;

	digest_to_bytes(digest, raw);
	shard = &set->shards[digest->algorithm][raw[0]];
	sort(shard, bytes);
	return shard->count && bsearch(raw, shard->bytes, shard->count, bytes, order(bytes));
}

void digest_set_join(struct digest_set *set, const struct digest_set *other)
{
	for (enum algorithm algorithm = 0; algorithm < ALGORITHM_COUNT; algorithm++) {
		size_t bytes = algorithm_bytes(algorithm);

		for (int i = 0; i < SHARDS; i++) {
			const struct shard *from = &other->shards[algorithm][i];

			for (size_t j = 0; j < from->count; j++)
				add(&set->shards[algorithm][i], from->bytes + j * bytes, bytes);
		}
	}
}

void digest_set_clear(struct digest_set *set)
{
	for (int algorithm = 0; algorithm < ALGORITHM_COUNT; algorithm++)
		for (int i = 0; i < SHARDS; i++)
			set->shards[algorithm][i].count = 0;
}

size_t digest_set_memory(const struct digest_set *set)
{
	size_t memory = sizeof(*set);

	for (enum algorithm algorithm = 0; algorithm < ALGORITHM_COUNT; algorithm++)
		for (int i = 0; i < SHARDS; i++)
			memory += set->shards[algorithm][i].room * algorithm_bytes(algorithm);
	return memory;
}
