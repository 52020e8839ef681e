/* blob_and_links.c - completions, mounts and manifest PUTs against the collector
 * SPDX-License-Identifier: ISC
 *
 * One blob, and a link to it in each of two repositories.  Uploads complete,
 * mounts and manifest PUTs run, and the collector with no grace time at all, two
 * or three times; all can be killed at any moment.
 *
 * Lost is an accepted manifest whose blob or link is gone or hidden; and an
 * accepted upload or mount, if a run that began before it came to its blob or
 * link condemned them: such a run cannot know that they are wanted.
 *
 * docker-registry, to which the store is given between two runs, writes a link anew
 * where one is, but takes no mark away: what it linked must be seen.
 *
 * Three rules are second lines.  A writer has its repository and its shard from its look
 * to its last link, so to wait for either is to wait for it: of SHARD_BARRIER and
 * REPOSITORY_BARRIER one is enough.  Where neither is, SHARD_LEAVE saves the blob. */
#include "explorer.h"

enum rule {
	TOUCH_DATA = 1,		 /* a completion makes its data young before the rename */
	TOUCH_LINK = 2,		 /* who finds a link makes it young, */
	UNMARK_LINK = 4,	 /* and takes its mark away */
	SHARD_BARRIER = 8,	 /* a run waits for everybody who has the shard, */
	SHARD_LEAVE = 16,	 /* or, if it does not wait, leaves the blob alone */
	REPOSITORY_BARRIER = 32, /* it waits for a repository before it reads it */
	LOOK_AGAIN = 64,	 /* it looks at the age when it has the lock */
	VOID = 128,		 /* a mark is void for a file of another time */
	ALL = 255
};

enum kind { NOBODY, COMPLETION, MOUNT, MANIFEST, FOREIGN };

/* A blob or a link; `by` is the run that condemned it. */
struct thing {
	uint8_t there, time, mark, mark_time, by;
};

enum { SOURCE, TARGET, BLOB, THINGS, PROCESSES = 2 };

enum step { START, HAS_REPOSITORY, HAS_SHARD, HAS_BLOB, HAS_LINK, NAMED, ENDED, ACCEPTED };

struct process {
	uint8_t at;
	uint8_t knew; /* the last run that had begun when it came to the blob */
};

enum collector { BEGIN, WAIT, READ_SOURCE, READ_TARGET, CHOOSE, ACT, LET_GO };

struct lock {
	uint8_t shared, exclusive; /* who: bits */
};

struct state {
	uint8_t clock;
	struct thing things[THINGS];
	uint8_t named[2];	   /* by a manifest of the repository */
	struct lock locks[THINGS]; /* the repositories' and the shard's */
	struct process processes[PROCESSES];
	uint8_t run, at, began, found[2], leave, thing;
};

static struct {
	unsigned rules;
	enum kind kinds[PROCESSES];
	uint8_t targets[PROCESSES]; /* repositories */
	uint8_t runs;
	bool coarse; /* the clock may stand still */
} world;

enum { COLLECTOR = 1 << PROCESSES };

static bool has(enum rule rule)
{
	return world.rules & rule;
}

static bool is_hidden(const struct thing *thing)
{
	return thing->mark && (thing->mark_time == thing->time || !has(VOID));
}

static bool lock(struct state *state, int which, uint8_t who, bool exclusive)
{
	struct lock *of = &state->locks[which];

	if (of->exclusive || (exclusive && of->shared))
		return false;
	*(exclusive ? &of->exclusive : &of->shared) |= who;
	return true;
}

static void unlock(struct state *state, uint8_t who)
{
	for (int i = 0; i < THINGS; i++) {
		state->locks[i].shared &= (uint8_t)~who;
		state->locks[i].exclusive &= (uint8_t)~who;
	}
}

static void end(struct state *state, int i, enum step with)
{
	state->processes[i].at = with;
	unlock(state, (uint8_t)(1 << i));
}

static void touch(struct thing *thing, uint8_t clock)
{
	thing->there = 1;
	thing->time = clock;
	thing->mark = thing->by = 0;
}

/* The blob: a completion has it or brings it, the others need it. */
static bool come_to_blob(struct state *state, int i, uint8_t clock)
{
	struct thing *blob = &state->things[BLOB];
	const struct thing *link = &state->things[world.targets[i]];
	const struct thing *source = &state->things[SOURCE];

	state->clock = clock;
	state->processes[i].knew = (uint8_t)(state->run - (state->at == BEGIN));
	switch (world.kinds[i]) {
	case MOUNT:
		if (!source->there || is_hidden(source) || !blob->there)
			return false;
		break;
	case MANIFEST:
		if (!blob->there || !link->there)
			return false;
		break;
	default:
		if (!blob->there && !has(TOUCH_DATA))
			clock = 0;
	}
	touch(blob, clock);
	return true;
}

