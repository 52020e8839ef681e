/* gc_tidy.c - what the collector clears away besides
 * SPDX-License-Identifier: ISC */
#include "gc_tidy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"
#include "gc_act.h"
#include "layout.h"
#include "link.h"
#include "lock.h"
#include "log.h"
#include "referrers.h"
#include "seal.h"
#include "store.h"

/* Temporary files live as long as a request: one this old is nobody's, whatever
 * the grace time. */
enum { TEMPORARY_SECONDS = 60 };

/* Things that depend on a link of the same repository, and outlive it for a
 * moment: they are looked for without the lock, and again with it. */
struct search {
	struct gc *gc;
	struct arena *arena;
	const char *name;
	struct gc_batch *batch; /* with the lock; else NULL, */
	size_t found;		/* and these are counted */
};

static bool is_there(const struct search *search, const char *path)
{
	int fd = file_open(search->gc->store->root, path, O_PATH, 0);

	if (fd >= 0)
		close(fd);
	/* Only what is not there for certain is gone. */
	return fd >= 0 || errno != ENOENT;
}

/* A referrer's entry of this subject. */
struct subject {
	struct search *search;
	const char *directory;
};

static bool look_at_referrer(const char *entry, void *context)
{
	struct subject *subject = context;
	struct search *search = subject->search;
	struct digest digest;
	struct arena arena;

	if (!referrers_entry_digest(entry, &digest))
		return true;
	arena_init(&arena);
	/* docker-registry would fill a directory without a link, and the seal not
	 * break by that. */
	if (!is_there(search, layout_revision(&arena, search->name, &digest))) {
		search->found++;
		if (search->batch)
			search->gc->result->tidied +=
				file_unlink(search->gc->store->root,
					    layout_in(&arena, subject->directory, entry)) == 0;
	}
	arena_reset(&arena);
	return true;
}

static enum outcome look_at_subject(void *context, struct arena *arena, const char *directory,
				    const struct digest *name)
{
	struct search *search = context;
	struct subject subject = { search, directory };

	(void)arena, (void)name;
	if (file_each(search->gc->store->root, directory, look_at_referrer, &subject) < 0)
		return DONE; /* a file, or not to be read: fsck tells */
	if (search->batch)   /* if it is empty */
		file_remove_directory(search->gc->store->root, directory);
	return DONE;
}

/* The alias says which digest it stands for, and is of use only with the
 * repository's own link to that. */
static enum outcome look_at_alias(void *context, struct arena *arena, const char *directory,
				  const struct digest *name)
{
	struct search *search = context;
	struct digest canonical;
	struct stat status;

	(void)name;
	if (link_examine(search->gc->store, arena, directory, &canonical, &status) != DONE ||
	    !gc_is_before(search->gc, &status.st_mtim, search->gc->options->grace) ||
	    is_there(search,
		     layout_in(arena, layout_layer(arena, search->name, &canonical), "link")))
		return DONE;
	search->found++;
	if (search->batch && search->batch->count < GC_BATCH_MOST)
		search->gc->result->tidied += gc_discard(search->batch, directory);
	return DONE;
}

static bool look_at_version(const char *version, void *context)
{
	struct search *search = context;
	const char *path = layout_in(search->arena,
				     layout_part(search->arena, search->name, "_tarsum"), version);

	link_each(search->gc->store, path, look_at_alias, search);
	return true;
}

static void search_all(struct search *search)
{
	const struct store *store = search->gc->store;

	link_each(store, layout_all_referrers(search->arena, search->name),
		  look_at_subject, search);
	file_each(store->root, layout_part(search->arena, search->name, "_tarsum"), look_at_version,
		  search);
}

/* The directories of a repository, innermost first: what is in braces stands for
 * every entry.  `_layers` goes only after `_manifests`, for docker-registry's
 * collector deletes what a repository without it has. */
static const char *const parts[] = {
	"_uploads",
	"_manifests/revisions/{}",
	"_manifests/revisions",
	"_manifests/tags",
	"_manifests/referrers/{}",
	"_manifests/referrers",
	"_manifests/.tmp",
	"_manifests",
	"_tarsum/{}/sha256",
	"_tarsum/{}",
	"_tarsum",
	"_layers/{}",
	"_layers",
};

struct removal {
	const struct gc *gc;
	struct arena *arena;
	const char *before, *behind;
};

static bool remove_part(const char *entry, void *context)
{
	const struct removal *removal = context;

	file_remove_directory(
		removal->gc->store->root,
		arena_printf(removal->arena, "%s%s%s", removal->before, entry, removal->behind));
	return true;
}

