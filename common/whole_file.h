/* whole_file.h - small files of the admin's, written whole or not at all
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_WHOLE_FILE_H
#define HYTHE_WHOLE_FILE_H

#include <stddef.h>
#include <sys/types.h>

struct arena;
struct stat;

/* Open the directory that the file `path` lies in, or will.  The descriptor, or -1
 * and errno. */
int whole_file_directory(struct arena *arena, const char *path);

/* Let nobody who asks for this too, here or elsewhere, come between reading the file
 * `path` and replacing it.  What to give to whole_file_unlock(), which a reset of the arena
 * does as well; or -1 and errno. */
int whole_file_lock(struct arena *arena, const char *path);
void whole_file_unlock(struct arena *arena, int lock);

/* Make the file `path` with `length` bytes and this mode; synced.  -1 and errno,
 * EEXIST if there is one already, which is left alone. */
int whole_file_create(struct arena *arena, const char *path, const char *bytes, size_t length,
		      mode_t mode);

/* Replace the file `path`, which had this status, and keep its mode, owner and
 * group.  -1 and errno. */
int whole_file_replace(struct arena *arena, const char *path, const char *bytes, size_t length,
		       const struct stat *status);

#endif
