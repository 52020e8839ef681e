/* mark.c - the collector's marks on what nothing names any more
 * SPDX-License-Identifier: ISC */
#include "mark.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "store.h"

enum { MARK_BYTES_MAX = 256 };

static const char mark_name[] = "condemned";

static const char *mark_path(struct arena *arena, const char *directory)
{
	return layout_in(arena, directory, mark_name);
}

/* Is the text a mark on the file with this status?  Cut anywhere, it is none. */
static bool is_of(const char *text, const struct stat *status, unsigned long long *run)
{
	unsigned long long inode, seconds;
	unsigned long nanoseconds;

	return sscanf(text, "run %20llu\ninode %20llu\nmtime %20llu.%9lu\n", run, &inode, &seconds,
		      &nanoseconds) == 4 &&
	       inode == status->st_ino && seconds == (unsigned long long)status->st_mtim.tv_sec &&
	       nanoseconds == (unsigned long)status->st_mtim.tv_nsec;
}

/* The text and age of an open mark; -1 and errno, EINVAL for what is no small
 * file, which no collector wrote. */
static int read_open(int fd, char *text, struct timespec *made)
{
	struct stat status;
	ssize_t length;

	if (fstat(fd, &status) < 0)
		return -1;
	if (!S_ISREG(status.st_mode) || status.st_size > MARK_BYTES_MAX) {
		errno = EINVAL;
		return -1;
	}
	length = file_read_at(fd, text, MARK_BYTES_MAX, 0);
	if (length < 0)
		return -1;
	text[length] = '\0';
	*made = status.st_mtim;
	return 0;
}

enum outcome mark_read(const struct store *store, struct arena *arena, const char *directory,
		       const struct stat *status, struct mark *mark)
{
	const char *path = mark_path(arena, directory);
	int fd = file_open(store->root, path, O_RDONLY | O_NONBLOCK, 0);
	char text[MARK_BYTES_MAX + 1];
	int result, cause;

	if (fd < 0)
		return errno == ENOENT || errno == ELOOP ? MISSING
							 : file_outcome("cannot open", path);
	result = read_open(fd, text, &mark->made);
	cause = errno;
	close(fd);
	if (result == 0)
		return is_of(text, status, &mark->run) ? DONE : MISSING;
	errno = cause;
	return errno == EINVAL ? MISSING : file_outcome("cannot read", path);
}

enum outcome mark_check(const struct store *store, struct arena *arena, const char *directory,
			const struct stat *status)
{
	struct mark mark;
	enum outcome outcome = mark_read(store, arena, directory, status, &mark);

	if (outcome == DONE)
		return MISSING;
	return outcome == MISSING ? DONE : outcome;
}

bool mark_exists(const struct store *store, struct arena *arena, const char *directory)
{
	int fd = file_open(store->root, mark_path(arena, directory), O_PATH, 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0 || errno != ENOENT;
}

/* What removing the mark came to, as `result` and errno tell. */
static enum outcome removed(const struct store *store, const char *directory, int result)
{
	if (result == 0)
		return store_sync(store, directory, 1);
	return file_outcome("cannot unmark", directory);
}

enum outcome mark_remove(const struct store *store, struct arena *arena, const char *directory)
{
	return removed(store, directory, file_unlink(store->root, mark_path(arena, directory)));
}

/* Both at the directory that is opened once. */
enum outcome mark_refresh(const struct store *store, const char *directory, const char *leaf)
{
	int fd = file_open(store->root, directory, O_PATH | O_DIRECTORY, 0);
	enum outcome outcome;

	if (fd < 0)
		return file_outcome("cannot open", directory);
	if (file_touch(fd, leaf) < 0) {
		outcome = file_outcome("cannot refresh what is in", directory);
	} else {
		outcome = removed(store, directory, file_unlink(fd, mark_name));
		outcome = outcome == MISSING ? DONE : outcome;
	}
	close(fd);
	return outcome;
}

/* Written in place, in one go: a part of a mark is none, and the file's inode
 * and time make it void for anything that comes later. */
enum outcome mark_write(const struct store *store, struct arena *arena, const char *directory,
			const struct stat *status, unsigned long long run)
{
	const char *path = mark_path(arena, directory);
	const char *text = arena_printf(arena, "run %llu\ninode %llu\nmtime %lld.%09ld\n", run,
					(unsigned long long)status->st_ino,
					(long long)status->st_mtim.tv_sec, status->st_mtim.tv_nsec);
	enum outcome outcome = DONE;
	int fd;

	if (file_unlink(store->root, path) < 0 && errno != ENOENT)
		return file_outcome("cannot replace", path);
	fd = file_open(store->root, path, O_WRONLY | O_CREAT | O_EXCL, FILE_MODE);
	if (fd < 0)
		return file_outcome("cannot create", path);
	if (file_write_at(fd, text, strlen(text), 0) < 0)
		outcome = file_outcome("cannot write", path);
	close(fd);
	if (outcome != DONE)
		file_unlink(store->root, path);
	return outcome;
}
