/* revision.c - the links of a repository to its manifests
 * SPDX-License-Identifier: ISC */
#include "revision.h"

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "link.h"
#include "seal.h"
#include "store.h"

/* The directory alone changes what the seal is about: it is made first, and the
 * seal moved along, so that the seal is broken for no longer than that. */
enum outcome revision_put(const struct store *store, struct arena *arena, const char *name,
			  const struct digest *digest)
{
	const char *directory = layout_revision(arena, name, digest);
	enum outcome outcome = DONE;
	struct seal seal;
	int made;

	seal_begin(store, arena, name, digest->algorithm, &seal);
	made = file_make_directories(store->root, directory);
	if (made < 0)
		outcome = file_outcome("cannot make", directory);
	seal_end(store, arena, name, &seal);
	if (outcome == DONE && made > 1)
		outcome = store_sync(store, directory, made + 1);
	if (outcome == DONE)
		outcome = link_put(store, arena, directory, digest);
	return store_required(outcome, directory);
}

/* Never the link alone: a directory that stayed without one would be filled by
 * docker-registry without a change of the time. */
enum outcome revision_remove(const struct store *store, struct arena *arena, const char *name,
			     const struct digest *digest)
{
	const char *trash;
	enum outcome outcome;
	struct seal seal;

	seal_begin(store, arena, name, digest->algorithm, &seal);
	outcome = store_discard(store, arena, layout_revision(arena, name, digest), &trash);
	seal_end(store, arena, name, &seal);
	if (outcome != DONE)
		return outcome;
	outcome = store_sync(store, layout_revisions(arena, name, digest->algorithm), 1);
	store_empty_trash(store, trash);
	return outcome;
}
