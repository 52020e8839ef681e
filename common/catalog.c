/* catalog.c - which repositories there are
 * SPDX-License-Identifier: ISC */
#include "catalog.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "name.h"
#include "page.h"
#include "store.h"

struct walk {
	const struct store *store;
	struct page *found;
};

/* One directory: its entries that may be names, and whether it is a
 * repository. */
struct level {
	struct page children;
	bool is_repository;
};

/* A repository's own entries begin with `_`; names never do. */
static bool visit(const char *entry, void *context)
{
	struct level *level = context;

	if (strcmp(entry, "_manifests") == 0)
		level->is_repository = true;
	else if (name_valid(entry))
		page_add(&level->children, entry);
	return true;
}

static enum outcome descend(const struct walk *walk, const char *name);

static enum outcome read_directory(const struct walk *walk, const char *name, struct arena *arena)
{
	const char *path = *name ? layout_repository(arena, name) : LAYOUT_REPOSITORIES;
	struct level level = { .is_repository = false };
	enum outcome outcome = DONE;

	page_init(&level.children, arena, NULL, SIZE_MAX);
	/* A symbolic link is not followed. */
	if (file_each(walk->store->root, path, visit, &level) < 0)
		return errno == ELOOP ? DONE : file_outcome("cannot list", path);
	if (level.is_repository && *name)
		page_add(walk->found, name);
	for (size_t i = 0; i < level.children.count && outcome == DONE; i++) {
		const char *child = level.children.list[i];

		if (*name)
			child = layout_in(arena, name, child);
		if (name_valid(child) && !page_excludes(walk->found, child))
			outcome = descend(walk, child);
	}
	return outcome;
}

/* A directory is closed before those below it are opened, and its memory given
 * back before the next; the length of a name bounds the depth. */
static enum outcome descend(const struct walk *walk, const char *name)
{
	struct arena arena;
	enum outcome outcome;

	arena_init(&arena);
	outcome = read_directory(walk, name, &arena);
	arena_reset(&arena);
	/* A file is no directory, and an empty one may go at any time. */
	return outcome == MISSING ? DONE : outcome;
}

enum outcome catalog_list(const struct store *store, struct page *page)
{
	struct walk walk = { store, page };
	enum outcome outcome = descend(&walk, "");

	page_sort(page);
	return outcome;
}
