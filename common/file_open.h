/* file_open.h - what the files behind file.h share
 * SPDX-License-Identifier: ISC
 *
 * file_open.c has file_open() and file_open_directory(); file_tree.c what is done with
 * whole directories; file.c the rest.  Others need file.h alone. */
#ifndef HYTHE_FILE_OPEN_H
#define HYTHE_FILE_OPEN_H

enum { FILE_PATH_ROOM = 4096 }; /* bytes of a path that is taken apart, and its end */

/* Close keeping errno, and hand `result` on. */
int file_closing(int fd, int result);

/* Open the directory that holds the last component of `path`; `*leaf` is that component,
 * a part of `path`.  The descriptor, which is `directory` itself where no other leads to
 * it, for file_leave_parent() to end with; or -1 and errno: EXDEV where the component is
 * empty or dots, ENAMETOOLONG, or what file_open() has. */
int file_open_parent(int directory, const char *path, const char **leaf);

/* Close what file_open_parent() opened, keeping errno, and hand `result` on. */
int file_leave_parent(int directory, int parent, int result);

#endif
