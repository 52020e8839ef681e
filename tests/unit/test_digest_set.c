/* test_digest_set.c - digest_set.h
 * SPDX-License-Identifier: ISC */
#include "digest_set.h"

#include <stdint.h>
#include <stdlib.h>

#include "arena.h"
#include "tap.h"

enum { MANY = 20000 };

/* The i-th digest: neighbours share all bytes but the last two, or, where
 * `spread`, differ in the first. */
static struct digest nth(enum algorithm algorithm, unsigned i, bool spread)
{
	unsigned char raw[DIGEST_BYTES_MAX] = { 0 };
	size_t last = algorithm_bytes(algorithm) - 1;
	struct digest digest;

	raw[spread ? 0 : last] = (unsigned char)i;
	raw[spread ? 1 : last - 1] = (unsigned char)(i >> 8);
	digest_from_bytes(&digest, algorithm, raw);
	return digest;
}

static void test_many(struct arena *arena, enum algorithm algorithm, bool spread)
{
	struct digest_set *set = digest_set_new(arena);
	size_t wrong = 0;

	/* Every second one, from the last down, and each three times. */
	for (unsigned i = 3 * MANY; i-- > 0;) {
		struct digest digest = nth(algorithm, i % MANY & ~1u, spread);

		digest_set_add(set, &digest);
	}
	for (unsigned i = 0; i < MANY; i++) {
		struct digest digest = nth(algorithm, i, spread);

		wrong += digest_set_has(set, &digest) == (i % 2 == 1);
	}
	is_number((long long)wrong, 0, "those that were added, and no others");
	ok(digest_set_memory(set) < MANY * algorithm_bytes(algorithm) + 65536,
	   "in %zu bytes", digest_set_memory(set));
}

static void test_small(struct arena *arena)
{
	struct digest_set *set = digest_set_new(arena), *other = digest_set_new(arena);
	struct digest one = nth(SHA256, 1, true), two = nth(SHA512, 1, true);

	ok(!digest_set_has(set, &one), "an empty set has nothing");
	digest_set_add(set, &one);
	ok(digest_set_has(set, &one) && !digest_set_has(set, &two), "algorithms are told apart");
	digest_set_add(other, &two);
	digest_set_join(set, other);
	ok(digest_set_has(set, &one) && digest_set_has(set, &two), "joined, it has both");
	digest_set_clear(set);
	ok(!digest_set_has(set, &one) && !digest_set_has(set, &two), "cleared, it has none");
	digest_set_add(set, &two);
	ok(!digest_set_has(set, &one) && digest_set_has(set, &two), "and can be used again");
}

int main(void)
{
	struct arena arena;

	arena_init(&arena);
	test_small(&arena);
	for (enum algorithm algorithm = 0; algorithm < ALGORITHM_COUNT; algorithm++) {
		test_many(&arena, algorithm, false);
		test_many(&arena, algorithm, true);
	}
	arena_reset(&arena);
	return done_testing();
}
