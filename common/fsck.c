/* fsck.c - is the store as it should be?
 * SPDX-License-Identifier: ISC */
#include "fsck.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"
#include "fsck_check.h"
#include "gc_state.h"
#include "hash.h"
#include "layout.h"
#include "store.h"
#include "walk.h"

/* What lies in hythe/tmp or hythe/trash so long was left by somebody. */
enum { LEFTOVER_SECONDS = 3600 };

struct visit {
	struct walk walk; /* first, for what it calls gets no more */
	struct fsck *fsck;
	size_t done;
};

static enum outcome visit(struct walk *walk, struct arena *arena, const struct walk_place *place)
{
	struct visit *visit = (struct visit *)walk;
	struct fsck *fsck = visit->fsck;

	(void)arena;
	fsck->result->repositories += place->has_manifests;
	fsck_look(fsck, place->name, NULL, fsck_repository);
	fsck->watch->advance(fsck->watch, ++visit->done);
	return DONE;
}

static enum outcome look_at_repositories(struct fsck *fsck)
{
	struct visit all = { .walk = { .store = fsck->store, .visit = visit }, .fsck = fsck };

	fsck->watch->step(fsck->watch, "looking at repositories", 0);
	fsck_look(fsck, NULL, NULL, fsck_repository);
	return walk_repositories(&all.walk);
}

static void look_at_temporary(struct fsck_place *place, const char *path, const char *entry,
			      void *context)
{
	struct stat status;

	(void)entry, (void)context;
	if (fsck_status(place, path, &status) == DONE &&
	    status.st_mtime < time(NULL) - LEFTOVER_SECONDS)
		fsck_note(place, FSCK_LEFTOVER, path, NULL);
}

/* A rename changes the status alone. */
static void look_at_trash(struct fsck_place *place, const char *path, const char *entry,
			  void *context)
{
	struct stat status;

	(void)entry, (void)context;
	if (fsck_status(place, path, &status) == DONE &&
	    status.st_ctime < time(NULL) - LEFTOVER_SECONDS)
		fsck_note(place, FSCK_LEFTOVER, path, NULL);
}

static void look_at_frame(struct fsck_place *place, void *context)
{
	static const char *const v2[] = { "blobs", "repositories", "hythe", NULL };
	static const char *const hythe[] = { "locks", "checked", "tmp",	       "trash",
					     "gc",    "catalog", "token-keys", NULL };
	static const char *const gc[] = { "lock", "run", "time", "condemned", NULL };

	(void)context;
	fsck_strays(place, LAYOUT_V2, v2);
	fsck_strays(place, LAYOUT_HYTHE, hythe);
	fsck_strays(place, LAYOUT_GC, gc);
	fsck_each(place, LAYOUT_TMP, NULL, look_at_temporary);
	fsck_each(place, LAYOUT_TRASH, NULL, look_at_trash);
}

static enum outcome look_at_all(struct fsck *fsck)
{
	enum outcome outcome;

	fsck_look(fsck, NULL, NULL, look_at_frame);
	outcome = look_at_repositories(fsck);
	if (outcome == DONE)
		fsck_blobs(fsck);
	return outcome;
}

enum outcome fsck_run(const struct store *store, const struct fsck_options *options,
		      struct fsck_watch *watch, struct fsck_result *result)
{
	struct arena arena;
	struct stat status;
	struct fsck fsck = {
		.store = store,
		.options = options,
		.watch = watch,
		.result = result,
		.mutex = PTHREAD_MUTEX_INITIALIZER,
	};
	enum outcome outcome = DONE;

	*result = (struct fsck_result){ 0 };
	if (fstat(store->root, &status) < 0)
		return file_outcome("cannot look at", store->path);
	fsck.owner = status.st_uid;
	hash_init();
	arena_init(&arena);
	/* Nobody may mark what is being unmarked. */
	if (options->repair || options->unmark)
		outcome = gc_exclude(store, &arena);
	if (outcome == DONE)
		outcome = look_at_all(&fsck);
	arena_reset(&arena);
	return outcome;
}
