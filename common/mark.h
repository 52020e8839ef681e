/* mark.h - the collector's marks on what nothing names any more
 * SPDX-License-Identifier: ISC
 *
 * Garbage is removed in two steps.  One run of the collector puts a file
 * `condemned` beside a blob's `data`, or beside a `link`; a later run removes
 * what is still unnamed.  In between the thing is gone for every reader, but a
 * push brings it back by refreshing it.  A mark names the inode and the time of
 * what it condemns, and is void for anything else. */
#ifndef HYTHE_MARK_H
#define HYTHE_MARK_H

#include <sys/stat.h>
#include "outcome.h"

struct arena;
struct store;

/* May a reader see the file with this status, in `directory`?  DONE, or MISSING
 * if it is condemned; BUSY or FAILED if that cannot be told. */
enum outcome mark_check(const struct store *store, struct arena *arena, const char *directory,
			const struct stat *status);

/* Make `leaf` of `directory` young again and take the mark away, for good
 * before this returns.  The caller holds the lock that keeps the collector
 * off.  DONE, MISSING if it is not there, BUSY, FULL or FAILED. */
enum outcome mark_refresh(const struct store *store, struct arena *arena, const char *directory,
			  const char *leaf);

#endif
