/* tag.c - tags: names for manifests that may move
 * SPDX-License-Identifier: ISC */
#include "tag.h"

#include <errno.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"
#include "glob.h"
#include "layout.h"
#include "link.h"
#include "mark.h"
#include "page.h"
#include "reference.h"
#include "repository.h"
#include "store.h"

enum outcome tag_read(const struct store *store, struct arena *arena, const char *name,
		      const char *tag, struct digest *digest)
{
	return link_read(store, arena, layout_in(arena, layout_tag(arena, name, tag), "current"),
			 digest);
}

bool tag_is_immutable(const struct store *store, const char *tag)
{
	return store->immutable && glob_any(store->immutable, tag);
}

/* The tag's history, then the tag, in `directory`. */
static enum outcome write_links(const struct store *store, struct arena *arena,
				const char *directory, const struct digest *digest)
{
	const char *index = arena_printf(arena, "%s/index/%s/%s", directory,
					 algorithm_name(digest->algorithm), digest_hex(digest));
	enum outcome outcome = link_put(store, arena, index, digest);

	if (outcome != DONE)
		return outcome;
	return link_put(store, arena, layout_in(arena, directory, "current"), digest);
}

/* docker-registry lists every directory it finds as a tag, so a new one is
 * built elsewhere and appears complete. */
static enum outcome create(const struct store *store, struct arena *arena, const char *directory,
			   const struct digest *digest)
{
	const char *temporary = store_temporary(arena);
	enum outcome outcome = write_links(store, arena, temporary, digest);

	if (outcome == DONE)
		outcome = store_place(store, temporary, directory);
	if (outcome != DONE)
		file_remove_tree(store->root, temporary);
	return store_required(outcome, directory);
}

/* An untagged image is collectable when it is old: let it be young once its
 * tag leaves it. */
static enum outcome leave(const struct store *store, struct arena *arena, const char *name,
			  const struct digest *digest)
{
	enum outcome outcome =
		mark_refresh(store, layout_revision(arena, name, digest), "link");

	return outcome == MISSING ? DONE : outcome;
}

enum outcome tag_write(const struct store *store, struct arena *arena, const char *name,
		       const char *tag, const struct digest *digest)
{
	const char *directory = layout_tag(arena, name, tag);
	struct digest before;
	enum outcome outcome = tag_read(store, arena, name, tag, &before);
	int fd;

	if (outcome == DONE && !digest_equal(&before, digest))
		outcome = leave(store, arena, name, &before);
	if (outcome != DONE && outcome != MISSING)
		return outcome;
	fd = file_open_directory(store->root, directory);
	if (fd < 0 && errno == ENOENT)
		return create(store, arena, directory, digest);
	if (fd < 0)
		return file_outcome("cannot open", directory);
	close(fd);
	return write_links(store, arena, directory, digest);
}

enum outcome tag_remove(const struct store *store, struct arena *arena, const char *name,
			const char *tag)
{
	struct digest before;
	const char *trash;
	enum outcome outcome = tag_read(store, arena, name, tag, &before);

	if (outcome == DONE)
		outcome = leave(store, arena, name, &before);
	if (outcome == DONE)
		outcome = store_discard(store, arena, layout_tag(arena, name, tag), &trash);
	if (outcome != DONE)
		return outcome;
	outcome = store_sync(store, layout_tags(arena, name), 1);
	store_empty_trash(store, trash);
	return outcome;
}

/* Most of a long list are not wanted, and need no closer look. */
static bool offer(const char *tag, void *page)
{
	if (page_wants(page, tag) && tag_valid(tag))
		page_add(page, tag);
	return true;
}

/* Does the tag stand for anything?  In memory of its own: a list has many. */
static enum outcome find(const struct store *store, const char *name, const char *tag)
{
	struct arena arena;
	struct digest digest;
	enum outcome outcome;

	arena_init(&arena);
	outcome = tag_read(store, &arena, name, tag, &digest);
	arena_reset(&arena);
	return outcome;
}

enum outcome tag_list(const struct store *store, struct arena *arena, const char *name,
		      struct page *page, size_t *count, const char **last)
{
	const char *directory = layout_tags(arena, name);
	enum outcome outcome = repository_find(store, arena, name);

	*count = 0;
	if (outcome == DONE && file_each(store->root, directory, offer, page) < 0) {
		outcome = file_outcome("cannot list", directory);
		if (outcome == MISSING) /* no tag was ever written */
			outcome = DONE;
	}
	page_sort(page);
	*last = page->count ? page->list[page->count - 1] : NULL;
	for (size_t i = 0; i < page->count && outcome == DONE; i++) {
		outcome = find(store, name, page->list[i]);
		if (outcome == DONE)
			page->list[(*count)++] = page->list[i];
		else if (outcome == MISSING)
			outcome = DONE;
	}
	return outcome;
}
