/* watched.h - files that are read again whenever they change
 * SPDX-License-Identifier: ISC
 *
 * What is made of a file's content is kept for as long as the file is the same
 * one: device, inode, size and both times.  A file that changed less than two
 * seconds before it was read may change once more within one tick of the file
 * system's clock, so it is read again until it has come to rest; and so is one that
 * could not be read for a cause that may pass without a change of the file. */
#ifndef HYTHE_WATCHED_H
#define HYTHE_WATCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct arena;
struct watched;

struct watched_kind {
	size_t most;      /* bytes the file may have */
	mode_t forbidden; /* permissions it must not have; with any, nobody but
	                   * root and this process's user may own it */

	/* Make something of the text, which has no NUL and may be cut up; NULL,
	 * logged with `path`, if it is wrong.  Memory is of this arena. */
	const void *(*parse)(struct arena *arena, const char *path, char *text);
};

/* Prepare to watch the file `path`, which need not exist, until the arena is
 * reset.  Any number of threads may use it. */
struct watched *watched_open(struct arena *arena, const char *path,
			     const struct watched_kind *kind);

/* What the file says now, valid until `arena` is reset.  NULL, logged whenever it was
 * read, if it cannot be read or is wrong. */
const void *watched_get(struct watched *watched, struct arena *arena);

#endif
