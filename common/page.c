/* page.c - a page of a sorted list of names
 * SPDX-License-Identifier: ISC
 *
 * Until it is sorted the list is a heap with the greatest name on top, which
 * is the next to go. */
#include "page.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

void page_init(struct page *page, struct arena *arena, const char *last, size_t most)
{
	*page = (struct page){ .arena = arena, .last = last ? last : "", .most = most };
}

static void swap(char **a, char **b)
{
	char *other = *a;

	*a = *b;
	*b = other;
}

static void rise(struct page *page, size_t i)
{
	for (size_t parent; i > 0; i = parent) {
		parent = (i - 1) / 2;
		if (strcmp(page->list[i], page->list[parent]) <= 0)
			return;
		swap(&page->list[i], &page->list[parent]);
	}
}

static void sink(struct page *page, size_t i)
{
	for (size_t child; (child = 2 * i + 1) < page->count; i = child) {
		if (child + 1 < page->count &&
		    strcmp(page->list[child + 1], page->list[child]) > 0)
			child++;
		if (strcmp(page->list[i], page->list[child]) >= 0)
			return;
		swap(&page->list[i], &page->list[child]);
	}
}

static void append(struct page *page, const char *name)
{
	if (page->count == page->room) {
		size_t room = page->room ? page->room * 2 : 64;
		char **list = arena_alloc(page->arena, room * sizeof(*list));

		if (page->count)
			memcpy(list, page->list, page->count * sizeof(*list));
		page->list = list;
		page->room = room;
	}
	/* Where names get replaced, each place must have room for any. */
	if (page->most < SIZE_MAX)
		page->list[page->count] = strcpy(arena_alloc(page->arena, PAGE_NAME_MAX + 1), name);
	else
		page->list[page->count] = arena_copy(page->arena, name, strlen(name));
	rise(page, page->count++);
}

void page_add(struct page *page, const char *name)
{
	if (strlen(name) > PAGE_NAME_MAX || strcmp(name, page->last) <= 0)
		return;
	if (page->count < page->most) {
		append(page, name);
		return;
	}
	page->more = true;
	if (page->count && strcmp(name, page->list[0]) < 0) {
		strcpy(page->list[0], name);
		sink(page, 0);
	}
}

bool page_wants(const struct page *page, const char *name)
{
	if (strcmp(name, page->last) <= 0)
		return false;
	return !page->more || page->count < page->most ||
	       (page->count && strcmp(name, page->list[0]) < 0);
}

bool page_excludes(const struct page *page, const char *name)
{
	size_t length = strlen(name);
	int order = strncmp(name, page->last, length);

	/* Everything below it comes before `last`: '/' is less than what follows
	 * there. */
	if (order < 0 || (order == 0 && page->last[length] > '/'))
		return true;
	return page->more && page->count == page->most && page->count &&
	       strcmp(name, page->list[0]) > 0;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void page_sort(struct page *page)
{
	if (page->count > 1)
		qsort(page->list, page->count, sizeof(*page->list), by_bytes);
}
