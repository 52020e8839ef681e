/* several_blobs.c - a manifest of two blobs, an alias, and links that are left
 * SPDX-License-Identifier: ISC
 *
 * The repository R has old links to two blobs, X and Y, and an alias of X.  A
 * manifest that names both is put there, X is pushed to another repository, Q,
 * and deleted from R, while runs of the collector pass, with no grace time; all
 * can be killed at any moment.
 *
 * Lost is an accepted manifest that misses a blob or link.  And what was removed
 * must not come back: R must not show a blob that since was pushed to Q alone,
 * nor one that was deleted from R.
 *
 * HOLD_ALL and PASS are second lines to each other: who has the shards of all its blobs
 * to the end is waited for there, else at its repository. */
#include "explorer.h"

enum rule {
	HOLD_ALL = 1,	      /* a PUT has the shards of all its blobs until its end */
	TOUCH_ALL = 2,	      /* it makes all of them young */
	LINKS_FIRST = 4,      /* a blob stays while an unnamed link to it is left */
	ALIAS_NEEDS_LINK = 8, /* an alias is read only with the link of its blob */
	PASS = 16,	      /* a run waits for a repository before it reads it */
	ALL = 31
};

enum { X, Y, BLOBS, LINK_X = BLOBS, LINK_Y, LINK_Q, THINGS };
enum { R, Q, REPOSITORIES };
enum { MANIFEST, PUSH, DELETE, PROCESSES };

struct thing {
	uint8_t there, time, mark, mark_time;
	uint8_t age; /* of the blob: how often it was made anew; of a link: of its blob */
};

enum step { START, S1, S2, S3, S4, S5, S6, S7, ENDED, ACCEPTED };
enum collector { BEGIN, WAIT_X, WAIT_Y, READ, CHOOSE, ACT, LET_GO };

/* In this order a run comes to them. */
static const uint8_t order[] = { LINK_X, LINK_Y, LINK_Q, X, Y };

struct state {
	uint8_t clock, made; /* how many times X was made */
	struct thing things[THINGS];
	uint8_t named, alias, deleted;
	uint8_t shared[BLOBS], exclusive[BLOBS]; /* who: bits */
	uint8_t readers[REPOSITORIES], writer[REPOSITORIES];
	uint8_t processes[PROCESSES];
	uint8_t run, at, began, found, held, turn;
};

static struct {
	unsigned rules, processes; /* which of them run: bits */
	uint8_t runs;
} world;

enum { COLLECTOR = 1 << PROCESSES };

static bool has(enum rule rule)
{
	return world.rules & rule;
}

static bool is_hidden(const struct thing *thing)
{
	return thing->mark && thing->mark_time == thing->time;
}

static bool is_seen(const struct thing *thing)
{
	return thing->there && !is_hidden(thing);
}

static void touch(struct state *state, int which)
{
	struct thing *thing = &state->things[which];

	thing->there = 1;
	thing->time = state->clock;
	thing->mark = thing->mark_time = 0;
	if (which == LINK_X || which == LINK_Q)
		thing->age = state->things[X].age;
}

static bool lock_repository(struct state *state, int which, uint8_t who, bool exclusive)
{
	if (state->writer[which] || (exclusive && state->readers[which]))
		return false;
	*(exclusive ? &state->writer[which] : &state->readers[which]) |= who;
	return true;
}

static bool lock_shard(struct state *state, int which, uint8_t who)
{
	if (state->exclusive[which])
		return false;
	state->shared[which] |= who;
	return true;
}

static void unlock_shards(struct state *state, uint8_t who)
{
	for (int i = 0; i < BLOBS; i++) {
		state->shared[i] &= (uint8_t)~who;
		state->exclusive[i] &= (uint8_t)~who;
	}
}

static void unlock(struct state *state, uint8_t who)
{
	unlock_shards(state, who);
	for (int i = 0; i < REPOSITORIES; i++) {
		state->readers[i] &= (uint8_t)~who;
		state->writer[i] &= (uint8_t)~who;
	}
}

static void end(struct state *state, int which, enum step with)
{
	state->processes[which] = with;
	unlock(state, (uint8_t)(1 << which));
}

