/* revision.h - the links of a repository to its manifests
 * SPDX-License-Identifier: ISC
 *
 * Whoever changes them holds the repository's lock exclusively. */
#ifndef HYTHE_REVISION_H
#define HYTHE_REVISION_H

#include "digest.h"
#include "outcome.h"

struct arena;
struct store;

/* Let the repository have the manifest `digest`, durably; what it refers to is
 * recorded already.  DONE, BUSY, FULL or FAILED. */
enum outcome revision_put(const struct store *store, struct arena *arena, const char *name,
			  const struct digest *digest);

/* Take it away, durably.  DONE, MISSING, BUSY, FULL or FAILED. */
enum outcome revision_remove(const struct store *store, struct arena *arena, const char *name,
			     const struct digest *digest);

#endif
