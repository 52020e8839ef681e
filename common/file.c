/* file.c - files and directories beneath an open directory
 * SPDX-License-Identifier: ISC */
#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arena.h"
#include "log.h"

enum { PATH_ROOM = 4096 };

/* Kernels before 5.6, and some sandboxes, have no openat2. */
static atomic_bool without_openat2;

static bool is_dots(const char *component, size_t length)
{
	return (length == 1 && component[0] == '.') ||
	       (length == 2 && component[0] == '.' && component[1] == '.');
}

/* Close keeping errno, and hand `result` on. */
static int closing(int fd, int result)
{
	int saved = errno;

	close(fd);
	errno = saved;
	return result;
}

/* Open one component, following no link: what O_PATH or O_DIRECTORY make of a
 * link differs, and is told alike. */
static int open_component(int at, const char *name, int flags, mode_t mode)
{
	int fd = openat(at, name, flags | O_NOFOLLOW | O_CLOEXEC, mode);
	struct stat status;

	if (fd < 0 && errno == ENOTDIR &&
	    fstatat(at, name, &status, AT_SYMLINK_NOFOLLOW) == 0)
		errno = S_ISLNK(status.st_mode) ? ELOOP : ENOTDIR;
	if (fd < 0 || !(flags & O_PATH) || fstat(fd, &status) < 0 || !S_ISLNK(status.st_mode))
		return fd;
	errno = ELOOP;
	return closing(fd, -1);
}

/* What openat2 does in the kernel, one component at a time. */
static int open_by_components(int directory, const char *path, int flags, mode_t mode)
{
	int at = directory;

	for (;;) {
		size_t length = strcspn(path, "/");
		bool last = path[length] == '\0';
		char component[256];
		int fd = -1;

		if (length == 0 || length >= sizeof(component)) {
			errno = length ? ENAMETOOLONG : ENOENT;
		} else {
			memcpy(component, path, length);
			component[length] = '\0';
			fd = open_component(at, component, last ? flags : O_PATH | O_DIRECTORY, mode);
		}
		if (at != directory)
			closing(at, 0);
		if (fd < 0 || last)
			return fd;
		at = fd;
		path += length + 1;
	}
}

/* No `..`, not even one that would stay inside, and not absolute. */
static bool leads_down(const char *path)
{
	bool down = *path != '/';

	for (; down && *path; path += *path == '/') {
		size_t length = strcspn(path, "/");

		down = !(length == 2 && is_dots(path, length));
		path += length;
	}
	return down;
}

int file_open(int directory, const char *path, int flags, mode_t mode)
{
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC),
		.mode = flags & O_CREAT ? mode : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	int fd;

	if (!leads_down(path)) {
		errno = EXDEV;
		return -1;
	}
	if (atomic_load_explicit(&without_openat2, memory_order_relaxed))
		return open_by_components(directory, path, flags, mode);
	/* EAGAIN: something was renamed during the walk; it did not lead out. */
	do
		fd = (int)syscall(SYS_openat2, directory, path, &how, sizeof(how));
	while (fd < 0 && (errno == EAGAIN || errno == EINTR));
	if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
		return fd;
	if (errno == EPERM) /* a sandbox's no to the call, or the file's? */
		return open_by_components(directory, path, flags, mode);
	atomic_store_explicit(&without_openat2, true, memory_order_relaxed);
	return open_by_components(directory, path, flags, mode);
}

int file_open_directory(int directory, const char *path)
{
	return file_open(directory, path, O_RDONLY | O_DIRECTORY, 0);
}

/* The directory that holds the last component of `path`, open; `*leaf` is that
 * component.  The caller ends with leave_parent(). */