/* One step; false if it has to wait. */
static bool manifest_step(struct state *state)
{
	const uint8_t who = 1 << MANIFEST;

	switch (state->processes[MANIFEST]++) {
	case START:
		return lock_repository(state, R, who, true);
	case S1:
		return lock_shard(state, X, who);
	case S2:
		return lock_shard(state, Y, who);
	case S3:
		if (!state->things[X].there || !state->things[Y].there ||
		    !state->things[LINK_X].there || !state->things[LINK_Y].there) {
			end(state, MANIFEST, ENDED);
			break;
		}
		state->clock++;
		touch(state, X);
		if (!has(HOLD_ALL))
			unlock_shards(state, who);
		break;
	case S4:
		state->clock++;
		if (has(TOUCH_ALL))
			touch(state, Y);
		break;
	case S5:
		touch(state, LINK_X);
		touch(state, LINK_Y);
		break;
	case S6:
		state->named = 1;
		break;
	case S7:
		end(state, MANIFEST, ACCEPTED);
		break;
	}
	return true;
}

/* X comes to Q by an upload. */
static bool push_step(struct state *state)
{
	const uint8_t who = 1 << PUSH;

	switch (state->processes[PUSH]++) {
	case START:
		return lock_repository(state, Q, who, false);
	case S1:
		return lock_shard(state, X, who);
	case S2:
		state->clock++;
		if (!state->things[X].there)
			state->things[X].age = ++state->made;
		touch(state, X);
		break;
	case S3:
		touch(state, LINK_Q);
		break;
	case S4:
		end(state, PUSH, ACCEPTED);
		break;
	}
	return true;
}

/* The link of X, and no more: an alias may stay. */
static bool delete_step(struct state *state)
{
	switch (state->processes[DELETE]++) {
	case START:
		return lock_repository(state, R, 1 << DELETE, true);
	case S1:
		state->things[LINK_X] = (struct thing){ 0 };
		state->deleted = 1;
		break;
	case S2:
		end(state, DELETE, ACCEPTED);
		break;
	}
	return true;
}

static void process_steps(struct explorer *explorer, const struct state *state, int which)
{
	static bool (*const steps[])(struct state * state) = { manifest_step, push_step,
							       delete_step };
	static const char *const names[] = { "manifest", "push", "delete" };
	struct state next = *state;

	if (state->processes[which] >= ENDED)
		return;
	if (steps[which](&next))
		reach(explorer, &next, names[which]);
	if (state->processes[which] == START)
		return;
	next = *state;
	end(&next, which, ENDED);
	reach(explorer, &next, "killed");
}

static void next_run(struct state *state)
{
	unlock(state, COLLECTOR);
	state->run++;
	state->at = BEGIN;
	state->began = state->found = state->held = state->turn = 0;
}

/* Is it named?  Nothing names Q's link. */
static bool is_found(const struct state *state, int which)
{
	return state->found && which != LINK_Q;
}

/* What an unnamed link that is left leads to stays for this run. */
static void hold(struct state *state, int which)
{
	if (which >= BLOBS && state->things[which].there && !is_found(state, which))
		state->held |= which == LINK_Y ? 1 << Y : 1 << X;
}

static void judge_thing(struct state *state, int which)
{
	struct thing *thing = &state->things[which];
	bool stays = which < BLOBS && has(LINKS_FIRST) && state->held & 1 << which;

	if (!thing->there)
		return;
	if (is_found(state, which)) {
		thing->mark = thing->mark_time = 0;
	} else if (is_hidden(thing)) {
		if (thing->mark < state->run && !stays)
			*thing = (struct thing){ .age = which < BLOBS ? thing->age : 0 };
	} else if (thing->time < state->began) {
		thing->mark = state->run;
		thing->mark_time = thing->time;
	}
	hold(state, which);
}

static bool collector_locks(struct state *state, int which)
{
	if (which >= BLOBS)
		return lock_repository(state, which == LINK_Q ? Q : R, COLLECTOR, true);
	if (state->shared[which])
		return false;
	state->exclusive[which] = COLLECTOR;
	return true;
}

static void collector_chooses(struct explorer *explorer, const struct state *state)
{
	struct state next = *state;

	if (state->turn == THINGS) {
		next_run(&next);
		reach(explorer, &next, "run over");
		return;
	}
	hold(&next, order[state->turn]);
	next.turn++;
	reach(explorer, &next, "collector leaves");
	next = *state;
	next.at = ACT;
	if (collector_locks(&next, order[state->turn]))
		reach(explorer, &next, "collector locks");
}

