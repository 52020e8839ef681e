/* catalog.c - which repositories there are
 * SPDX-License-Identifier: ISC */
#include "catalog.h"

#include "page.h"
#include "walk.h"

struct catalog {
	struct walk walk; /* first, for what it calls gets no more */
	struct page *page;
	bool (*lists)(const char *name, const void *context);
	const void *context;
};

static bool enters(struct walk *walk, const char *name)
{
	return !page_excludes(((struct catalog *)walk)->page, name);
}

static bool is_listed(const struct catalog *catalog, const char *name)
{
	return !catalog->lists || catalog->lists(name, catalog->context);
}

static enum outcome visit(struct walk *walk, struct arena *arena, const struct walk_place *place)
{
	const struct catalog *catalog = (const struct catalog *)walk;

	(void)arena;
	if (place->has_manifests && is_listed(catalog, place->name))
		page_add(catalog->page, place->name);
	return DONE;
}

enum outcome catalog_list(const struct store *store, struct page *page,
			  bool (*lists)(const char *name, const void *context),
			  const void *context)
{
	struct catalog catalog = {
		.walk = { .store = store, .enters = enters, .visit = visit },
		.page = page,
		.lists = lists,
		.context = context,
	};
	enum outcome outcome = walk_repositories(&catalog.walk);

	page_sort(page);
	return outcome == MISSING ? DONE : outcome;
}