static void come_to_link(struct state *state, int i)
{
	struct thing *link = &state->things[world.targets[i]];

	if (!link->there)
		touch(link, state->clock);
	if (has(TOUCH_LINK))
		link->time = state->clock;
	if (has(UNMARK_LINK))
		link->mark = link->by = 0;
}

/* docker-registry has the store to itself, for a moment. */
static void foreign_step(struct explorer *explorer, const struct state *state, int i)
{
	struct thing *link;
	struct state next = *state;

	if (state->processes[i].at != START || state->at != BEGIN)
		return;
	link = &next.things[world.targets[i]];
	link->there = 1;
	link->time = ++next.clock;
	next.processes[i] = (struct process){ ACCEPTED, (uint8_t)(state->run - 1) };
	reach(explorer, &next, "docker-registry");
}

static void process_step(struct explorer *explorer, const struct state *state, int i)
{
	bool manifest = world.kinds[i] == MANIFEST;
	struct state next = *state;
	uint8_t who = (uint8_t)(1 << i);

	next.processes[i].at++;
	switch (state->processes[i].at) {
	case START:
		if (!lock(&next, world.targets[i], who, manifest))
			return;
		break;
	case HAS_REPOSITORY:
		if (!lock(&next, BLOB, who, false))
			return;
		break;
	case HAS_SHARD:
		for (uint8_t tick = world.coarse ? 0 : 1; tick <= 1; tick++) {
			struct state either = next;

			if (!come_to_blob(&either, i, (uint8_t)(state->clock + tick)))
				end(&either, i, ENDED);
			reach(explorer, &either, "blob");
		}
		return;
	case HAS_BLOB:
		come_to_link(&next, i);
		break;
	case HAS_LINK:
		if (manifest)
			next.named[world.targets[i]] = 1;
		else
			end(&next, i, ACCEPTED);
		break;
	case NAMED:
		end(&next, i, ACCEPTED);
		break;
	default:
		return;
	}
	reach(explorer, &next, manifest ? "manifest" : "upload");
}

static void process_killed(struct explorer *explorer, const struct state *state, int i)
{
	struct state next = *state;

	if (state->processes[i].at == START || state->processes[i].at >= ENDED)
		return;
	end(&next, i, ENDED);
	reach(explorer, &next, "killed");
}

static void next_run(struct state *state)
{
	unlock(state, COLLECTOR);
	state->run++;
	state->at = BEGIN;
	state->began = state->found[0] = state->found[1] = state->leave = state->thing = 0;
}

/* With the lock, or after it has looked: condemn, remove, or take a mark away. */
static void judge_thing(struct state *state)
{
	struct thing *thing = &state->things[state->thing];
	bool named = state->thing == BLOB ? state->found[0] || state->found[1]
					  : state->found[state->thing];

	if (!thing->there)
		return;
	if (named) {
		thing->mark = thing->by = 0;
	} else if (is_hidden(thing)) {
		if (thing->mark < state->run)
			*thing = (struct thing){ .by = thing->by };
	} else if (thing->time < state->began || !has(LOOK_AGAIN)) {
		thing->mark = thing->by = state->run;
		thing->mark_time = thing->time;
	}
}

/* The next thing in order, or none of this one. */
static void collector_chooses(struct explorer *explorer, const struct state *state)
{
	struct state next = *state;

	if (state->thing == THINGS) {
		next_run(&next);
		reach(explorer, &next, "run over");
		return;
	}
	next.thing++;
	reach(explorer, &next, "collector leaves");
	next = *state;
	if ((state->thing == BLOB && state->leave) || !lock(&next, state->thing, COLLECTOR, true))
		return;
	next.at = ACT;
	reach(explorer, &next, "collector locks");
}

static bool is_free(const struct state *state, int which)
{
	return !state->locks[which].shared && !state->locks[which].exclusive;
}

/* Is it past the repository's writers, so that it can read? */
static bool passes(const struct state *state, int repository)
{
	return !has(REPOSITORY_BARRIER) || is_free(state, repository);
}

static void collector_begins(struct explorer *explorer, const struct state *state)
{
	for (uint8_t tick = world.coarse ? 0 : 1; tick <= 1; tick++) {
		struct state next = *state;

		next.at = WAIT;
		next.clock = next.began = (uint8_t)(state->clock + tick);
		reach(explorer, &next, "run begins");
	}
}

