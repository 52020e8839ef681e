/* whole_file.c - small files of the admin's, written whole or not at all
 * SPDX-License-Identifier: ISC */
#include "whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"

/* Where a file is made before it gets its name. */
struct place {
	int directory;
	const char *name;
	const char *temporary;
};

int whole_file_directory(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *directory = slash ? arena_copy(arena, path, (size_t)(slash - path) + 1) : ".";

	return open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int find_place(struct arena *arena, const char *path, struct place *place)
{
	const char *slash = strrchr(path, '/');

	place->name = slash ? slash + 1 : path;
	place->temporary = arena_printf(arena, ".%s.%s", place->name, file_unique(arena));
	place->directory = whole_file_directory(arena, path);
	if (place->directory < 0)
		return -1;
	arena_own_fd(arena, place->directory);
	return 0;
}

/* On the directory, for the file is replaced. */
int whole_file_lock(struct arena *arena, const char *path)
{
	struct place place;
	int result = find_place(arena, path, &place);

	while (result == 0 && (result = flock(place.directory, LOCK_EX)) < 0 && errno == EINTR)
		result = 0;
	return result == 0 ? place.directory : -1;
}

void whole_file_unlock(struct arena *arena, int lock)
{
	arena_close_fd(arena, lock);
}

/* Write the temporary file; `owner` may be NULL, for whoever runs this. */
static int write_temporary(const struct place *place, const char *bytes, size_t length, mode_t mode,
			   const struct stat *owner)
{
	int fd = file_open(place->directory, place->temporary, O_WRONLY | O_CREAT | O_EXCL, 0600);
	bool good;
	int saved;

	if (fd < 0)
		return -1;
	good = file_write_at(fd, bytes, length, 0) == 0 &&
	       (!owner || fchown(fd, owner->st_uid, owner->st_gid) == 0) &&
	       fchmod(fd, mode & 07777) == 0 && fsync(fd) == 0;
	saved = errno;
	close(fd);
	errno = saved;
	return good ? 0 : -1;
}

/* Whatever became of it, nothing stays under its temporary name. */
static int finish(const struct place *place, bool good)
{
	int saved = errno;

	file_unlink(place->directory, place->temporary);
	if (good && file_sync_directory(place->directory, ".") == 0)
		return 0;
	if (!good)
		errno = saved;
	return -1;
}

int whole_file_create(struct arena *arena, const char *path, const char *bytes, size_t length,
		      mode_t mode)
{
	struct place place;

	if (find_place(arena, path, &place) < 0)
		return -1;
	return finish(&place, write_temporary(&place, bytes, length, mode, NULL) == 0 &&
				      linkat(place.directory, place.temporary, place.directory,
					     place.name, 0) == 0);
}

int whole_file_replace(struct arena *arena, const char *path, const char *bytes, size_t length,
		       const struct stat *status)
{
	struct place place;

	if (find_place(arena, path, &place) < 0)
		return -1;
	return finish(&place,
		      write_temporary(&place, bytes, length, status->st_mode, status) == 0 &&
			      file_rename(place.directory, place.temporary, place.name) == 0);
}
