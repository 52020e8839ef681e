/* mark.c - the collector's marks on what nothing names any more
 * SPDX-License-Identifier: ISC */
#include "mark.h"

#include <errno.h>
#include <stdio.h>

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "store.h"

enum { MARK_BYTES_MAX = 256 };

static bool is_of(const char *text, const struct stat *status)
{
	unsigned long long run, inode, seconds;
	unsigned long nanoseconds;

	return sscanf(text, "run %20llu\ninode %20llu\nmtime %20llu.%9lu\n", &run, &inode, &seconds,
		      &nanoseconds) == 4 &&
	       inode == status->st_ino && seconds == (unsigned long long)status->st_mtim.tv_sec &&
	       nanoseconds == (unsigned long)status->st_mtim.tv_nsec;
}

enum outcome mark_check(const struct store *store, struct arena *arena, const char *directory,
			const struct stat *status)
{
	const char *path = layout_in(arena, directory, "condemned");
	size_t length;
	const char *text = file_read(arena, store->root, path, MARK_BYTES_MAX, &length);

	if (text)
		return is_of(text, status) ? MISSING : DONE;
	/* What is no small file was not written by a collector. */
	if (errno == ENOENT || errno == EINVAL || errno == EFBIG || errno == ELOOP)
		return DONE;
	return file_outcome("cannot read", path);
}

enum outcome mark_refresh(const struct store *store, struct arena *arena, const char *directory,
			  const char *leaf)
{
	const char *path = layout_in(arena, directory, leaf);
	const char *mark = layout_in(arena, directory, "condemned");

	if (file_touch(store->root, path) < 0)
		return file_outcome("cannot refresh", path);
	if (file_unlink(store->root, mark) == 0)
		return store_sync(store, directory, 1);
	return errno == ENOENT ? DONE : file_outcome("cannot unmark", mark);
}