static void collector_step(struct explorer *explorer, const struct state *state)
{
	struct state next = *state;

	if (state->run > world.runs)
		return;
	if (state->at != BEGIN) {
		next_run(&next);
		reach(explorer, &next, "collector killed");
		next = *state;
	}
	next.at++;
	switch (state->at) {
	case BEGIN:
		collector_begins(explorer, state);
		return;
	case WAIT:
		if (!is_free(state, BLOB) && has(SHARD_BARRIER))
			return;
		next.leave = !is_free(state, BLOB) && has(SHARD_LEAVE);
		break;
	case READ_SOURCE:
	case READ_TARGET:
		if (!passes(state, state->at - READ_SOURCE))
			return;
		next.found[state->at - READ_SOURCE] = state->named[state->at - READ_SOURCE];
		break;
	case CHOOSE:
		collector_chooses(explorer, state);
		return;
	case ACT:
		judge_thing(&next);
		break;
	case LET_GO:
		unlock(&next, COLLECTOR);
		next.at = CHOOSE;
		next.thing++;
		break;
	}
	reach(explorer, &next, "collector");
}

static void look_at_accepted(struct explorer *explorer, const struct state *state, int i)
{
	const int of[] = { BLOB, world.targets[i] };
	const struct process *process = &state->processes[i];

	/* The blob's mark is for `hythe fsck --unmark` to take away. */
	for (int j = world.kinds[i] == FOREIGN; j < 2; j++) {
		const struct thing *thing = &state->things[of[j]];
		bool wanted =
			world.kinds[i] == MANIFEST || (thing->by && thing->by <= process->knew);

		if (wanted && !thing->there)
			lose(explorer, of[j] == BLOB ? "the blob is gone" : "the link is gone");
		else if (wanted && is_hidden(thing))
			lose(explorer, of[j] == BLOB ? "the blob is hidden" : "the link is hidden");
	}
}

static void look(struct explorer *explorer, const void *of)
{
	const struct state *state = of;

	for (int i = 0; i < PROCESSES && world.kinds[i] != NOBODY; i++) {
		if (state->processes[i].at == ACCEPTED)
			look_at_accepted(explorer, state, i);
		if (world.kinds[i] == FOREIGN)
			foreign_step(explorer, state, i);
		else
			process_step(explorer, state, i);
		process_killed(explorer, state, i);
	}
	collector_step(explorer, state);
}

/* The first state: what is there, old, and whether run 0 has condemned it. */
struct start {
	bool there[THINGS]; /* source, target, blob */
	bool condemned;
};

static const struct start nothing = { { 0, 0, 0 }, false };
static const struct start all_old = { { 1, 1, 1 }, false };
static const struct start source_old = { { 1, 0, 1 }, false };
static const struct start all_condemned = { { 1, 1, 1 }, true };
static const struct start blob_condemned = { { 0, 0, 1 }, true };

struct scenario {
	const char *name;
	enum kind kinds[PROCESSES];
	uint8_t targets[PROCESSES];
	const struct start *start;
	unsigned missing;
	uint8_t runs;
	bool coarse, losses;
};

