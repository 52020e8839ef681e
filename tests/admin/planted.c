/* planted.c - a file system that is not what it seems: PLANT says in what
 * SPDX-License-Identifier: ISC
 *
 * To be preloaded.  Everything goes to the file system that is there, but for what the
 * word in PLANT spoils. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool is(const char *word)
{
	const char *plant = getenv("PLANT");

	return plant && strcmp(plant, word) == 0;
}

static int fail(int cause)
{
	errno = cause;
	return -1;
}

static long raw(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result < 0 && result > -4096 ? fail((int)-result) : result;
}

/* What openat2 is called by. */
long syscall(long number, ...)
{
	long a[6];
	va_list list;

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_openat2 && (is("case") || is("create"))) {
		struct open_how how = *(struct open_how *)a[2];
		char path[4096];

		strncpy(path, (const char *)a[1], sizeof(path) - 1);
		path[sizeof(path) - 1] = '\0';
		for (char *c = path; is("case") && *c; c++)
			*c = (char)tolower((unsigned char)*c);
		if (is("create"))
			how.flags &= ~(uint64_t)O_EXCL;
		return raw(number, a[0], (long)path, (long)&how, sizeof(how), 0, 0);
	}
	return raw(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* A child that inherits the lock keeps it, whoever is killed. */
static void keep_lock(const struct flock *range)
{
	if (range->l_type == F_WRLCK && range->l_start == 9 && fork() == 0)
		for (;;)
			pause();
}

int fcntl64(int fd, int command, ...)
{
	va_list list;
	long argument, result;

	va_start(list, command);
	argument = va_arg(list, long);
	va_end(list);
	/* But for those that the probe of turns relies on. */
	if (command == F_OFD_SETLK && is("locks") && ((const struct flock *)argument)->l_start > 2)
		return 0;
	result = raw(SYS_fcntl, fd, command, argument, 0, 0, 0);
	if (command == F_OFD_SETLK && result == 0 && is("lock-killed"))
		keep_lock((const struct flock *)argument);
	return (int)result;
}

/* Not at once, and not whole. */
static void rename_by_copy(int from_at, const char *from, int to_at, const char *to)
{
	int in = openat(from_at, from, O_RDONLY), out = openat(to_at, to, O_WRONLY | O_TRUNC);
	char bytes[512];
	ssize_t length;

	while ((length = read(in, bytes, sizeof(bytes))) > 0) {
		if (write(out, bytes, (size_t)length) != length)
			abort();
		usleep(50);
	}
	close(in);
	close(out);
	unlinkat(from_at, from, 0);
}

int renameat(int from_at, const char *from, int to_at, const char *to)
{
	struct stat status;

	if (is("names") && fstatat(from_at, from, &status, 0) == 0 && S_ISDIR(status.st_mode))
		return 0;
	if (is("rename") && fstatat(to_at, to, &status, 0) == 0) {
		rename_by_copy(from_at, from, to_at, to);
		return 0;
	}
	return (int)raw(SYS_renameat, from_at, (long)from, to_at, (long)to, 0, 0);
}

int fstat(int fd, struct stat *status)
{
	static unsigned calls;
	int result = (int)raw(SYS_fstat, fd, (long)status, 0, 0, 0, 0);

	if (is("inodes"))
		status->st_ino += calls++;
	if (is("clock"))
		status->st_mtim.tv_sec -= 3600;
	if (is("seconds"))
		status->st_mtim.tv_nsec = 0;
	return result;
}

int fsync(int fd)
{
	struct stat status;

	if (is("sync") && fstat(fd, &status) == 0 && S_ISDIR(status.st_mode))
		return fail(EINVAL);
	return (int)raw(SYS_fsync, fd, 0, 0, 0, 0, 0);
}

int fchmodat(int at, const char *path, mode_t mode, int flags)
{
	(void)flags;
	return is("modes") ? 0 : (int)raw(SYS_fchmodat, at, (long)path, (long)mode, 0, 0, 0);
}

int fchmod(int fd, mode_t mode)
{
	return is("modes") ? 0 : (int)raw(SYS_fchmod, fd, (long)mode, 0, 0, 0, 0);
}

int ftruncate(int fd, off_t size)
{
	return is("cut") ? 0 : (int)raw(SYS_ftruncate, fd, size, 0, 0, 0, 0);
}

int linkat(int from_at, const char *from, int to_at, const char *to, int flags)
{
	if (is("hard-links"))
		return fail(EPERM);
	return (int)raw(SYS_linkat, from_at, (long)from, to_at, (long)to, flags, 0);
}

ssize_t pread(int fd, void *bytes, size_t length, off_t offset)
{
	struct stat status;

	if (is("open") && length == 5 && fstat(fd, &status) == 0 && status.st_nlink == 0)
		return fail(ESTALE);
	return raw(SYS_pread64, fd, (long)bytes, (long)length, offset, 0, 0);
}

/* Numbers come to 1, and no further. */
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
	uint64_t number;

	if (is("turns") && length == sizeof(number)) {
		memcpy(&number, bytes, sizeof(number));
		if (number > 1)
			return (ssize_t)length;
	}
	return raw(SYS_pwrite64, fd, (long)bytes, (long)length, offset, 0, 0);
}

int fstatvfs(int fd, struct statvfs *room)
{
	(void)fd;
	*room = (struct statvfs){ .f_bsize = 4096, .f_frsize = 4096, .f_blocks = 1000,
				  .f_bfree = 1000, .f_bavail = 1000, .f_files = 1000,
				  .f_ffree = 10, .f_favail = is("room") ? 10 : 1000 };
	return 0;
}

/* Each has a second name, for large files. */
#define ALSO(type, name, other, parameters) type other parameters __attribute__((alias(#name)))
ALSO(int, fcntl64, fcntl, (int fd, int command, ...));
ALSO(int, fstat, fstat64, (int fd, struct stat64 *status));
ALSO(int, ftruncate, ftruncate64, (int fd, off64_t size));
ALSO(ssize_t, pread, pread64, (int fd, void *bytes, size_t length, off64_t offset));
ALSO(ssize_t, pwrite, pwrite64, (int fd, const void *bytes, size_t length, off64_t offset));
ALSO(int, fstatvfs, fstatvfs64, (int fd, struct statvfs64 *room));
