/* page.h - a page of a sorted list of names
 * SPDX-License-Identifier: ISC
 *
 * Names come in any order; the page keeps the first `most` by byte of those
 * behind `last`, so its memory grows with what is shown and not with what
 * there is. */
#ifndef HYTHE_PAGE_H
#define HYTHE_PAGE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct page {
	struct arena *arena;
	const char *last;   /* names up to this one are left out; it need not exist */
	size_t most;
	char **list;        /* in order after page_sort() */
	size_t count;
	size_t room;
	bool more;          /* there are names behind this page */
};

enum { PAGE_NAME_MAX = 255 };

/* `last` may be NULL, for a page from the start; `most` SIZE_MAX, for all. */
void page_init(struct page *page, struct arena *arena, const char *last, size_t most);

/* Offer a name of at most PAGE_NAME_MAX bytes; longer ones are not names. */
void page_add(struct page *page, const char *name);

/* False if to offer the name would change nothing: it is before the page, or is one more
 * of those known to be behind it.  To be asked before page_sort(). */
bool page_wants(const struct page *page, const char *name);

/* Is it known already that neither `name` nor anything that begins with it and
 * a slash belongs to the page?  To be asked before page_sort(). */
bool page_excludes(const struct page *page, const char *name);

/* Put the page in order, when all names have been offered. */
void page_sort(struct page *page);

#endif