/* Is it gone? */
static bool remove_parts(const struct gc *gc, struct arena *arena, const char *path)
{
	const char *braces = strstr(path, "/{}");
	struct removal removal = { .gc = gc, .arena = arena };

	if (!braces)
		return file_remove_directory(gc->store->root, path) == 0 || errno == ENOENT;
	removal.before = arena_printf(arena, "%.*s/", (int)(braces - path), path);
	removal.behind = braces + 3;
	file_each(gc->store->root, removal.before, remove_part, &removal);
	return true;
}

/* With the lock: rmdir goes only where nothing is left, not even an upload
 * session, and whoever makes directories there meanwhile makes them again. */
static bool remove_repository(const struct gc *gc, struct arena *arena, const char *name)
{
	seal_break(gc->store, arena, name);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (!remove_parts(gc, arena, layout_part(arena, name, parts[i])))
			return false;
	return file_remove_directory(gc->store->root, layout_repository(arena, name)) == 0;
}

static bool is_needed(struct search *search, const struct gc_repository *repository)
{
	search_all(search);
	return search->found || repository->hollow;
}

static void tidy_locked(struct search *search, const struct gc_repository *repository)
{
	struct gc *gc = search->gc;

	search_all(search);
	if (repository->hollow && search->batch->count == 0)
		gc->result->emptied +=
			remove_repository(gc, search->arena, search->name) && repository->has_parts;
}

/* Once more if it was emptied: what was discarded has left directories. */
static bool tidy_once(struct gc *gc, const struct gc_repository *repository)
{
	struct arena arena;
	struct gc_batch batch = { .count = 0 };
	struct search search = { .gc = gc, .arena = &arena, .name = repository->name };
	struct locks locks;

	arena_init(&arena);
	if (is_needed(&search, repository) &&
	    lock_repository(gc->store, &arena, repository->name, LOCK_EXCLUSIVE, &locks) == DONE) {
		gc_batch_begin(&batch, gc, &arena);
		search.batch = &batch;
		tidy_locked(&search, repository);
		lock_release(&locks);
		gc_batch_end(&batch);
	}
	arena_reset(&arena);
	return batch.count > 0;
}

void gc_tidy_repositories(struct gc *gc)
{
	gc->watch->step(gc->watch, "tidying repositories", gc->repository_count);
	/* Those that lie within others come behind them in the list. */
	for (size_t i = gc->repository_count; i-- > 0 && !gc->options->dry_run;) {
		while (tidy_once(gc, &gc->repositories[i]))
			;
		gc->watch->advance(gc->watch, gc->repository_count - i);
	}
	gc_bin_empty(gc);
}

/* What lies in hythe/tmp or hythe/trash. */
struct leftovers {
	struct gc *gc;
	const char *directory;
	bool trash;
};

static bool is_left_over(const struct leftovers *leftovers, const struct stat *status)
{
	const struct gc *gc = leftovers->gc;
	uint64_t age = gc->options->grace;

	/* A rename into the trash changes nothing but this. */
	if (leftovers->trash)
		return gc_is_before(gc, &status->st_ctim, age);
	return gc_is_before(gc, &status->st_mtim,
			    age < TEMPORARY_SECONDS ? TEMPORARY_SECONDS : age);
}

static bool look_at_leftover(const char *entry, void *context)
{
	const struct leftovers *leftovers = context;
	struct gc *gc = leftovers->gc;
	struct stat status;
	struct arena arena;
	const char *path;
	int fd;

	arena_init(&arena);
	path = layout_in(&arena, leftovers->directory, entry);
	fd = file_open(gc->store->root, path, O_PATH | O_NOFOLLOW, 0);
	if (fd >= 0 && fstat(fd, &status) == 0 && is_left_over(leftovers, &status)) {
		gc->result->tidied++;
		if (!gc->options->dry_run)
			store_empty_trash(gc->store, path);
	}
	if (fd >= 0)
		close(fd);
	arena_reset(&arena);
	return true;
}

void gc_tidy_leftovers(struct gc *gc)
{
	struct leftovers tmp = { gc, LAYOUT_TMP, false }, trash = { gc, LAYOUT_TRASH, true };

	gc->watch->step(gc->watch, "emptying tmp and trash", 0);
	file_each(gc->store->root, tmp.directory, look_at_leftover, &tmp);
	file_each(gc->store->root, trash.directory, look_at_leftover, &trash);
}
