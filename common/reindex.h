/* reindex.h - record again what the manifests of a repository refer to
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_REINDEX_H
#define HYTHE_REINDEX_H

#include <stdbool.h>
#include <stddef.h>
#include "outcome.h"

struct arena;
struct store;

/* What was found in one repository. */
struct reindex {
	size_t revisions; /* manifests it has, condemned or not */
	size_t referrers; /* those with a subject */
	size_t added;	  /* entries that were missing or wrong */
	size_t removed;	  /* entries whose manifest is gone, or has another subject */
	size_t bad;	  /* manifests that cannot be read, each of them logged */
};

/* Make the entries of one repository what its manifests say, and seal them
 * (seal.h) if none is bad.  Takes the lock itself and holds it all the time:
 * exclusively, so that who pushes waits; shared with `dry_run`, which counts and
 * changes nothing.  May be killed and called again.  `*found` is set in any case.
 *
 * DONE      also with bad ones, which keep their entries.
 * MISSING   there is no such repository.
 * BUSY, FULL, FAILED: not all was looked at; what was done stays. */
enum outcome reindex_repository(const struct store *store, const char *name, bool dry_run,
				struct reindex *found);

/* For a writer who holds the repository's lock exclusively, and no shard: do the
 * same where the seal is broken and the repository so small that nobody waits.
 * What fails is logged, and left as it is. */
void reindex_if_small(const struct store *store, struct arena *arena, const char *name);

#endif
