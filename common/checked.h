/* checked.h - the record of file systems that several hosts may share
 * SPDX-License-Identifier: ISC
 *
 * hythe check-storage writes hythe/checked when two mounts of the store kept all that
 * it needs.  The first line is for the file itself, then there is one for each way of
 * mounting that was checked:
 *
 *   hythe-checked <version> <inode>
 *   <time> <file system's id> <type> <options>
 *
 * A host may work on the store if its own mount is like one of them.  The record is
 * void for a copy of the store, for that has other inodes; for another file system or
 * type; for another mount option; and when the checks ask for more than they did. */
#ifndef HYTHE_CHECKED_H
#define HYTHE_CHECKED_H

#include <stdbool.h>
#include "outcome.h"

struct arena;
struct store;

/* Is a mount like that of the store on record?  False, and the reason logged. */
bool checked_holds(const struct store *store, struct arena *arena);

/* Note that the mount of the store, and that of the directory `other`, kept what is
 * needed, or, if not `kept`, that they did not: then a line that says so is removed.
 * Other lines stay.  DONE, BUSY, FULL or FAILED. */
enum outcome checked_record(const struct store *store, struct arena *arena, int other, bool kept);

#endif
