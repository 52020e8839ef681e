/* untagged.c - collection of untagged manifests, with indexes and signatures
 * SPDX-License-Identifier: ISC
 *
 * One repository: an image that names a layer, a signature with the image as its
 * subject, and an index that names the image.  The index is pushed, the image is
 * tagged, the image is deleted, while runs collect what no tag keeps, with no
 * grace time; all can be killed at any moment.
 *
 * Lost is an accepted index or tag whose image, layer or signature, there when
 * it was accepted, is gone or hidden. */
#include "explorer.h"

enum rule {
	REFRESH = 1,	 /* a PUT makes the manifests it names young, and unmarks them */
	STILL_NAMES = 2, /* a condemned manifest names its layers until it is removed */
	UNCHANGED = 4,	 /* manifests go only where no PUT or DELETE began since T0 */
	KEPT_KEEPS = 8,	 /* what is kept keeps its referrers */
	LOOK_AGAIN = 16, /* the age is looked at again with the lock */
	ALL = 31
};

enum kind { NOBODY, PUT_INDEX, PUT_TAG, DELETE };
enum { IMAGE, LAYER, SIGNATURE, THINGS, PROCESSES = 3, COLLECTOR = 100 };
enum step { START, LOCKED, CHANGED, CHECKED, DONE_ALL, ENDED, ACCEPTED };
enum collector { BEGIN, WAIT, READ, CHOOSE, ACT, LET_GO };

struct thing {
	uint8_t there, time, mark, mark_time;
};

struct process {
	uint8_t at;
	uint8_t had; /* what was there for it: bits, by thing */
};

struct state {
	uint8_t clock, changed; /* when the manifests changed last */
	struct thing things[THINGS];
	uint8_t index, tag;
	uint8_t repository;	   /* who has it, plus one */
	uint8_t shared, exclusive; /* the layer's shard: bits; whether */
	struct process processes[PROCESSES];
	uint8_t run, at, began, kept[THINGS], thing;
};

static struct {
	unsigned rules;
	enum kind kinds[PROCESSES];
	uint8_t runs;
} world;

static bool has(enum rule rule)
{
	return world.rules & rule;
}

static bool is_hidden(const struct thing *thing)
{
	return thing->there && thing->mark && thing->mark_time == thing->time;
}

static bool is_seen(const struct thing *thing)
{
	return thing->there && !is_hidden(thing);
}

static void touch(struct state *state, int which)
{
	state->things[which] = (struct thing){ .there = 1, .time = state->clock };
}

static void end(struct state *state, int i, enum step with)
{
	state->processes[i].at = with;
	if (state->repository == i + 1)
		state->repository = 0;
	state->shared &= (uint8_t) ~(1 << i);
}

/* What it names is there, is made young, and is what it relies on. */
static bool check(struct state *state, int i)
{
	uint8_t had = 0;

	state->clock++;
	if (world.kinds[i] == PUT_TAG) {
		bool old = state->things[IMAGE].there;

		if (!state->things[LAYER].there)
			return false;
		touch(state, LAYER);
		/* Without the rule a manifest that is there stays as it is. */
		if (!old || has(REFRESH))
			touch(state, IMAGE);
	} else if (state->things[IMAGE].there && has(REFRESH)) {
		touch(state, IMAGE);
	}
	if (state->things[IMAGE].there)
		had = 1 << IMAGE | 1 << LAYER;
	if (had && is_seen(&state->things[SIGNATURE]))
		had |= 1 << SIGNATURE;
	state->processes[i].had = had;
	return true;
}

/* A DELETE ends what was promised to those before it. */
static void untag(struct state *state)
{
	state->tag = 0;
	for (int i = 0; i < PROCESSES; i++)
		if (state->processes[i].at == ACCEPTED)
			state->processes[i].had = 0;
}

static void write_last(struct state *state, int i)
{
	if (world.kinds[i] == PUT_TAG)
		state->tag = 1;
	else if (world.kinds[i] == PUT_INDEX)
		state->index = 1;
	else
		state->things[IMAGE] = (struct thing){ 0 };
}

static void process_step(struct explorer *explorer, const struct state *state, int i)
{
	struct state next = *state;

	next.processes[i].at++;
	switch (state->processes[i].at) {
	case START:
		if (state->repository)
			return;
		next.repository = (uint8_t)(i + 1);
		break;
	case LOCKED:
		if (world.kinds[i] != DELETE) {
			if (state->exclusive)
				return;
			next.shared |= (uint8_t)(1 << i);
		}
		next.changed = ++next.clock;
		break;
	case CHANGED:
		if (world.kinds[i] == DELETE)
			untag(&next);
		else if (!check(&next, i))
			end(&next, i, ENDED);
		break;
	case CHECKED:
		write_last(&next, i);
		break;
	case DONE_ALL:
		end(&next, i, ACCEPTED);
		break;
	default:
		return;
	}
	reach(explorer, &next, world.kinds[i] == DELETE ? "DELETE" : "PUT");
}

static void process_killed(struct explorer *explorer, const struct state *state, int i)
{
	struct state next = *state;

	if (state->processes[i].at == START || state->processes[i].at >= ENDED)
		return;
	end(&next, i, ENDED);
	reach(explorer, &next, "killed");
}

static void let_go(struct state *state)
{
	if (state->repository == COLLECTOR)
		state->repository = 0;
	state->exclusive = 0;
}

static void next_run(struct state *state)
{
	let_go(state);
	state->run++;
	state->at = BEGIN;
	state->began = state->thing = 0;
	memset(state->kept, 0, sizeof(state->kept));
}