static void collector_steps(struct explorer *explorer, const struct state *state)
{
	struct state next = *state;

	if (state->run > world.runs)
		return;
	next.at++;
	switch (state->at) {
	case BEGIN:
		next.began = ++next.clock;
		break;
	case WAIT_X:
	case WAIT_Y:
		if (state->shared[state->at - WAIT_X])
			return;
		break;
	case READ:
		if (has(PASS) && (state->readers[R] || state->writer[R]))
			return;
		next.found = state->named;
		break;
	case CHOOSE:
		collector_chooses(explorer, state);
		return;
	case ACT:
		judge_thing(&next, order[state->turn]);
		break;
	case LET_GO:
		unlock(&next, COLLECTOR);
		next.at = CHOOSE;
		next.turn++;
		break;
	}
	reach(explorer, &next, "collector");
}

static void collector_killed(struct explorer *explorer, const struct state *state)
{
	struct state next = *state;

	if (state->run > world.runs || state->at == BEGIN)
		return;
	next_run(&next);
	reach(explorer, &next, "collector killed");
}

static void look_at_readers(struct explorer *explorer, const struct state *state)
{
	const struct thing *blob = &state->things[X], *link = &state->things[LINK_X];

	if (!is_seen(blob))
		return;
	if (is_seen(link) && link->age != blob->age)
		lose(explorer, "R shows what was pushed to Q alone");
	if (state->alias && state->deleted && !link->there && !has(ALIAS_NEEDS_LINK))
		lose(explorer, "an alias shows what was deleted");
}

static void look(struct explorer *explorer, const void *of)
{
	const struct state *state = of;

	if (state->processes[MANIFEST] == ACCEPTED && !state->deleted)
		for (int i = 0; i < LINK_Q; i++)
			if (!is_seen(&state->things[i]))
				lose(explorer, i < BLOBS ? "a blob is gone or hidden"
							 : "a link is gone or hidden");
	look_at_readers(explorer, state);
	for (int i = 0; i < PROCESSES; i++)
		if (world.processes & 1u << i)
			process_steps(explorer, state, i);
	collector_steps(explorer, state);
	collector_killed(explorer, state);
}

enum { WITH_MANIFEST = 1 << MANIFEST, WITH_PUSH = 1 << PUSH, WITH_DELETE = 1 << DELETE };

static const struct {
	const char *name;
	unsigned processes, missing;
	int condemned; /* how many of the things, before the first run */
	bool losses;
} cases[] = {
	{ "a manifest of two blobs", WITH_MANIFEST, 0, 0, false },
	{ "a manifest of two condemned blobs", WITH_MANIFEST, 0, LINK_Q, false },
	{ "a push elsewhere", WITH_PUSH, 0, LINK_Q, false },
	{ "a push elsewhere, the links not condemned", WITH_PUSH, 0, BLOBS, false },
	{ "manifest and push", WITH_MANIFEST | WITH_PUSH, 0, LINK_Q, false },
	{ "push and delete", WITH_PUSH | WITH_DELETE, 0, 0, false },
	{ "shards let go of one by one (a second line)", WITH_MANIFEST, HOLD_ALL, LINK_Q, false },
	{ "a repository not passed (a second line)", WITH_MANIFEST, PASS, LINK_Q, false },
	{ "neither shards nor repository passed", WITH_MANIFEST, HOLD_ALL | PASS, LINK_Q, true },
	{ "the second blob left old", WITH_MANIFEST, TOUCH_ALL, 0, true },
	{ "a blob that goes before its links", WITH_PUSH, LINKS_FIRST, BLOBS, true },
	{ "an alias that is enough", WITH_PUSH | WITH_DELETE, ALIAS_NEEDS_LINK, 0, true },
};

int main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct state first = { .clock = 1, .made = 1, .alias = 1, .run = 1 };
		struct explorer explorer;

		world.rules = ALL & ~cases[i].missing;
		world.processes = cases[i].processes;
		world.runs = 2;
		for (int j = 0; j < LINK_Q; j++)
			first.things[j] = (struct thing){ .there = 1, .time = 1, .age = 1 };
		for (int j = 0; j < cases[i].condemned; j++)
			first.things[j].mark = first.things[j].mark_time = 1;
		if (cases[i].condemned) {
			first.run++;
			world.runs++;
		}
		explore(&explorer, sizeof(first), &first, look);
		judge(&explorer, cases[i].name, cases[i].losses);
	}
	return done_testing();
}
