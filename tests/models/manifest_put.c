/* manifest_put.c - manifest PUTs against runs of the collector, over one blob
 * SPDX-License-Identifier: ISC
 *
 * Two PUTs name the blob; three runs of the collector, with no grace time, come
 * at any moment, and each of the five can be killed at any moment.  Lost is an
 * accepted manifest whose blob is gone, or condemned and so hidden. */
#include "explorer.h"

enum rule {
	BARRIER = 1,	/* a run waits once for everybody who has the shard */
	AGE = 2,	/* it condemns only what nobody used since it began */
	LOCK = 4,	/* it has the shard exclusively while it condemns */
	UNMARK = 8,	/* a PUT takes the mark away */
	REFRESH = 16,	/* a PUT makes the blob young */
	VERIFY = 32,	/* a PUT looks whether the blob is there */
	SHARE = 64,	/* a PUT has the shard, shared, from its look to its link */
	TWO_RUNS = 128, /* one run condemns, a later one removes */
	ALL = 255
};

enum { PUTS = 2, RUNS = 3 };

enum put { START, LOCKED, CHECKED, LINKED, ENDED, ACCEPTED };
enum collector { BEGIN, WAIT, MARK, TAKE, ACT, LET_GO };

struct state {
	uint8_t clock, blob, time, mark;   /* mark: of which run */
	uint8_t links, sharing, exclusive; /* by PUT: bits */
	uint8_t put[PUTS];
	uint8_t run, at, began, named;
};

static unsigned rules;

static bool has(enum rule rule)
{
	return rules & rule;
}

static void put_step(struct explorer *explorer, const struct state *state, int i)
{
	struct state next = *state;
	uint8_t bit = (uint8_t)(1 << i);

	switch (state->put[i]) {
	case START:
		if (has(SHARE) && state->exclusive)
			return;
		next.put[i] = LOCKED;
		if (has(SHARE))
			next.sharing |= bit;
		break;
	case LOCKED:
		if (has(VERIFY) && !state->blob) {
			next.put[i] = ENDED;
			next.sharing &= (uint8_t)~bit;
			break;
		}
		next.put[i] = CHECKED;
		next.clock++;
		if (has(UNMARK))
			next.mark = 0;
		if (has(REFRESH))
			next.time = next.clock;
		break;
	case CHECKED:
		next.put[i] = LINKED;
		next.links |= bit;
		break;
	case LINKED:
		next.put[i] = ACCEPTED;
		next.sharing &= (uint8_t)~bit;
		break;
	default:
		return;
	}
	reach(explorer, &next, "PUT");
}

static void put_killed(struct explorer *explorer, const struct state *state, int i)
{
	struct state next = *state;

	if (state->put[i] == START || state->put[i] >= ENDED)
		return;
	next.put[i] = ENDED;
	next.sharing &= (uint8_t) ~(1 << i);
	reach(explorer, &next, "PUT killed");
}

static void next_run(struct state *next)
{
	next->run++;
	next->at = BEGIN;
	next->began = next->named = next->exclusive = 0;
}

/* What a run does with the blob, having found it named or not. */
static void judge_blob(struct state *next)
{
	if (next->named) {
		next->mark = 0;
	} else if (next->blob && next->mark && (next->mark < next->run || !has(TWO_RUNS))) {
		next->blob = next->mark = 0;
	} else if (next->blob && !next->mark && (next->time < next->began || !has(AGE))) {
		next->mark = next->run;
		if (!has(TWO_RUNS))
			next->blob = next->mark = 0;
	}
}

static void collector_step(struct explorer *explorer, const struct state *state)
{
	struct state next = *state;

	if (state->run > RUNS)
		return;
	next.at++;
	switch (state->at) {
	case BEGIN:
		next.began = ++next.clock;
		break;
	case WAIT:
		if (has(BARRIER) && state->sharing)
			return;
		break;
	case MARK:
		next.named = state->links != 0;
		break;
	case TAKE:
		/* Removing is always done with the lock. */
		if (has(LOCK) || (state->mark && !state->named)) {
			if (state->sharing)
				return;
			next.exclusive = 1;
		}
		break;
	case ACT:
		judge_blob(&next);
		break;
	case LET_GO:
		next_run(&next);
		break;
	}
	reach(explorer, &next, "collector");
	if (state->at != BEGIN) {
		next = *state;
		next_run(&next);
		reach(explorer, &next, "collector killed");
	}
}

static void look(struct explorer *explorer, const void *of)
{
	const struct state *state = of;

	for (int i = 0; i < PUTS; i++) {
		if (state->put[i] == ACCEPTED && !state->blob)
			lose(explorer, "accepted, and its blob is gone");
		else if (state->put[i] == ACCEPTED && state->mark)
			lose(explorer, "accepted, and its blob is hidden");
		put_step(explorer, state, i);
		put_killed(explorer, state, i);
	}
	collector_step(explorer, state);
}

int main(void)
{
	static const struct {
		const char *name;
		unsigned missing;
		bool losses;
	} cases[] = {
		{ "the protocol", 0, false },
		{ "without the barrier", BARRIER, true },
		{ "without a look at the age", AGE, true },
		{ "a PUT that leaves the mark", UNMARK, true },
		{ "a PUT that leaves the age", REFRESH, true },
		{ "a PUT that does not look", VERIFY, true },
		{ "a PUT without the lock", SHARE, true },
		/* These two are second lines: it takes the first to fail, too. */
		{ "condemning without the lock", LOCK, false },
		{ "condemned and removed in one run", TWO_RUNS, false },
		{ "without barrier and age", BARRIER | AGE, true },
		{ "without barrier, age and lock", BARRIER | AGE | LOCK, true },
		{ "without age, in one run", AGE | TWO_RUNS, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct state first = { .clock = 1, .blob = 1, .run = 1 };
		struct explorer explorer;

		rules = ALL & ~cases[i].missing;
		explore(&explorer, sizeof(first), &first, look);
		judge(&explorer, cases[i].name, cases[i].losses);
	}
	return done_testing();
}
