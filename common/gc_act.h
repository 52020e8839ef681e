/* gc_act.h - condemning and removing, for the collector's files only
 * SPDX-License-Identifier: ISC
 *
 * Locks are held for some milliseconds at a time, and let go of for longer than
 * any waiting writer sleeps: nobody's push fails because of the collector. */
#ifndef HYTHE_GC_ACT_H
#define HYTHE_GC_ACT_H

#include <stdbool.h>
#include <sys/stat.h>
#include "arena.h"
#include "gc_state.h"
#include "outcome.h"

enum {
	GC_BIN_MOST = 8192,
	GC_BATCH_MOST = 512,
	GC_HOLD_MILLISECONDS = 20,
	GC_PAUSE_MILLISECONDS = 25
};

/* What was renamed into the trash, and is to be deleted once that is synced:
 * many at a time, for it is the first sync after a change that takes long. */
struct gc_bin {
	struct arena arena;
	size_t count;
	const char *trash[GC_BIN_MOST];
	const char *parents[GC_BIN_MOST]; /* where that was */
};

/* A new, empty bin; released with the arena. */
struct gc_bin *gc_bin_new(struct arena *arena);

/* Sync where things were, and delete them.  No lock is held. */
void gc_bin_empty(struct gc *gc);

/* What is done while a lock is held once. */
struct gc_batch {
	struct gc *gc;
	struct arena *arena;
	long long until; /* when to let go; milliseconds, monotonic */
	size_t count;	 /* of what was discarded */
};

/* Begin, the lock just taken. */
void gc_batch_begin(struct gc_batch *batch, struct gc *gc, struct arena *arena);

/* Is it time to let go? */
bool gc_batch_is_over(const struct gc_batch *batch);

/* End, the lock let go of; the bin is emptied if it is full. */
void gc_batch_end(struct gc_batch *batch);

/* Sleep as long as a lock should be left to others. */
void gc_pause(void);

/* Condemn the thing in `directory`, whose file has this status; or remove it, if
 * an earlier run condemned it long enough ago, and it is `removable`.  True if
 * it is gone. */
bool gc_judge(struct gc_batch *batch, enum gc_kind kind, const char *directory,
	      const struct stat *status, bool removable);

/* Take away the mark of what is named again. */
void gc_return(struct gc_batch *batch, enum gc_kind kind, const char *directory);

/* Rename `directory` into the trash; true if that was done. */
bool gc_discard(struct gc_batch *batch, const char *directory);

/* Do it for the links and manifests of all repositories, and then, with what
 * that left in mind, for the blobs.  What cannot be locked is left to the next
 * run.  DONE, BUSY, FULL or FAILED. */
void gc_act_on_repositories(struct gc *gc);
enum outcome gc_act_on_blobs(struct gc *gc);

#endif