static const struct scenario cases[] = {
	{ "a new blob", { COMPLETION }, { 1 }, &nothing, 0, 2, false, false },
	{ "a new blob, twice", { COMPLETION, COMPLETION }, { 0, 1 }, &nothing, 0, 2, false, false },
	{ "an old blob", { COMPLETION }, { 1 }, &all_old, 0, 2, false, false },
	{ "a condemned blob and link", { COMPLETION }, { 1 }, &all_condemned, 0, 2, false, false },
	{ "a condemned blob", { COMPLETION }, { 1 }, &blob_condemned, 0, 2, false, false },
	{ "a mount", { MOUNT }, { 1 }, &source_old, 0, 2, false, false },
	{ "a mount of what is condemned", { MOUNT }, { 1 }, &all_condemned, 0, 2, false, false },
	{ "a manifest", { MANIFEST }, { 1 }, &all_old, 0, 2, false, false },
	{ "a manifest of what is condemned",
	  { MANIFEST },
	  { 1 },
	  &all_condemned,
	  0,
	  2,
	  false,
	  false },
	{ "manifest and upload",
	  { MANIFEST, COMPLETION },
	  { 1, 1 },
	  &all_condemned,
	  0,
	  2,
	  false,
	  false },
	{ "manifest and mount", { MANIFEST, MOUNT }, { 1, 1 }, &all_condemned, 0, 2, false, false },
	{ "two manifests", { MANIFEST, MANIFEST }, { 0, 1 }, &all_condemned, 0, 2, false, false },
	{ "three runs", { MANIFEST, COMPLETION }, { 1, 0 }, &all_condemned, 0, 3, false, false },
	{ "a clock that stands still",
	  { MANIFEST, COMPLETION },
	  { 1, 1 },
	  &all_condemned,
	  0,
	  2,
	  true,
	  false },
	{ "old data", { COMPLETION }, { 1 }, &nothing, TOUCH_DATA, 2, false, true },
	{ "an old link", { COMPLETION }, { 1 }, &all_old, TOUCH_LINK, 2, false, true },
	{ "an old link, and a manifest",
	  { MANIFEST },
	  { 1 },
	  &all_old,
	  TOUCH_LINK,
	  2,
	  false,
	  true },
	{ "a mark on the link",
	  { MANIFEST },
	  { 1 },
	  &all_condemned,
	  TOUCH_LINK | UNMARK_LINK,
	  2,
	  false,
	  true },
	{ "a mark that is not void, left there",
	  { MANIFEST },
	  { 1 },
	  &all_condemned,
	  UNMARK_LINK | VOID,
	  2,
	  false,
	  true },
	{ "a mark on the link, and a clock that stands still",
	  { MANIFEST, COMPLETION },
	  { 1, 1 },
	  &all_condemned,
	  UNMARK_LINK,
	  2,
	  true,
	  true },
	{ "given to docker-registry", { FOREIGN }, { 1 }, &all_condemned, 0, 2, false, false },
	{ "a mark that is not void, after docker-registry",
	  { FOREIGN },
	  { 1 },
	  &all_condemned,
	  VOID,
	  2,
	  false,
	  true },
	{ "the barrier of the repository alone (a second line to the shard's)",
	  { MANIFEST, MANIFEST },
	  { 1, 0 },
	  &all_condemned,
	  SHARD_BARRIER | SHARD_LEAVE,
	  2,
	  false,
	  false },
	{ "the barrier of the shard alone (a second line to the repository's)",
	  { MANIFEST, MANIFEST },
	  { 1, 0 },
	  &all_condemned,
	  SHARD_LEAVE | REPOSITORY_BARRIER,
	  2,
	  false,
	  false },
	{ "no barriers",
	  { MANIFEST },
	  { 1 },
	  &all_old,
	  SHARD_BARRIER | SHARD_LEAVE | REPOSITORY_BARRIER,
	  2,
	  false,
	  true },
	{ "no barrier of the repository, shard left",
	  { MANIFEST },
	  { 1 },
	  &all_old,
	  SHARD_BARRIER | REPOSITORY_BARRIER,
	  2,
	  false,
	  true },
	{ "a shard left, and the repository passed",
	  { MANIFEST, MANIFEST },
	  { 1, 0 },
	  &all_old,
	  SHARD_BARRIER,
	  2,
	  false,
	  false },
	{ "age not looked at again", { MANIFEST }, { 1 }, &all_old, LOOK_AGAIN, 2, false, true },
};

/* Where only one kind of loss counts. */
static const struct {
	struct scenario scenario;
	const char *kind;
} by_kind[] = {
	{ { "no barriers, a shard left (a third line)",
	    { MANIFEST, MANIFEST },
	    { 1, 0 },
	    &all_condemned,
	    SHARD_BARRIER | REPOSITORY_BARRIER,
	    2,
	    false,
	    false },
	  "the blob is hidden" },
	{ { "no barriers, a shard not left",
	    { MANIFEST, MANIFEST },
	    { 1, 0 },
	    &all_condemned,
	    SHARD_BARRIER | SHARD_LEAVE | REPOSITORY_BARRIER,
	    2,
	    false,
	    true },
	  "the blob is hidden" },
};

/* The marks of run 0 are written as run 1's, and the runs begin at 2. */
static void condemn(struct state *first)
{
	for (int j = 0; j < THINGS; j++)
		if (first->things[j].there) {
			first->things[j].mark = first->things[j].by = 1;
			first->things[j].mark_time = 1;
		}
	first->run++;
	world.runs++;
}

static void try_all(struct explorer *explorer, const struct scenario *scenario)
{
	struct state first = { .clock = 1, .run = 1 };

	world.rules = ALL & ~scenario->missing;
	world.runs = scenario->runs;
	world.coarse = scenario->coarse;
	for (int j = 0; j < PROCESSES; j++) {
		world.kinds[j] = scenario->kinds[j];
		world.targets[j] = scenario->targets[j];
	}
	for (int j = 0; j < THINGS; j++)
		if (scenario->start->there[j])
			first.things[j] = (struct thing){ .there = 1, .time = 1 };
	if (scenario->start->condemned)
		condemn(&first);
	explore(explorer, sizeof(first), &first, look);
}

int main(void)
{
	struct explorer explorer;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		try_all(&explorer, &cases[i]);
		judge(&explorer, cases[i].name, cases[i].losses);
	}
	for (size_t i = 0; i < sizeof(by_kind) / sizeof(*by_kind); i++) {
		const struct scenario *scenario = &by_kind[i].scenario;

		try_all(&explorer, scenario);
		judge_kind(&explorer, scenario->name, by_kind[i].kind, scenario->losses);
	}
	return done_testing();
}