static void read_repository(struct state *state)
{
	bool image = state->things[IMAGE].there && (state->tag || state->index);

	state->kept[IMAGE] = image;
	state->kept[LAYER] = image || (has(STILL_NAMES) && state->things[IMAGE].there);
	state->kept[SIGNATURE] = state->things[SIGNATURE].there && image && has(KEPT_KEEPS);
}

static void judge_thing(struct state *state)
{
	struct thing *thing = &state->things[state->thing];

	if (state->thing != LAYER && has(UNCHANGED) && state->changed >= state->began)
		return;
	if (!thing->there)
		return;
	if (state->kept[state->thing]) {
		thing->mark = thing->mark_time = 0;
	} else if (is_hidden(thing)) {
		if (thing->mark < state->run)
			*thing = (struct thing){ 0 };
	} else if (thing->time < state->began || !has(LOOK_AGAIN)) {
		thing->mark = state->run;
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
	next.at = ACT;
	if (state->thing == LAYER) {
		if (state->shared)
			return;
		next.exclusive = 1;
	} else {
		if (state->repository)
			return;
		next.repository = COLLECTOR;
	}
	reach(explorer, &next, "collector locks");
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
		next.began = ++next.clock;
		break;
	case WAIT:
		if (state->shared)
			return;
		break;
	case READ:
		if (state->repository)
			return;
		read_repository(&next);
		break;
	case CHOOSE:
		collector_chooses(explorer, state);
		return;
	case ACT:
		judge_thing(&next);
		break;
	case LET_GO:
		let_go(&next);
		next.at = CHOOSE;
		next.thing++;
		break;
	}
	reach(explorer, &next, "collector");
}

static void look(struct explorer *explorer, const void *of)
{
	static const char *const gone[] = { "the image is gone", "the layer is gone",
					    "the signature is gone" };
	static const char *const hidden[] = { "the image is hidden", "the layer is hidden",
					      "the signature is hidden" };
	const struct state *state = of;

	if (state->tag && !state->things[IMAGE].there)
		lose(explorer, "a tag of a manifest that is gone");
	for (int i = 0; i < PROCESSES && world.kinds[i] != NOBODY; i++) {
		const struct process *process = &state->processes[i];

		for (int j = 0; j < THINGS && process->at == ACCEPTED; j++) {
			if (!(process->had & 1 << j))
				continue;
			if (!state->things[j].there)
				lose(explorer, gone[j]);
			else if (is_hidden(&state->things[j]))
				lose(explorer, hidden[j]);
		}
		process_step(explorer, state, i);
		process_killed(explorer, state, i);
	}
	collector_step(explorer, state);
}

/* What is there at first, old. */
enum {
	PLAIN = 1 << IMAGE | 1 << LAYER,
	SIGNED = PLAIN | 1 << SIGNATURE,
	CONDEMNED = 8,
	TAGGED = 16
};

static const struct {
	const char *name;
	enum kind kinds[PROCESSES];
	unsigned first, missing;
	uint8_t runs;
	bool losses;
} cases[] = {
	{ "an index of an old image", { PUT_INDEX }, PLAIN, 0, 2, false },
	{ "an index of a condemned image", { PUT_INDEX }, PLAIN | CONDEMNED, 0, 2, false },
	{ "an index of a signed image", { PUT_INDEX }, SIGNED, 0, 2, false },
	{ "an index of a signed image, three runs", { PUT_INDEX }, SIGNED, 0, 3, false },
	{ "a tag for a condemned image", { PUT_TAG }, PLAIN | CONDEMNED, 0, 2, false },
	{ "a tag for a signed image", { PUT_TAG }, SIGNED, 0, 2, false },
	{ "two tags", { PUT_TAG, PUT_TAG }, PLAIN, 0, 2, false },
	{ "a tag, and a delete", { PUT_TAG, DELETE }, PLAIN | TAGGED, 0, 2, false },
	{ "index, tag and delete", { PUT_INDEX, PUT_TAG, DELETE }, SIGNED, 0, 2, false },
	{ "manifests that stay old: index", { PUT_INDEX }, PLAIN, REFRESH, 2, true },
	{ "manifests that stay old: tag", { PUT_TAG }, PLAIN | CONDEMNED, REFRESH, 2, true },
	{ "condemned manifests that name nothing", { PUT_INDEX }, PLAIN, STILL_NAMES, 2, true },
	{ "whether or not the tags changed: index", { PUT_INDEX }, SIGNED, UNCHANGED, 2, true },
	{ "whether or not the tags changed: tag", { PUT_TAG }, SIGNED, UNCHANGED, 2, true },
	{ "signatures that nothing keeps", { PUT_TAG }, SIGNED, KEPT_KEEPS, 2, true },
	{ "age not looked at again", { PUT_TAG }, PLAIN | CONDEMNED, LOOK_AGAIN, 2, true },
};

int main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct state first = { .clock = 1, .run = 1 };
		struct explorer explorer;

		world.rules = ALL & ~cases[i].missing;
		memcpy(world.kinds, cases[i].kinds, sizeof(world.kinds));
		world.runs = cases[i].runs;
		for (int j = 0; j < THINGS; j++)
			if (cases[i].first & 1u << j)
				first.things[j] = (struct thing){ .there = 1, .time = 1 };
		/* Only the image: what it names can be condemned only after it. */
		if (cases[i].first & CONDEMNED) {
			first.things[IMAGE].mark = first.things[IMAGE].mark_time = 1;
			first.run++;
			world.runs++;
		}
		first.tag = (cases[i].first & TAGGED) != 0;
		explore(&explorer, sizeof(first), &first, look);
		judge(&explorer, cases[i].name, cases[i].losses);
	}
	return done_testing();
}
