/* gc_state.h - the state of one run of the collector, for its files only
 * SPDX-License-Identifier: ISC
 *
 * What outlives a run lies in hythe/gc:
 *
 *   lock       held by the one run that there may be
 *   run        the number of the last one
 *   time       touched for T0, the file system's time when the run began
 *   condemned  the digests of all that may bear a mark, a line each.  It is
 *              written before any mark; the next run, reading it, need not look
 *              beside each of a million named blobs.  Without it, it does. */
#ifndef HYTHE_GC_STATE_H
#define HYTHE_GC_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <time.h>
#include "digest_set.h"
#include "gc.h"
#include "gc_list.h"
#include "outcome.h"

struct arena;
struct gc_bin;
struct store;

enum { GC_SHARDS = 256 };

/* One directory below `repositories`, and its part of the list. */
struct gc_repository {
	const char *name;
	size_t begin, end; /* of its items */
	bool has_parts;	   /* it is one, or the rest of one */
	bool hollow;	   /* none of its links and manifests is kept */
};

struct gc {
	const struct store *store;
	const struct gc_options *options;
	struct gc_watch *watch;
	struct gc_result *result;
	struct arena *arena;
	struct timespec t0;
	bool passed[GC_SHARDS];	     /* every writer from before T0 is done there */
	struct digest_set *suspects; /* what may bear a mark; NULL: anything */
	struct digest_set *named;    /* blobs that must stay */
	struct digest_set *held;     /* blobs that an unnamed link still leads to */
	struct gc_repository *repositories;
	size_t repository_count;
	struct gc_list links; /* of all repositories: links and manifests */
	struct gc_list blobs;
	struct gc_bin *bin; /* gc_act.h */
	size_t done;	    /* items of the list that is worked on */
	bool may_condemn;   /* `condemned` could be written */
	bool all_stay;	    /* a link that cannot be read may lead to any blob */
};

/* Keep collectors away until the arena is reset.  DONE, HELD if one is at work,
 * BUSY, FULL or FAILED. */
enum outcome gc_exclude(const struct store *store, struct arena *arena);

/* Become the one collector, take the next number and T0, and learn what may bear
 * a mark.  A dry run takes the machine's time instead, and changes nothing.
 * DONE, HELD, BUSY, FULL or FAILED. */
enum outcome gc_begin(struct gc *gc);

/* Wait for the writers of every shard; those that could not be passed are left
 * alone for the whole run.  DONE, BUSY or FAILED. */
enum outcome gc_barrier(struct gc *gc);

/* Write down what may bear a mark once the run goes on: all that is on the lists.
 * Where that is not possible nothing may be condemned.  DONE, BUSY or FAILED. */
enum outcome gc_note_suspects(struct gc *gc);

/* May this digest's blob, link or manifest bear a mark? */
bool gc_is_suspect(const struct gc *gc, const struct digest *digest);

/* Was this before T0, and at least `age` seconds? */
bool gc_is_before(const struct gc *gc, const struct timespec *time, uint64_t age);

#endif
