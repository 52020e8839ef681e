/* gc_mark.h - what the manifests name, for the collector's files only
 * SPDX-License-Identifier: ISC
 *
 * Only reads.  What must stay goes into gc->named, what may go onto the lists,
 * with what must stay but may bear a mark. */
#ifndef HYTHE_GC_MARK_H
#define HYTHE_GC_MARK_H

#include "gc_state.h"
#include "outcome.h"

/* List the repositories: every directory, whatever its name, or none at all.
 * DONE; MISSING if there are no repositories or no blobs; BUSY or FAILED. */
enum outcome gc_list_repositories(struct gc *gc);

/* Read all their links and manifests, each repository when its writers from
 * before T0 are done.  DONE; BUSY if they would not be; FULL or FAILED. */
enum outcome gc_mark_repositories(struct gc *gc);

/* Compare the names of all blobs with what is named.  DONE, BUSY or FAILED. */
enum outcome gc_mark_blobs(struct gc *gc);

#endif
