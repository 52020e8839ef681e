/* file.c - the bytes of a file, and its name
 * SPDX-License-Identifier: ISC */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "file_open.h"
#include "log.h"

char *file_read(struct arena *arena, int directory, const char *path, size_t most, size_t *length)
{
	int fd = file_open(directory, path, O_RDONLY | O_NONBLOCK, 0);
	struct stat status;
	char *bytes;
	ssize_t count;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &status) < 0)
		return file_closing(fd, 0), NULL;
	if (!S_ISREG(status.st_mode) || (uintmax_t)status.st_size > most) {
		errno = S_ISREG(status.st_mode) ? EFBIG : EINVAL;
		return file_closing(fd, 0), NULL;
	}
	bytes = arena_alloc(arena, (size_t)status.st_size + 1);
	count = file_read_at(fd, bytes, (size_t)status.st_size, 0);
	file_closing(fd, 0);
	if (count < 0)
		return NULL;
	*length = (size_t)count;
	return bytes;
}

int file_write_at(int fd, const void *bytes, size_t length, off_t offset)
{
	const char *from = bytes;

	while (length) {
		ssize_t count = pwrite(fd, from, length, offset);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -1;
		from += count;
		length -= (size_t)count;
		offset += count;
	}
	return 0;
}

ssize_t file_read_at(int fd, void *bytes, size_t length, off_t offset)
{
	size_t done = 0;

	while (done < length) {
		ssize_t count = pread(fd, (char *)bytes + done, length - done, offset + (off_t)done);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -1;
		if (count == 0)
			break;
		done += (size_t)count;
	}
	return (ssize_t)done;
}

int file_sync_directory(int directory, const char *path)
{
	int fd = file_open_directory(directory, path);

	return fd < 0 ? -1 : file_closing(fd, fsync(fd));
}

int file_touch(int directory, const char *path)
{
	const char *leaf;
	int parent = file_open_parent(directory, path, &leaf);

	if (parent < 0)
		return -1;
	return file_leave_parent(directory, parent,
				 utimensat(parent, leaf, NULL, AT_SYMLINK_NOFOLLOW));
}

int file_rename(int directory, const char *from, const char *to)
{
	const char *from_leaf, *to_leaf;
	int from_parent = file_open_parent(directory, from, &from_leaf);
	int to_parent, result = -1;

	if (from_parent < 0)
		return -1;
	to_parent = file_open_parent(directory, to, &to_leaf);
	if (to_parent >= 0)
		result = file_leave_parent(directory, to_parent,
					   renameat(from_parent, from_leaf, to_parent, to_leaf));
	return file_leave_parent(directory, from_parent, result);
}

static int remove_one(int directory, const char *path, int flags)
{
	const char *leaf;
	int parent = file_open_parent(directory, path, &leaf);

	if (parent < 0)
		return -1;
	return file_leave_parent(directory, parent, unlinkat(parent, leaf, flags));
}

int file_unlink(int directory, const char *path)
{
	return remove_one(directory, path, 0);
}

int file_remove_directory(int directory, const char *path)
{
	return remove_one(directory, path, AT_REMOVEDIR);
}

char *file_unique(struct arena *arena)
{
	uint64_t random[2];
	size_t done = 0;

	while (done < sizeof(random)) {
		ssize_t count = getrandom((char *)random + done, sizeof(random) - done, 0);

		if (count > 0)
			done += (size_t)count;
	}
	return arena_printf(arena, "%016llx%016llx", (unsigned long long)random[0],
			    (unsigned long long)random[1]);
}

enum outcome file_outcome(const char *what, const char *path)
{
	if (errno == ENOENT || errno == ENOTDIR)
		return MISSING;
	log_errno("%s '%s'", what, path);
	switch (errno) {
	case ENOSPC:
	case EDQUOT:
		return FULL;
	case EMFILE:
	case ENFILE:
	case ENOLCK:
		return BUSY;
	default:
		return FAILED;
	}
}