static int open_parent(int directory, const char *path, const char **leaf)
{
	const char *slash = strrchr(path, '/');
	char parent[PATH_ROOM];

	*leaf = slash ? slash + 1 : path;
	if (is_dots(*leaf, strlen(*leaf)) || !**leaf) {
		errno = EXDEV;
		return -1;
	}
	if (!slash)
		return directory;
	if ((size_t)(slash - path) >= sizeof(parent)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(parent, path, (size_t)(slash - path));
	parent[slash - path] = '\0';
	return file_open(directory, parent, O_PATH | O_DIRECTORY, 0);
}

/* Close what open_parent() opened, keeping errno, and hand `result` on. */
static int leave_parent(int directory, int parent, int result)
{
	return parent == directory ? result : closing(parent, result);
}

/* Make one directory whose parent exists; 1 if it is new, 0 if it was there. */
static int make_directory(int directory, const char *path)
{
	const char *leaf;
	int parent = open_parent(directory, path, &leaf);

	if (parent < 0)
		return -1;
	if (mkdirat(parent, leaf, DIRECTORY_MODE & 0777) < 0)
		return leave_parent(directory, parent, errno == EEXIST ? 0 : -1);
	/* mkdir drops the set-group-ID bit; without it new files change group. */
	if (fchmodat(parent, leaf, DIRECTORY_MODE, 0) < 0)
		return leave_parent(directory, parent, -1);
	return leave_parent(directory, parent, 1);
}

/* Look for the deepest directory that is there, then make the rest below it. */
static int make_directories_once(int directory, const char *path)
{
	char partial[PATH_ROOM];
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

char *file_read(struct arena *arena, int directory, const char *path, size_t most, size_t *length)
{
	int fd = file_open(directory, path, O_RDONLY | O_NONBLOCK, 0);
	struct stat status;
	char *bytes;
	ssize_t count;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &status) < 0)
		return closing(fd, 0), NULL;
	if (!S_ISREG(status.st_mode) || (uintmax_t)status.st_size > most) {
		errno = S_ISREG(status.st_mode) ? EFBIG : EINVAL;
		return closing(fd, 0), NULL;
	}
	bytes = arena_alloc(arena, (size_t)status.st_size + 1);
	count = file_read_at(fd, bytes, (size_t)status.st_size, 0);
	closing(fd, 0);
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

	return fd < 0 ? -1 : closing(fd, fsync(fd));
}

int file_touch(int directory, const char *path)
{
	const char *leaf;
	int parent = open_parent(directory, path, &leaf);

	if (parent < 0)
		return -1;
	return leave_parent(directory, parent, utimensat(parent, leaf, NULL, AT_SYMLINK_NOFOLLOW));
}

int file_rename(int directory, const char *from, const char *to)
{
	const char *from_leaf, *to_leaf;
	int from_parent = open_parent(directory, from, &from_leaf);
	int to_parent, result = -1;

	if (from_parent < 0)
		return -1;
	to_parent = open_parent(directory, to, &to_leaf);
	if (to_parent >= 0)
		result = leave_parent(directory, to_parent,
				      renameat(from_parent, from_leaf, to_parent, to_leaf));
	return leave_parent(directory, from_parent, result);
}

static int remove_one(int directory, const char *path, int flags)
{
	const char *leaf;
	int parent = open_parent(directory, path, &leaf);

	if (parent < 0)
		return -1;
	return leave_parent(directory, parent, unlinkat(parent, leaf, flags));
}

int file_unlink(int directory, const char *path)
{
	return remove_one(directory, path, 0);
}

int file_remove_directory(int directory, const char *path)
{
	return remove_one(directory, path, AT_REMOVEDIR);
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
		return fd < 0 ? -1 : closing(fd, -1);
	errno = 0;
	while (more && (entry = readdir(entries))) {
		if (!is_dots(entry->d_name, strlen(entry->d_name)))
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
	if (closing(removal.directory, file_each(removal.directory, ".", remove_entry, &removal)) < 0)
		return -1;
	if (removal.cause) {
		errno = removal.cause;
		return -1;
	}
	return file_remove_directory(directory, path);
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
