/* lock_order.c - can those who wait for locks wait for one another?
 * SPDX-License-Identifier: ISC
 *
 * Every operation is a row of locks that it takes and lets go of: a session, the
 * repositories A and B, two shards.  All combinations of four run at once, and
 * can be killed at any moment.  Lost is a state in which nobody can go on: the
 * kernel would not tell. */
#include "explorer.h"

enum lock { SESSION, A, B, SHARD1, SHARD2, LOCKS };
enum how { SHARED, EXCLUSIVE, TRY, RELEASE }; /* TRY: exclusively, or not at all */
enum { TOGETHER = 4, STEPS_MOST = 12, OPERATIONS_MOST = 24 };

struct taking {
	enum lock lock;
	enum how how;
};

#define RELEASE_ALL              \
	{                        \
		SESSION, RELEASE \
	}

struct operation {
	const char *name;
	bool goes_on; /* after a lock that it could not have */
	int count;
	struct taking steps[STEPS_MOST];
};

static const struct operation operations[] = {
	{ "completion in A",
	  false,
	  4,
	  { { SESSION, TRY }, { A, SHARED }, { SHARD1, SHARED }, RELEASE_ALL } },
	{ "completion in B",
	  false,
	  4,
	  { { SESSION, TRY }, { B, SHARED }, { SHARD1, SHARED }, RELEASE_ALL } },
	{ "mount into B", false, 3, { { B, SHARED }, { SHARD1, SHARED }, RELEASE_ALL } },
	{ "manifest in A",
	  false,
	  4,
	  { { A, EXCLUSIVE }, { SHARD1, SHARED }, { SHARD2, SHARED }, RELEASE_ALL } },
	{ "manifest in B",
	  false,
	  4,
	  { { B, EXCLUSIVE }, { SHARD1, SHARED }, { SHARD2, SHARED }, RELEASE_ALL } },
	{ "delete in A", false, 2, { { A, EXCLUSIVE }, RELEASE_ALL } },
	{ "expiry", false, 2, { { SESSION, TRY }, RELEASE_ALL } },
	{ "collector's barrier",
	  false,
	  8,
	  { { SHARD1, EXCLUSIVE },
	    RELEASE_ALL,
	    { SHARD2, EXCLUSIVE },
	    RELEASE_ALL,
	    { A, EXCLUSIVE },
	    RELEASE_ALL,
	    { B, EXCLUSIVE },
	    RELEASE_ALL } },
	{ "collector's work",
	  true,
	  8,
	  { { A, EXCLUSIVE },
	    RELEASE_ALL,
	    { B, EXCLUSIVE },
	    RELEASE_ALL,
	    { SHARD1, EXCLUSIVE },
	    RELEASE_ALL,
	    { SHARD2, TRY },
	    RELEASE_ALL } },
	{ "repair of A", false, 2, { { A, EXCLUSIVE }, RELEASE_ALL } },
};

/* What the rules forbid, and with what it ends in a deadlock. */
static const struct operation forbidden[] = {
	{ "a lock made exclusive", false, 3, { { A, SHARED }, { A, EXCLUSIVE }, RELEASE_ALL } },
	{ "B, then A",
	  false,
	  4,
	  { { B, EXCLUSIVE }, { A, EXCLUSIVE }, { SHARD1, SHARED }, RELEASE_ALL } },
	{ "A, then B",
	  false,
	  4,
	  { { A, EXCLUSIVE }, { B, EXCLUSIVE }, { SHARD1, SHARED }, RELEASE_ALL } },
	{ "a shard, then A", false, 3, { { SHARD1, EXCLUSIVE }, { A, EXCLUSIVE }, RELEASE_ALL } },
	{ "shards falling",
	  false,
	  4,
	  { { B, SHARED }, { SHARD2, EXCLUSIVE }, { SHARD1, EXCLUSIVE }, RELEASE_ALL } },
	{ "shards rising, exclusively",
	  false,
	  4,
	  { { A, SHARED }, { SHARD1, EXCLUSIVE }, { SHARD2, EXCLUSIVE }, RELEASE_ALL } },
	{ "A, then a session",
	  false,
	  3,
	  { { A, EXCLUSIVE }, { SESSION, EXCLUSIVE }, RELEASE_ALL } },
	{ "a session that is waited for",
	  false,
	  4,
	  { { SESSION, EXCLUSIVE }, { A, SHARED }, { SHARD1, SHARED }, RELEASE_ALL } },
};

