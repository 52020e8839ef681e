/* walk.c - every repository there is on the disk
 * SPDX-License-Identifier: ISC */
#include "walk.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "log.h"
#include "name.h"
#include "page.h"
#include "store.h"

/* How many directories below one are known at a time, where not all are entered: the
 * others are read again if their turn comes, so that memory is bounded.  Most pages need
 * the first few; who goes on needs many, and shall not read all again for each few. */
enum { BATCH = 1024, BATCH_GROWTH = 4, BATCH_MOST = 16384 };

/* The next `most` directories below one. */
struct batch {
	char last[PAGE_NAME_MAX + 1]; /* they come behind this one */
	size_t most;
	bool more; /* there are others whose turn comes */
};

/* One directory: what it has of a repository, and what may be one below it. */
struct level {
	struct walk *walk;
	struct page children;
	struct walk_place place;
};

static bool enters(struct walk *walk, const char *child)
{
	return walk->strict ||
	       (name_valid(child) && (!walk->enters || walk->enters(walk, child)));
}

static bool enters_entry(const struct level *level, const char *entry)
{
	const char *name = level->place.name;
	char child[2 * PAGE_NAME_MAX + 2];

	if (!*name || level->walk->strict)
		return enters(level->walk, entry);
	snprintf(child, sizeof(child), "%s/%s", name, entry);
	return enters(level->walk, child);
}

/* A repository's own entries begin with `_`; names never do. */
static bool look(const char *entry, void *context)
{
	struct level *level = context;

	if (strcmp(entry, "_manifests") == 0)
		level->place.has_manifests = true;
	if (*entry == '_')
		level->place.has_parts = true;
	else if (enters_entry(level, entry))
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

/* Who wants the first of them need not enter the rest, nor know them. */
static enum outcome enter(struct level *level, struct arena *arena, bool *more)
{
	struct page *children = &level->children;
	enum outcome outcome = DONE;

	page_sort(children);
	*more = children->more;
	for (size_t i = 0; i < children->count && outcome == DONE; i++) {
		const char *child = children->list[i];

		if (*level->place.name)
			child = layout_in(arena, level->place.name, child);
		if (enters(level->walk, child))
			outcome = descend(level->walk, child);
		else
			*more = false;
	}
	return outcome;
}

/* A batch of what is below `name`; then `batch` is for the next one.  The directory is
 * closed before those below it are opened. */
static enum outcome read_directory(struct walk *walk, const char *name, struct arena *arena,
				   struct batch *batch)
{
	const char *path = *name ? layout_repository(arena, name) : LAYOUT_REPOSITORIES;
	struct level level = { .walk = walk, .place.name = name };
	enum outcome outcome = DONE;

	batch->more = false;
	page_init(&level.children, arena, batch->last, batch->most);
	if (file_each(walk->store->root, path, look, &level) < 0)
		return not_listed(walk, name, path);
	if (*name && !*batch->last)
		outcome = walk->visit(walk, arena, &level.place);
	if (outcome == DONE)
		outcome = enter(&level, arena, &batch->more);
	if (batch->more)
		strcpy(batch->last, level.children.list[level.children.count - 1]);
	if (batch->most < BATCH_MOST)
		batch->most *= BATCH_GROWTH;
	return outcome;
}

/* Memory is given back before the next; the length of a path bounds the depth. */
static enum outcome descend(struct walk *walk, const char *name)
{
	struct batch batch = { .most = walk->enters ? BATCH : SIZE_MAX };
	enum outcome outcome;
	struct arena arena;

	do {
		arena_init(&arena);
		outcome = read_directory(walk, name, &arena, &batch);
		arena_reset(&arena);
	} while (outcome == DONE && batch.more);
	return outcome;
}

enum outcome walk_repositories(struct walk *walk)
{
	return descend(walk, "");
}
