/* gc_list.c - what a run of the collector will look at again, packed
 * SPDX-License-Identifier: ISC */
#include "gc_list.h"

#include <stdlib.h>
#include <unistd.h>

#include "arena.h"
#include "log.h"

enum { ROOM_FIRST = 4096, ITEM_BYTES_MAX = 1 + DIGEST_BYTES_MAX, NAMED = 0x80 };

static void release(void *resource)
{
	struct gc_list *list = resource;

	free(list->bytes);
}

void gc_list_init(struct gc_list *list, struct arena *arena)
{
	*list = (struct gc_list){ .bytes = NULL };
	arena_defer(arena, release, list);
}

static void make_room(struct gc_list *list)
{
	if (list->room - list->length >= ITEM_BYTES_MAX)
		return;
	list->room = list->room ? list->room + list->room / 2 : ROOM_FIRST;
	list->bytes = realloc(list->bytes, list->room);
	if (!list->bytes) {
		log_line("out of memory");
		_exit(1);
	}
}

void gc_list_add(struct gc_list *list, const struct gc_item *item)
{
	make_room(list);
	list->count++;
	list->bytes[list->length++] =
		(unsigned char)((unsigned)item->kind << 4 | item->digest.algorithm |
				(item->named ? NAMED : 0u));
	digest_to_bytes(&item->digest, list->bytes + list->length);
	list->length += algorithm_bytes(item->digest.algorithm);
}

void gc_list_next(const struct gc_list *list, size_t *offset, struct gc_item *item)
{
	unsigned char head = list->bytes[(*offset)++];
	enum algorithm algorithm = head & 15;

	item->named = head & NAMED;
	item->kind = (head & ~NAMED) >> 4;
	digest_from_bytes(&item->digest, algorithm, list->bytes + *offset);
	*offset += algorithm_bytes(algorithm);
}
