/* gc_links.c - the collector's work on the links and manifests of a repository
 * SPDX-License-Identifier: ISC */
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "blob.h"
#include "file.h"
#include "gc_act.h"
#include "layout.h"
#include "link.h"
#include "lock.h"
#include "seal.h"
#include "store.h"

static const char *item_directory(struct arena *arena, const char *name, const struct gc_item *item)
{
	return item->kind == GC_LINK ? layout_layer(arena, name, &item->digest)
				     : layout_revision(arena, name, &item->digest);
}

/* Which blob an unnamed link leads to that stays for now: the blob must stay as
 * long, or a push of it elsewhere would open it here again. */
static void hold(struct gc *gc, struct arena *arena, const char *name, const struct gc_item *item)
{
	struct digest target;
	struct stat status;

	if (item->kind != GC_LINK || item->named)
		return;
	digest_set_add(gc->held, &item->digest);
	if (link_examine(gc->store, arena, layout_layer(arena, name, &item->digest), &target,
			 &status) == DONE)
		digest_set_add(gc->held, &target);
}

static void hold_rest(struct gc *gc, const struct gc_repository *repository, size_t offset)
{
	while (offset < repository->end) {
		struct gc_item item;
		struct arena arena;

		gc_list_next(&gc->links, &offset, &item);
		arena_init(&arena);
		hold(gc, &arena, repository->name, &item);
		arena_reset(&arena);
		if (!item.named)
			gc->result->counts[item.kind].left++;
	}
}

/* Has a PUT or DELETE begun here since T0?  Then the tags may have changed, and
 * with them what keeps a manifest.  The host of who began may be behind. */
static bool has_changed(const struct gc *gc, struct arena *arena, const char *name)
{
	int fd = file_open_directory(gc->store->root, layout_manifests(arena, name));
	struct stat status;
	bool changed;

	if (fd < 0)
		return true;
	changed = fstat(fd, &status) < 0 || !gc_is_before(gc, &status.st_mtim, gc->options->clocks);
	close(fd);
	return changed;
}

/* A link to nothing is no use to anybody, and need not be condemned first. */
static bool leads_nowhere(struct gc *gc, struct arena *arena, const struct digest *target,
			  const struct stat *status)
{
	off_t size;

	return gc_is_before(gc, &status->st_mtim, gc->options->grace) &&
	       blob_size(gc->store, arena, target, &size) == MISSING;
}

/* With the lock, look at one again and do what is to be done.  True if it is
 * gone. */
static bool act_on_item(struct gc_batch *batch, const char *name, const struct gc_item *item)
{
	struct gc *gc = batch->gc;
	struct gc_count *count = &gc->result->counts[item->kind];
	const char *directory = item_directory(batch->arena, name, item);
	struct digest target;
	struct stat status;

	if (item->named) {
		gc_return(batch, item->kind, directory);
		return false;
	}
	switch (link_examine(gc->store, batch->arena, directory, &target, &status)) {
	case DONE:
		break;
	case MISSING: /* the rest of one whose removal was cut short */
		gc->result->tidied += gc_discard(batch, directory);
		return true;
	default:
		count->left++;
		return false;
	}
	if (item->kind == GC_LINK && leads_nowhere(gc, batch->arena, &target, &status) &&
	    gc_discard(batch, directory)) {
		count->removed++;
		return true;
	}
	return gc_judge(batch, item->kind, directory, &status, true);
}

static void act_on_items(struct gc_batch *batch, const struct gc_repository *repository,
			 size_t *offset)
{
	struct gc *gc = batch->gc;
	bool changed = has_changed(gc, batch->arena, repository->name);

	do {
		struct gc_item item;

		gc_list_next(&gc->links, offset, &item);
		gc->done++;
		if (item.kind == GC_MANIFEST && !item.named && changed)
			gc->result->counts[GC_MANIFEST].left++;
		else if (!act_on_item(batch, repository->name, &item))
			hold(gc, batch->arena, repository->name, &item);
	} while (*offset < repository->end && !gc_batch_is_over(batch));
}

/* What is removed leaves the referrers that are recorded complete. */
static void act_sealed(struct gc_batch *batch, const struct gc_repository *repository,
		       size_t *offset)
{
	const struct store *store = batch->gc->store;
	struct seal seals[ALGORITHM_COUNT];

	if (batch->gc->options->dry_run) {
		act_on_items(batch, repository, offset);
		return;
	}
	for (enum algorithm each = 0; each < ALGORITHM_COUNT; each++)
		seal_begin(store, batch->arena, repository->name, each, &seals[each]);
	act_on_items(batch, repository, offset);
	for (enum algorithm each = 0; each < ALGORITHM_COUNT; each++)
		seal_end(store, batch->arena, repository->name, &seals[each]);
}

/* Lock the repository once, for some of its items.  False if it is not to be
 * had. */
static bool act_once(struct gc *gc, const struct gc_repository *repository, size_t *offset)
{
	struct arena arena;
	struct gc_batch batch;
	struct locks locks;
	bool locked = gc->options->dry_run;

	arena_init(&arena);
	if (!locked)
		locked = lock_repository(gc->store, &arena, repository->name, LOCK_EXCLUSIVE,
					 &locks) == DONE;
	if (locked) {
		gc_batch_begin(&batch, gc, &arena);
		act_sealed(&batch, repository, offset);
		if (!gc->options->dry_run)
			lock_release(&locks);
		gc_batch_end(&batch);
	}
	arena_reset(&arena);
	return locked;
}

static void act_on_repository(struct gc *gc, const struct gc_repository *repository)
{
	size_t offset = repository->begin;

	while (offset < repository->end) {
		if (!act_once(gc, repository, &offset)) {
			gc->result->repositories_left++;
			hold_rest(gc, repository, offset);
			return;
		}
		gc->watch->advance(gc->watch, gc->done);
		if (offset < repository->end && !gc->options->dry_run)
			gc_pause();
	}
}

void gc_act_on_repositories(struct gc *gc)
{
	gc->done = 0;
	gc->watch->step(gc->watch, "collecting links, manifests", gc->links.count);
	for (size_t i = 0; i < gc->repository_count; i++)
		act_on_repository(gc, &gc->repositories[i]);
	gc->watch->advance(gc->watch, gc->links.count);
	gc_bin_empty(gc);
}
