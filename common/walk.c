/* walk.c - every repository there is on the disk
 * SPDX-License-Identifier: ISC */
#include "walk.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "log.h"
#include "name.h"
#include "page.h"
#include "store.h"

/* One directory: what it has of a repository, and what may be one below it. */
struct level {
	struct walk *walk;
	struct page children;
	struct walk_place place;
};

/* A repository's own entries begin with `_`; names never do. */
static bool look(const char *entry, void *context)
{
	struct level *level = context;

	if (strcmp(entry, "_manifests") == 0)
		level->place.has_manifests = true;
	if (*entry == '_')
		level->place.has_parts = true;
	else if (level->walk->strict || name_valid(entry))
		page_add(&level->children, entry);
	return true;
}

/* What became of a directory that could not be listed.  A file is none, and may
 * lie there. */
static enum outcome not_listed(const struct walk *walk, const char *name, const char *path)
{
	if (errno == ENOTDIR && *name)
		return DONE;
	if (!walk->strict && (errno == ELOOP || (errno == ENOENT && *name)))
		return DONE;
	if (errno == ENOENT && *name) {
		log_line("'%s' vanished", path);
		return FAILED;
	}
	return file_outcome("cannot list", path);
}

static enum outcome descend(struct walk *walk, const char *name);

static enum outcome read_directory(struct walk *walk, const char *name, struct arena *arena)
{
	const char *path = *name ? layout_repository(arena, name) : LAYOUT_REPOSITORIES;
	struct level level = { .walk = walk, .place.name = name };
	enum outcome outcome = DONE;

	page_init(&level.children, arena, NULL, SIZE_MAX);
	if (file_each(walk->store->root, path, look, &level) < 0)
		return not_listed(walk, name, path);
	if (*name)
		outcome = walk->visit(walk, arena, &level.place);
	/* Who wants the first of them need not enter the rest. */
	page_sort(&level.children);
	for (size_t i = 0; i < level.children.count && outcome == DONE; i++) {
		const char *child = level.children.list[i];

		if (*name)
			child = layout_in(arena, name, child);
		if ((walk->strict || name_valid(child)) &&
		    (!walk->enters || walk->enters(walk, child)))
			outcome = descend(walk, child);
	}
	return outcome;
}

/* A directory is closed before those below it are opened, and its memory given
 * back before the next; the length of a path bounds the depth. */
static enum outcome descend(struct walk *walk, const char *name)
{
	struct arena arena;
	enum outcome outcome;

	arena_init(&arena);
	outcome = read_directory(walk, name, &arena);
	arena_reset(&arena);
	return outcome;
}

enum outcome walk_repositories(struct walk *walk)
{
	return descend(walk, "");
}
