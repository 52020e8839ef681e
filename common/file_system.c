/* file_system.c - what kind of file system the store is on, and its room
 * SPDX-License-Identifier: ISC */
#include "file_system.h"

#include <linux/magic.h>
#include <stddef.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

/* Those that <linux/magic.h> does not have. */
enum { MAGIC_JFS = 0x3153464a, MAGIC_ZFS = 0x2fc12fc1, MAGIC_BCACHEFS = (int)0xca451a4e };

bool file_system_is_local(int fd)
{
	static const unsigned local[] = {
		EXT4_SUPER_MAGIC,  XFS_SUPER_MAGIC,
		BTRFS_SUPER_MAGIC, TMPFS_MAGIC,
		F2FS_SUPER_MAGIC,  OVERLAYFS_SUPER_MAGIC,
		NILFS_SUPER_MAGIC, REISERFS_SUPER_MAGIC,
		RAMFS_MAGIC,	   MAGIC_JFS,
		MAGIC_ZFS,	   (unsigned)MAGIC_BCACHEFS,
	};
	struct statfs status;

	if (fstatfs(fd, &status) < 0)
		return false;
	for (size_t i = 0; i < sizeof(local) / sizeof(*local); i++)
		if ((unsigned)status.f_type == local[i])
			return true;
	return false;
}

int file_system_room(int fd, uint64_t *used, uint64_t *available)
{
	struct statvfs status;

	if (fstatvfs(fd, &status) < 0)
		return -1;
	*used = (uint64_t)(status.f_blocks - status.f_bfree) * status.f_frsize;
	*available = (uint64_t)status.f_bavail * status.f_frsize;
	return 0;
}
