/* gc_act.c - condemning and removing one thing
 * SPDX-License-Identifier: ISC */
#include "gc_act.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "log.h"
#include "mark.h"
#include "store.h"

enum { SYNCS_MOST = 8 };

static long long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

void gc_batch_begin(struct gc_batch *batch, struct gc *gc, struct arena *arena)
{
	batch->gc = gc;
	batch->arena = arena;
	batch->count = 0;
	batch->until = milliseconds() + GC_HOLD_MILLISECONDS;
}

bool gc_batch_is_over(const struct gc_batch *batch)
{
	return batch->count == GC_BATCH_MOST || milliseconds() >= batch->until;
}

void gc_batch_end(struct gc_batch *batch)
{
	if (batch->gc->bin->count > GC_BIN_MOST - GC_BATCH_MOST)
		gc_bin_empty(batch->gc);
}

static void release(void *bin)
{
	arena_reset(&((struct gc_bin *)bin)->arena);
}

struct gc_bin *gc_bin_new(struct arena *arena)
{
	struct gc_bin *bin = arena_alloc(arena, sizeof(*bin));

	arena_init(&bin->arena);
	arena_defer(arena, release, bin);
	return bin;
}

/* Is the i-th thing in the bin from elsewhere than the one before it? */
static bool is_from_elsewhere(const struct gc_bin *bin, size_t i)
{
	return i == 0 || strcmp(bin->parents[i], bin->parents[i - 1]) != 0;
}

static bool sync_each(const struct gc *gc)
{
	for (size_t i = 0; i < gc->bin->count; i++)
		if (is_from_elsewhere(gc->bin, i) &&
		    store_sync(gc->store, gc->bin->parents[i], 1) != DONE)
			return false;
	return true;
}

/* A power cut must not bring back a name whose files are deleted already.  To sync
 * a directory costs a flush of the disk, even where another did all the work. */
static bool sync_parents(const struct gc *gc)
{
	size_t parents = 0;

	for (size_t i = 0; i < gc->bin->count; i++)
		parents += is_from_elsewhere(gc->bin, i);
	if (!gc->store->durable || parents <= SYNCS_MOST)
		return sync_each(gc);
	if (syncfs(gc->store->root) == 0)
		return true;
	log_errno("cannot sync '%s'", gc->store->path);
	return false;
}

/* What cannot be synced stays in the trash for a later run; that is logged. */
void gc_bin_empty(struct gc *gc)
{
	struct gc_bin *bin = gc->bin;
	bool synced = sync_parents(gc);

	for (size_t i = 0; synced && i < bin->count; i++)
		store_empty_trash(gc->store, bin->trash[i]);
	if (!synced)
		gc->result->stuck += bin->count;
	bin->count = 0;
	arena_reset(&bin->arena);
}

void gc_pause(void)
{
	nanosleep(&(struct timespec){ 0, GC_PAUSE_MILLISECONDS * 1000000L }, NULL);
}

bool gc_discard(struct gc_batch *batch, const char *directory)
{
	struct gc *gc = batch->gc;
	struct gc_bin *bin = gc->bin;
	const char *trash;

	if (gc->options->dry_run)
		return true;
	if (bin->count == GC_BIN_MOST)
		return false;
	trash = arena_printf(&bin->arena, LAYOUT_TRASH "/run-%llu-%s", gc->result->run,
			     file_unique(batch->arena));
	if (file_rename(gc->store->root, directory, trash) < 0) {
		if (errno != ENOENT) /* else a DELETE was faster */
			log_errno("cannot discard '%s'", directory);
		return false;
	}
	bin->trash[bin->count] = trash;
	bin->parents[bin->count++] =
		arena_copy(&bin->arena, directory, (size_t)(strrchr(directory, '/') - directory));
	batch->count++;
	return true;
}

static void condemn(struct gc_batch *batch, struct gc_count *count, const char *directory,
		    const struct stat *status)
{
	struct gc *gc = batch->gc;
	enum outcome outcome = DONE;

	if (!gc->may_condemn || !gc_is_before(gc, &status->st_mtim, gc->options->grace))
		outcome = BUSY;
	else if (!gc->options->dry_run)
		outcome = mark_write(gc->store, batch->arena, directory, status, gc->result->run);
	if (outcome == DONE)
		count->condemned++;
	else
		count->left++;
}

/* Was it condemned by an earlier run, and long enough ago? */
static bool is_due(const struct gc *gc, const struct mark *mark)
{
	time_t limit = gc->t0.tv_sec - (time_t)gc->options->linger;

	return mark->run != gc->result->run &&
	       (mark->made.tv_sec < limit ||
		(mark->made.tv_sec == limit && mark->made.tv_nsec <= gc->t0.tv_nsec));
}

bool gc_judge(struct gc_batch *batch, enum gc_kind kind, const char *directory,
	      const struct stat *status, bool removable)
{
	struct gc_count *count = &batch->gc->result->counts[kind];
	struct mark mark;

	switch (mark_read(batch->gc->store, batch->arena, directory, status, &mark)) {
	case MISSING:
		condemn(batch, count, directory, status);
		return false;
	case DONE:
		if (removable && is_due(batch->gc, &mark) && gc_discard(batch, directory)) {
			count->removed++;
			count->bytes += (uint64_t)status->st_size;
			return true;
		}
		/* fall through */
	default:
		count->left++;
		return false;
	}
}

void gc_return(struct gc_batch *batch, enum gc_kind kind, const char *directory)
{
	struct gc *gc = batch->gc;

	if (gc->options->dry_run || mark_remove(gc->store, batch->arena, directory) == DONE)
		gc->result->counts[kind].returned++;
}
