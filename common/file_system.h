/* file_system.h - what kind of file system the store is on, and its room
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_FILE_SYSTEM_H
#define HYTHE_FILE_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>

/* Is it one that a single machine has to itself, with one clock for all times of
 * files?  False where that is not known. */
bool file_system_is_local(int fd);

/* Its room in bytes: what is used, and what this user may still take.  -1 and
 * errno. */
int file_system_room(int fd, uint64_t *used, uint64_t *available);

#endif
