/* file_system.h - what kind of file system the store is on, and its room
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_FILE_SYSTEM_H
#define HYTHE_FILE_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>

struct arena;

/* Is it one that a single machine has to itself, with one clock for all times of
 * files?  False where that is not known. */
bool file_system_is_local(int fd);

/* Its room in bytes: what is used, and what this user may still take.  -1 and
 * errno. */
int file_system_room(int fd, uint64_t *used, uint64_t *available);

/* How a file system is mounted; the strings are an arena's. */
struct file_system_mount {
	const char *id;	     /* of the file system, 16 hexadecimal digits; 0s if it tells none */
	const char *type;    /* such as ext4, nfs4, fuse.ceph-fuse; where the mount cannot be
			      * seen, as in a chroot, `kind-` and statfs's number */
	const char *options; /* of those that can differ between hosts, what bears on the
			      * files: neither addresses and names nor access times; `-`
			      * if that is none */
};

/* Read how the file system of `fd` is mounted.  -1 and errno. */
int file_system_mount(int fd, struct arena *arena, struct file_system_mount *mount);

#endif
