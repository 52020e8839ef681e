/* scratch.h - a directory of the test's own, and what is said on standard error
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_SCRATCH_H
#define HYTHE_SCRATCH_H

#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch_path[4096];
static int scratch = -1; /* the directory, open */

static inline void scratch_must(bool good, const char *what)
{
	if (!good) {
		printf("Bail out! ");
		fflush(stdout);
		perror(what);
		exit(99);
	}
}

static inline void scratch_make(void)
{
	const char *parent = getenv("TMPDIR");

	umask(0);
	snprintf(scratch_path, sizeof(scratch_path), "%s/hythe-unit.XXXXXX",
		 parent && *parent ? parent : "/tmp");
	scratch_must(mkdtemp(scratch_path), "mkdtemp");
	scratch = open(scratch_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	scratch_must(scratch >= 0, "open");
}

static inline int scratch_remove_one(const char *path, const struct stat *status, int kind,
				     struct FTW *walk)
{
	(void)status, (void)kind, (void)walk;
	return remove(path);
}

static inline void scratch_remove(void)
{
	close(scratch);
	nftw(scratch_path, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Write `length` bytes to the file `path`, whose directory is there. */
static inline void scratch_put_bytes(const char *path, const void *bytes, size_t length)
{
	int fd = openat(scratch, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);

	scratch_must(fd >= 0 && write(fd, bytes, length) == (ssize_t)length, path);
	close(fd);
}

static inline void scratch_put(const char *path, const char *text)
{
	scratch_put_bytes(path, text, strlen(text));
}

/* What the file `path` says, until the next call; NULL if it is not there. */
static inline const char *scratch_get(const char *path)
{
	static char text[65536];
	int fd = openat(scratch, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return NULL;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (length < 0)
		return NULL;
	text[length] = '\0';
	return text;
}

static inline bool scratch_has(const char *path)
{
	return faccessat(scratch, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* All permission bits of `path`; -1 if it is not there. */
static inline int scratch_mode(const char *path)
{
	struct stat status;

	if (fstatat(scratch, path, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return -1;
	return (int)(status.st_mode & 07777);
}

static int scratch_stderr = -1;

/* Keep what is written to standard error from now on. */
static inline void scratch_listen(void)
{
	int fd = openat(scratch, ".said", O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);

	scratch_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	scratch_must(fd >= 0 && scratch_stderr >= 0 && dup2(fd, STDERR_FILENO) >= 0, "stderr");
	close(fd);
}

/* What was written to it since, until the next scratch_get(). */
static inline const char *scratch_said(void)
{
	dup2(scratch_stderr, STDERR_FILENO);
	close(scratch_stderr);
	return scratch_get(".said");
}

#endif
