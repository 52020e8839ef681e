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

#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>
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
enum outcome mark_refresh(const struct store *store, const char *directory, const char *leaf);

/* What a mark says, and how old it is. */
struct mark {
	unsigned long long run;
	struct timespec made;
};

/* Read the mark on the file with this status.  DONE; MISSING if there is none
 * that counts; BUSY or FAILED. */
enum outcome mark_read(const struct store *store, struct arena *arena, const char *directory,
		       const struct stat *status, struct mark *mark);

/* Is there a file in the place of a mark, valid or not?  True too if that cannot
 * be told. */
bool mark_exists(const struct store *store, struct arena *arena, const char *directory);

/* Condemn the file with this status, in the name of the collector's run: the
 * caller is the collector, and holds the lock of what it condemns exclusively.
 * Not synced: a mark that is lost costs a run.  DONE, BUSY, FULL or FAILED. */
enum outcome mark_write(const struct store *store, struct arena *arena, const char *directory,
			const struct stat *status, unsigned long long run);

/* Take away the mark in `directory`, valid or not, for good.  DONE; MISSING if
 * there was none; BUSY or FAILED. */
enum outcome mark_remove(const struct store *store, struct arena *arena, const char *directory);

#endif
