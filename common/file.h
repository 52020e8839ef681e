/* file.h - files and directories beneath an open directory
 * SPDX-License-Identifier: ISC
 *
 * Every path is relative to an open directory, and none is followed out of it:
 * no `..`, no symbolic link, no magic link in any component.  Modes are given
 * in full; the process runs with umask 0. */
#ifndef HYTHE_FILE_H
#define HYTHE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "outcome.h"

struct arena;

enum {
	FILE_MODE = 0640,      /* files that will change */
	FILE_MODE_DONE = 0440, /* committed data */
	DIRECTORY_MODE = 02750
};

/* Open `path` beneath `directory` with open(2)'s `flags` (O_CLOEXEC is added)
 * and, with O_CREAT, `mode`.  The descriptor, or -1 and errno: ELOOP or EXDEV
 * where the path would lead out. */
int file_open(int directory, const char *path, int flags, mode_t mode);

/* Open the directory `path` beneath `directory`, to read or to sync it. */
int file_open_directory(int directory, const char *path);

/* Make the directory `path` and all that lead to it, with DIRECTORY_MODE; made
 * again where somebody removes an empty one meanwhile.  How many were made
 * here, none of them synced yet; or -1 and errno. */
int file_make_directories(int directory, const char *path);

/* Read at most `most` bytes of the file `path` into a new string of the
 * arena; `*length` is what was read.  NULL and errno; EFBIG if it is longer. */
char *file_read(struct arena *arena, int directory, const char *path, size_t most, size_t *length);

/* Write all bytes at `offset`; a short write is continued.  -1 and errno. */
int file_write_at(int fd, const void *bytes, size_t length, off_t offset);

/* Read until `length` bytes or the end of the file; the count, or -1. */
ssize_t file_read_at(int fd, void *bytes, size_t length, off_t offset);

/* Flush the directory `path` to disk.  0, or -1 and errno. */
int file_sync_directory(int directory, const char *path);

/* Set the file's times to now.  0, or -1 and errno. */
int file_touch(int directory, const char *path);

/* rename, unlink and rmdir of single names, the directories that lead to them
 * resolved as above.  0, or -1 and errno. */
int file_rename(int directory, const char *from, const char *to);
int file_unlink(int directory, const char *path);
int file_remove_directory(int directory, const char *path);

/* Remove the directory `path` with everything in it, following nothing.
 * 0, or -1 and errno of the first thing that would not go. */
int file_remove_tree(int directory, const char *path);

/* Call `each` with the name of every entry of the directory `path` but `.` and
 * `..`, until it returns false.  0, also when it stopped; or -1 and errno. */
int file_each(int directory, const char *path, bool (*each)(const char *name, void *context),
	      void *context);

/* 32 random hexadecimal digits, for names nobody else uses. */
char *file_unique(struct arena *arena);

/* The outcome that fits errno: MISSING for ENOENT and ENOTDIR, FULL for
 * ENOSPC and EDQUOT, BUSY for EMFILE, ENFILE and ENOLCK, else FAILED.  All
 * but MISSING are logged with `what` and `path`. */
enum outcome file_outcome(const char *what, const char *path);

#endif
