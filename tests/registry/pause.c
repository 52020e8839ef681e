/* pause.c - stop a program just before it locks an upload session
 * SPDX-License-Identifier: ISC
 *
 * For LD_PRELOAD: the process stops itself (SIGSTOP) between opening the
 * session's file and asking for its lock, until the test continues it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool is_session(int fd)
{
	static const char name[] = "/session";
	char self[64], path[4096];
	ssize_t length;

	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	length = readlink(self, path, sizeof(path));
	return length >= (ssize_t)sizeof(name) - 1 &&
	       memcmp(path + length - (sizeof(name) - 1), name, sizeof(name) - 1) == 0;
}

static int call(const char *function, int fd, int command, void *argument)
{
	int (*next)(int, int, ...) = (int (*)(int, int, ...))dlsym(RTLD_NEXT, function);
	static bool stopped;

	if (!stopped && (command == F_OFD_SETLK || command == F_OFD_SETLKW) && is_session(fd)) {
		stopped = true;
		raise(SIGSTOP);
	}
	return next(fd, command, argument);
}

int fcntl(int fd, int command, ...);
int fcntl64(int fd, int command, ...);

#define INTERPOSE(function) \
	int function(int fd, int command, ...) \
	{ \
		va_list arguments; \
		void *argument; \
\
		va_start(arguments, command); \
		argument = va_arg(arguments, void *); \
		va_end(arguments); \
		return call(#function, fd, command, argument); \
	}

INTERPOSE(fcntl)
INTERPOSE(fcntl64)
