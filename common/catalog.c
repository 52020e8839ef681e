/* catalog.c - which repositories there are
 * SPDX-License-Identifier: ISC */
#include "catalog.h"

#include "page.h"
#include "walk.h"

struct catalog {
	struct walk walk; /* first, for what it calls gets no more */
	struct page *page;
};

static bool enters(struct walk *walk, const char *name)
{
	return !page_excludes(((struct catalog *)walk)->page, name);
}

static enum outcome visit(struct walk *walk, struct arena *arena, const struct walk_place *place)
{
	(void)arena;
	if (place->has_manifests)
		page_add(((struct catalog *)walk)->page, place->name);
	return DONE;
}

enum outcome catalog_list(const struct store *store, struct page *page)
{
	struct catalog catalog = {
		.walk = { .store = store, .enters = enters, .visit = visit },
		.page = page,
	};
	enum outcome outcome = walk_repositories(&catalog.walk);

	page_sort(page);
	return outcome == MISSING ? DONE : outcome;
}
