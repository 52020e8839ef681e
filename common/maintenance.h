/* maintenance.h - read-only for a while, by a file that is there
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_MAINTENANCE_H
#define HYTHE_MAINTENANCE_H

struct arena;

/* NULL if there is no file `path`.  Else what to tell clients: its first line, as
 * far as that is printable ASCII, at most 200 bytes; or
 * that the registry is read-only, if there is none.  A file that cannot be read
 * is there. */
const char *maintenance_notice(struct arena *arena, const char *path);

#endif
