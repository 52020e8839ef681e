/* file_open.c - open what is beneath a directory, following no link
 * SPDX-License-Identifier: ISC */
#include "file_open.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "file.h"

/* Kernels before 5.6, and some sandboxes, have no openat2. */
static atomic_bool without_openat2;

static bool is_dots(const char *component, size_t length)
{
	return (length == 1 && component[0] == '.') ||
	       (length == 2 && component[0] == '.' && component[1] == '.');
}

int file_closing(int fd, int result)
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
	return file_closing(fd, -1);
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
			file_closing(at, 0);
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

int file_open_parent(int directory, const char *path, const char **leaf)
{
	const char *slash = strrchr(path, '/');
	char parent[FILE_PATH_ROOM];

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

int file_leave_parent(int directory, int parent, int result)
{
	return parent == directory ? result : file_closing(parent, result);
}