struct state {
	uint8_t at[TOGETHER];
	uint8_t shared[LOCKS], exclusive[LOCKS]; /* who: bits */
};

static struct {
	const struct operation *operations[TOGETHER];
	int count;
} world;

static void release(struct state *state, uint8_t who)
{
	for (int i = 0; i < LOCKS; i++) {
		state->shared[i] &= (uint8_t)~who;
		state->exclusive[i] &= (uint8_t)~who;
	}
}

static bool is_free(const struct state *state, const struct taking *taking, uint8_t who)
{
	uint8_t others = (uint8_t)~who;

	return !(state->exclusive[taking->lock] & others) &&
	       (taking->how == SHARED || !(state->shared[taking->lock] & others));
}

/* What becomes of operation i in its next step; false if it has to wait. */
static bool move(struct state *state, int i)
{
	const struct operation *operation = world.operations[i];
	const struct taking *taking = &operation->steps[state->at[i]];
	uint8_t who = (uint8_t)(1 << i);

	if (taking->how == RELEASE) {
		release(state, who);
	} else if (is_free(state, taking, who)) {
		*(taking->how == SHARED ? &state->shared[taking->lock]
					: &state->exclusive[taking->lock]) |= who;
	} else if (taking->how != TRY) {
		return false;
	} else if (!operation->goes_on) {
		release(state, who);
		state->at[i] = (uint8_t)operation->count;
		return true;
	}
	state->at[i]++;
	return true;
}

static void look(struct explorer *explorer, const void *of)
{
	const struct state *state = of;
	bool waiting = false, moving = false;

	for (int i = 0; i < world.count; i++) {
		struct state next = *state;

		if (state->at[i] == world.operations[i]->count)
			continue;
		if (move(&next, i)) {
			moving = true;
			reach(explorer, &next, world.operations[i]->name);
		} else {
			waiting = true;
		}
		next = *state;
		release(&next, (uint8_t)(1 << i));
		next.at[i] = (uint8_t)world.operations[i]->count;
		reach(explorer, &next, "killed");
	}
	if (waiting && !moving)
		lose(explorer, "nobody can go on");
}

static size_t run(struct explorer *explorer)
{
	const struct state first = { .at = { 0 } };

	explore(explorer, sizeof(first), &first, look);
	return explorer->loss_count;
}

enum {
	COUNT = sizeof(operations) / sizeof(*operations),
	FORBIDDEN = sizeof(forbidden) / sizeof(*forbidden)
};

/* Every four of them, the same one several times included. */
static void test_allowed(void)
{
	unsigned long states = 0, sets = 0, dead = 0;

	world.count = TOGETHER;
	for (int i = 0; i < COUNT * COUNT * COUNT * COUNT; i++) {
		const int chosen[] = { i % COUNT, i / COUNT % COUNT, i / COUNT / COUNT % COUNT,
				       i / COUNT / COUNT / COUNT };
		struct explorer explorer;

		if (chosen[0] > chosen[1] || chosen[1] > chosen[2] || chosen[2] > chosen[3])
			continue;
		for (int j = 0; j < TOGETHER; j++)
			world.operations[j] = &operations[chosen[j]];
		dead += run(&explorer) != 0;
		states += explorer.count;
		sets++;
		explorer_free(&explorer);
	}
	ok(!dead, "no four wait for one another (%lu sets, %lu states)", sets, states);
}

/* Each of these, with some other operation or with another of its kind. */
static void test_forbidden(void)
{
	for (int i = 0; i < FORBIDDEN; i++) {
		size_t dead = 0;

		world.count = 3;
		world.operations[0] = &forbidden[i];
		world.operations[1] = &operations[3];
		for (int j = 0; j < COUNT + FORBIDDEN; j++) {
			struct explorer explorer;

			world.operations[2] = j < COUNT ? &operations[j] : &forbidden[j - COUNT];
			dead += run(&explorer);
			explorer_free(&explorer);
		}
		ok(dead > 0, "%s: a deadlock is found", forbidden[i].name);
	}
}

int main(void)
{
	test_allowed();
	test_forbidden();
	return done_testing();
}
