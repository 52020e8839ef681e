/* fault.c - let the n-th call of a program to a file system go wrong
 * SPDX-License-Identifier: ISC
 *
 * For LD_PRELOAD.  What happens is told by variables:
 *
 *   FAULT_AT     n, from 1 on
 *   FAULT_DO     kill or stop: a signal, before the call
 *                cut: the file system of FAULT_ROOT is shut down as by a power cut,
 *                and the program killed, before the call
 *                short: it moves half of the bytes
 *                a number: it is not made, and fails with this errno
 *   FAULT_AMONG  which calls are counted, by the letters of the table below: `w` change
 *                something, `r` look at something, `l` ask for a lock, `m` move bytes
 *   FAULT_ON     count only calls on a descriptor whose path ends with this
 *   FAULT_LOG    a file to append a line to for each call that is counted */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

/* EXT4_IOC_SHUTDOWN and XFS_IOC_GOINGDOWN are the same; nothing more is written,
 * not even what the journal has in memory. */
#define SHUTDOWN _IOR('X', 125, unsigned)
enum { WITHOUT_LOG = 2 };

#define NEXT(function) ((__typeof__(&function))dlsym(RTLD_NEXT, #function))

/* The system calls themselves: ours are in the way. */
static long direct(long number, long a, long b, long c, long d)
{
	return NEXT(syscall)(number, a, b, c, d);
}

static void cut_power(void)
{
	unsigned how = WITHOUT_LOG;
	int root = (int)direct(SYS_openat, AT_FDCWD, (long)getenv("FAULT_ROOT"),
			       O_RDONLY | O_DIRECTORY, 0);

	if (root < 0 || direct(SYS_ioctl, root, SHUTDOWN, (long)&how, 0) < 0)
		abort();
}

/* Without a change of errno: readdir() says by it that it has not failed. */
static bool is_on(int fd, const char *end)
{
	char self[64], path[4096];
	ssize_t length, wanted = (ssize_t)strlen(end);
	int saved = errno;

	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	length = readlink(self, path, sizeof(path));
	errno = saved;
	return length >= wanted && memcmp(path + length - wanted, end, (size_t)wanted) == 0;
}

static int log_file = -1;

/* At the start: later the program may have given up writing there. */
static __attribute__((constructor)) void open_log(void)
{
	const char *log = getenv("FAULT_LOG");

	if (log)
		log_file = (int)direct(SYS_openat, AT_FDCWD, (long)log,
				       O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void record(const char *function)
{
	char line[64];
	int length = snprintf(line, sizeof(line), "%s\n", function);

	if (log_file >= 0)
		direct(SYS_write, log_file, (long)line, length, 0);
}

enum verdict { GO, HALF, FAIL };

/* Count a call of the class `class`, and do what is due at it. */
static enum verdict count(const char *function, const char *class, int fd)
{
	static atomic_int done;
	const char *at = getenv("FAULT_AT"), *what = getenv("FAULT_DO");
	const char *among = getenv("FAULT_AMONG"), *on = getenv("FAULT_ON");

	if (!at || !what || (among && !strpbrk(class, among)) || (on && !is_on(fd, on)))
		return GO;
	record(function);
	if (++done != atoi(at))
		return GO;
	if (strcmp(what, "short") == 0)
		return HALF;
	if (strcmp(what, "stop") == 0) {
		raise(SIGSTOP);
		return GO;
	}
	if (strcmp(what, "cut") == 0)
		cut_power();
	if (strcmp(what, "cut") == 0 || strcmp(what, "kill") == 0)
		raise(SIGKILL);
	errno = atoi(what);
	return FAIL;
}

#define CALL(class, type, failed, function, fd, parameters, ...) \
	type function parameters \
	{ \
		if (count(#function, class, fd) == FAIL) \
			return failed; \
		return NEXT(function)(__VA_ARGS__); \
	}

/* Those that move bytes have the parameter `size`. */
#define MOVE(class, function, parameters, ...) \
	ssize_t function parameters \
	{ \
		enum verdict verdict = count(#function, class, fd); \
\
		if (verdict == FAIL) \
			return -1; \
		if (verdict == HALF) \
			size = (size + 1) / 2; \
		return NEXT(function)(__VA_ARGS__); \
	}

/* The table of calls, but for those with a variable number of arguments. */
typedef const struct timespec times[2];

CALL("w", int, -1, renameat, a, (int a, const char *b, int c, const char *d), a, b, c, d)
CALL("w", int, -1, unlinkat, a, (int a, const char *b, int c), a, b, c)
CALL("w", int, -1, mkdirat, a, (int a, const char *b, mode_t c), a, b, c)
CALL("w", int, -1, utimensat, a, (int a, const char *b, times c, int d), a, b, c, d)
CALL("w", int, -1, futimens, a, (int a, times b), a, b)
CALL("w", int, -1, ftruncate64, a, (int a, off64_t b), a, b)
CALL("w", int, -1, fchmod, a, (int a, mode_t b), a, b)
CALL("w", int, -1, fchmodat, a, (int a, const char *b, mode_t c, int d), a, b, c, d)
CALL("w", int, -1, fsync, a, (int a), a)
CALL("w", int, -1, fdatasync, a, (int a), a)
CALL("w", int, -1, syncfs, a, (int a), a)
CALL("w", int, EOF, fflush, -1, (FILE * a), a)
CALL("r", int, -1, fstat64, a, (int a, struct stat64 *b), a, b)
CALL("r", int, -1, fstatat64, a, (int a, const char *b, struct stat64 *c, int d), a, b, c, d)
CALL("r", int, -1, fstatfs64, a, (int a, struct statfs64 *b), a, b)
CALL("r", int, -1, fstatvfs64, a, (int a, struct statvfs64 *b), a, b)
CALL("r", DIR *, NULL, fdopendir, a, (int a), a)
CALL("r", struct dirent64 *, NULL, readdir64, -1, (DIR * a), a)
MOVE("wm", pwrite64, (int fd, const void *b, size_t size, off64_t d), fd, b, size, d)
MOVE("rm", pread64, (int fd, void *b, size_t size, off64_t d), fd, b, size, d)

int fcntl64(int fd, int command, ...)
{
	va_list arguments;
	void *argument;

	va_start(arguments, command);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	if (command == F_OFD_SETLK && count("lock", "l", fd) == FAIL)
		return -1;
	if (command == F_DUPFD_CLOEXEC && count("dup", "r", fd) == FAIL)
		return -1;
	return NEXT(fcntl64)(fd, command, argument);
}

/* openat2, which the C library does not know. */
long syscall(long number, ...)
{
	va_list arguments;
	long a[6];
	int i;

	va_start(arguments, number);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(arguments, long);
	va_end(arguments);
	if (number == SYS_openat2) {
		const struct open_how *how = (const struct open_how *)a[2];
		bool creates = how->flags & (O_CREAT | O_TRUNC);

		if (count("openat2", creates ? "w" : "r", (int)a[0]) == FAIL)
			return -1;
	}
	return NEXT(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
