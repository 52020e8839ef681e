/* seal.h - whether the recorded referrers of a repository are all there are
 * SPDX-License-Identifier: ISC
 *
 * docker-registry adds manifests without recording what they refer to.  It then
 * changes the time of the directory of revisions: an empty file beside the
 * records is named after the time at which they were complete, and seals them as
 * long as the directory has it.  Whoever adds or removes a revision holds the
 * repository's lock exclusively, and moves the seal along.
 *
 * It is never synced: without a seal readers look at every manifest instead,
 * which is slower and as right. */
#ifndef HYTHE_SEAL_H
#define HYTHE_SEAL_H

#include <stdbool.h>
#include "digest.h"
#include "outcome.h"

struct arena;
struct store;

/* Is everything recorded that the manifests of `name` refer to?  No lock is
 * needed: what a writer is just about to move is looked at again.  DONE, also
 * where there are no revisions; MISSING if it may not be; BUSY or FAILED. */
enum outcome seal_check(const struct store *store, struct arena *arena, const char *name);

/* The seal on one algorithm's revisions, while they change. */
struct seal {
	enum algorithm algorithm;
	bool holds;
	const char *path; /* the arena's; NULL if there are no revisions yet */
};

/* Before revisions of this algorithm are added, their referrers recorded
 * already, or removed; the caller holds the repository's lock exclusively. */
void seal_begin(const struct store *store, struct arena *arena, const char *name,
		enum algorithm algorithm, struct seal *seal);

/* And after it, with the lock still held.  A seal that did not hold before does
 * not afterwards; a failure is logged, and leaves one that does not hold. */
void seal_end(const struct store *store, struct arena *arena, const char *name,
	      const struct seal *seal);

/* Seal what the caller, who holds the lock exclusively, has made complete and
 * synced.  DONE, BUSY, FULL or FAILED. */
enum outcome seal_set(const struct store *store, struct arena *arena, const char *name);

/* Is this entry of the directory of records a seal, if only a broken one? */
bool seal_is_name(const char *entry);

/* Take every seal away, so that a repository without manifests can be removed; the
 * caller holds the lock exclusively.  What fails is logged. */
void seal_break(const struct store *store, struct arena *arena, const char *name);

#endif
