/* interrupt.c - send a program a signal at its n-th change to a file system
 * SPDX-License-Identifier: ISC
 *
 * For LD_PRELOAD.  INTERRUPT_AT is n, counted from 1 over all calls that change
 * files and, with INTERRUPT_LOCKS, those that ask for a lock; INTERRUPT_SIGNAL is
 * KILL or STOP.  The call has not been made yet then. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void count(void)
{
	static int done;
	const char *at = getenv("INTERRUPT_AT"), *name = getenv("INTERRUPT_SIGNAL");

	if (at && name && ++done == atoi(at))
		raise(strcmp(name, "KILL") == 0 ? SIGKILL : SIGSTOP);
}

#define NEXT(function) ((__typeof__(&function))dlsym(RTLD_NEXT, #function))

#define INTERPOSE(type, function, parameters, ...) \
	type function parameters \
	{ \
		count(); \
		return NEXT(function)(__VA_ARGS__); \
	}

INTERPOSE(int, renameat, (int a, const char *b, int c, const char *d), a, b, c, d)
INTERPOSE(int, unlinkat, (int a, const char *b, int c), a, b, c)
INTERPOSE(int, mkdirat, (int a, const char *b, mode_t c), a, b, c)
INTERPOSE(int, utimensat, (int a, const char *b, const struct timespec c[2], int d), a, b, c, d)
INTERPOSE(int, futimens, (int a, const struct timespec b[2]), a, b)
INTERPOSE(int, ftruncate64, (int a, off64_t b), a, b)
INTERPOSE(int, fchmod, (int a, mode_t b), a, b)
INTERPOSE(int, fsync, (int a), a)
INTERPOSE(int, fdatasync, (int a), a)
INTERPOSE(int, syncfs, (int a), a)
INTERPOSE(ssize_t, pwrite64, (int a, const void *b, size_t c, off64_t d), a, b, c, d)

int fcntl64(int fd, int command, ...)
{
	va_list arguments;
	void *argument;

	va_start(arguments, command);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	if (command == F_OFD_SETLK && getenv("INTERRUPT_LOCKS"))
		count();
	return NEXT(fcntl64)(fd, command, argument);
}
