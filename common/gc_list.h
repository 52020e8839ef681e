/* gc_list.h - what a run of the collector will look at again, packed
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_GC_LIST_H
#define HYTHE_GC_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include "digest.h"
#include "gc.h"

struct arena;

struct gc_item {
	enum gc_kind kind;
	bool named; /* it is kept, but bears a mark */
	struct digest digest;
};

struct gc_list {
	unsigned char *bytes; /* one, then the raw digest, for each item */
	size_t length, room;
	size_t count; /* items */
};

/* An empty list; its memory is released with the arena. */
void gc_list_init(struct gc_list *list, struct arena *arena);

void gc_list_add(struct gc_list *list, const struct gc_item *item);

/* The item at `offset`, which steps to the next one. */
void gc_list_next(const struct gc_list *list, size_t *offset, struct gc_item *item);

#endif
