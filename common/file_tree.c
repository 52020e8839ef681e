/* file_tree.c - directories: made with all that lead to them, listed, removed whole
 * SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "file_open.h"

/* Make one directory whose parent exists; 1 if it is new, 0 if it was there. */
static int make_directory(int directory, const char *path)
{
	const char *leaf;
	int parent = file_open_parent(directory, path, &leaf);

	if (parent < 0)
		return -1;
	if (mkdirat(parent, leaf, DIRECTORY_MODE & 0777) < 0)
		return file_leave_parent(directory, parent, errno == EEXIST ? 0 : -1);
	/* mkdir drops the set-group-ID bit; without it new files change group. */
	if (fchmodat(parent, leaf, DIRECTORY_MODE, 0) < 0)
		return file_leave_parent(directory, parent, -1);
	return file_leave_parent(directory, parent, 1);
}

/* Look for the deepest directory that is there, then make the rest below it. */
static int make_directories_once(int directory, const char *path)
{
	char partial[FILE_PATH_ROOM];
	size_t length = strlen(path), end = length;
	int made, count;

	if (length >= sizeof(partial)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(partial, path, length + 1);
	while ((made = make_directory(directory, partial)) < 0) {
		if (errno != ENOENT)
			return -1;
		while (end > 0 && partial[end] != '/')
			end--;
		if (end == 0)
			return -1;
		partial[end] = '\0';
	}
	for (count = made; end < length; count += made) {
		partial[end] = '/';
		end += 1 + strcspn(path + end + 1, "/");
		partial[end] = '\0';
		made = make_directory(directory, partial);
		if (made < 0)
			return -1;
	}
	return count;
}

int file_make_directories(int directory, const char *path)
{
	int made;

	/* The collector may remove an empty directory between two steps. */
	for (int tries = 0; tries < 16; tries++) {
		made = make_directories_once(directory, path);
		if (made >= 0 || errno != ENOENT)
			break;
	}
	return made;
}

int file_each(int directory, const char *path, bool (*each)(const char *name, void *context),
	      void *context)
{
	int fd = file_open_directory(directory, path);
	DIR *entries = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	bool more = true;
	int cause;

	if (!entries)
		return fd < 0 ? -1 : file_closing(fd, -1);
	errno = 0;
	while (more && (entry = readdir(entries))) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			more = each(entry->d_name, context);
		errno = 0;
	}
	cause = errno;
	closedir(entries);
	errno = cause;
	return cause ? -1 : 0;
}

struct removal {
	int directory;
	int cause;
};

static bool remove_entry(const char *name, void *context)
{
	struct removal *removal = context;
	int failed = unlinkat(removal->directory, name, 0);

	if (failed && (errno == EISDIR || errno == EPERM))
		failed = file_remove_tree(removal->directory, name);
	if (failed && errno != ENOENT)
		removal->cause = errno;
	return !removal->cause;
}

/* As deep as the store's paths are, which bounds the recursion. */
int file_remove_tree(int directory, const char *path)
{
	struct removal removal = { file_open_directory(directory, path), 0 };

	if (removal.directory < 0)
		return -1;
	if (file_closing(removal.directory,
			 file_each(removal.directory, ".", remove_entry, &removal)) < 0)
		return -1;
	if (removal.cause) {
		errno = removal.cause;
		return -1;
	}
	return file_remove_directory(directory, path);
}
