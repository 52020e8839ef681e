/* explorer.h - all interleavings of some processes, one state after another
 * SPDX-License-Identifier: ISC
 *
 * A model is a struct of small numbers and a function that gives every state one
 * step away: a step of a process, or its being killed.  Each state that can be
 * reached is looked at once.  A model also says which states are losses; with
 * the protocol as it is there must be none, and with a rule of it taken out
 * there must be some, else the model shows nothing.  Where another rule covers the
 * same, a rule is a second line: nothing is lost without either, but without both.
 *
 * States are compared as bytes, so the struct must have no padding: members of
 * type uint8_t or int8_t only. */
#ifndef HYTHE_EXPLORER_H
#define HYTHE_EXPLORER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/tap.h"

enum { LOSSES_MOST = 16, TRACE_MOST = 64, STATES_MOST = 20000000 };

struct loss {
	const char *what;
	uint32_t first; /* the state where it was seen first */
	size_t count;
};

struct explorer {
	size_t size;	       /* of a state, in bytes */
	unsigned char *states; /* one behind the other */
	uint32_t *parents;     /* of each, */
	const char **steps;    /* and how it came from there */
	uint32_t count, room, current;
	uint32_t *table; /* by hash: number of the state, plus one */
	size_t slots;
	struct loss losses[LOSSES_MOST];
	size_t loss_count;
};

static inline void explorer_must(bool good, const char *what)
{
	if (!good) {
		printf("Bail out! %s\n", what);
		exit(99);
	}
}

static inline const void *explorer_state(const struct explorer *explorer, uint32_t number)
{
	return explorer->states + number * explorer->size;
}

static inline size_t explorer_hash(const unsigned char *bytes, size_t size)
{
	uint64_t hash = 14695981039346656037ull;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * 1099511628211ull;
	return (size_t)(hash ^ hash >> 32);
}

/* The slot of a state, or the free one where it belongs. */
static inline size_t explorer_slot(const struct explorer *explorer, const void *state)
{
	size_t slot = explorer_hash(state, explorer->size) & (explorer->slots - 1);

	while (explorer->table[slot] && memcmp(explorer_state(explorer, explorer->table[slot] - 1),
					       state, explorer->size) != 0)
		slot = (slot + 1) & (explorer->slots - 1);
	return slot;
}

static inline void explorer_grow(struct explorer *explorer)
{
	if (explorer->count < explorer->room)
		return;
	explorer_must(explorer->count < STATES_MOST, "too many states");
	explorer->room = explorer->room ? 2 * explorer->room : 1024;
	explorer->slots = 4 * (size_t)explorer->room;
	explorer->states = realloc(explorer->states, explorer->room * explorer->size);
	explorer->parents = realloc(explorer->parents, explorer->room * sizeof(uint32_t));
	explorer->steps = realloc(explorer->steps, explorer->room * sizeof(char *));
	free(explorer->table);
	explorer->table = calloc(explorer->slots, sizeof(uint32_t));
	explorer_must(explorer->states && explorer->parents && explorer->steps && explorer->table,
		      "out of memory");
	for (uint32_t i = 0; i < explorer->count; i++)
		explorer->table[explorer_slot(explorer, explorer_state(explorer, i))] = i + 1;
}

/* There is a step, called `step`, to this state. */
static inline void reach(struct explorer *explorer, const void *state, const char *step)
{
	size_t slot;

	explorer_grow(explorer);
	slot = explorer_slot(explorer, state);
	if (explorer->table[slot])
		return;
	memcpy(explorer->states + explorer->count * explorer->size, state, explorer->size);
	explorer->parents[explorer->count] = explorer->current;
	explorer->steps[explorer->count] = step;
	explorer->table[slot] = ++explorer->count;
}

/* The state being looked at is a loss. */
static inline void lose(struct explorer *explorer, const char *what)
{
	size_t i = 0;

	while (i < explorer->loss_count && strcmp(explorer->losses[i].what, what) != 0)
		i++;
	explorer_must(i < LOSSES_MOST, "too many kinds of losses");
	if (i == explorer->loss_count)
		explorer->losses[explorer->loss_count++] =
			(struct loss){ what, explorer->current, 0 };
	explorer->losses[i].count++;
}

/* Look at everything that can be reached; `look` calls reach() and lose(). */
static inline void explore(struct explorer *explorer, size_t size, const void *first,
			   void (*look)(struct explorer *explorer, const void *state))
{
	unsigned char *state = malloc(size);

	*explorer = (struct explorer){ .size = size };
	explorer_must(state != NULL, "out of memory");
	reach(explorer, first, "");
	for (; explorer->current < explorer->count; explorer->current++) {
		memcpy(state, explorer_state(explorer, explorer->current), size);
		look(explorer, state);
	}
	free(state);
}

static inline void explorer_free(struct explorer *explorer)
{
	free(explorer->states);
	free(explorer->parents);
	free(explorer->steps);
	free(explorer->table);
}

static inline void explorer_trace(const struct explorer *explorer, uint32_t number)
{
	const char *steps[TRACE_MOST];
	int count = 0;

	for (; number && count < TRACE_MOST; number = explorer->parents[number])
		steps[count++] = explorer->steps[number];
	printf("#    ");
	while (count)
		printf(" %s;", steps[--count]);
	putchar('\n');
}

static inline void explorer_show_losses(const struct explorer *explorer)
{
	for (size_t i = 0; i < explorer->loss_count; i++) {
		printf("#   %s: %zu states, the first by\n", explorer->losses[i].what,
		       explorer->losses[i].count);
		explorer_trace(explorer, explorer->losses[i].first);
	}
}

/* A test: no losses, or, where a rule is missing, some. */
static inline void judge(struct explorer *explorer, const char *name, bool losses_wanted)
{
	bool good = (explorer->loss_count > 0) == losses_wanted;

	ok(good, "%s: %s (%u states)", name, losses_wanted ? "losses are found" : "none is lost",
	   explorer->count);
	if (!good)
		explorer_show_losses(explorer);
	explorer_free(explorer);
}

/* A test: among the losses is one of this kind, or none is. */
static inline void judge_kind(struct explorer *explorer, const char *name, const char *kind,
			      bool wanted)
{
	bool found = false;

	for (size_t i = 0; i < explorer->loss_count; i++)
		found |= strcmp(explorer->losses[i].what, kind) == 0;
	ok(found == wanted, "%s: %s%s (%u states)", name, wanted ? "" : "not: ", kind,
	   explorer->count);
	if (found != wanted)
		explorer_show_losses(explorer);
	explorer_free(explorer);
}

#endif
