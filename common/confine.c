/* confine.c - give up what a program never needs, once it has opened the store
 * SPDX-License-Identifier: ISC */
#include "confine.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "log.h"

/* The kernel's interface, in full: its header may be older than the kernel.  The
 * numbers of the calls are the same on all architectures but one. */
#ifdef SYS_landlock_create_ruleset
enum {
	CALL_CREATE = SYS_landlock_create_ruleset,
	CALL_ADD = SYS_landlock_add_rule,
	CALL_RESTRICT = SYS_landlock_restrict_self
};
#else
enum { CALL_CREATE = 444, CALL_ADD = 445, CALL_RESTRICT = 446 };
#endif

enum { ASK_VERSION = 1 << 0, RULE_BENEATH = 1 };

enum {
	EXECUTE = 1 << 0,
	WRITE_FILE = 1 << 1,
	REMOVE_DIRECTORY = 1 << 4,
	REMOVE_FILE = 1 << 5,
	MAKE_CHARACTER = 1 << 6,
	MAKE_DIRECTORY = 1 << 7,
	MAKE_FILE = 1 << 8,
	MAKE_SOCKET = 1 << 9,
	MAKE_FIFO = 1 << 10,
	MAKE_BLOCK = 1 << 11,
	MAKE_LINK = 1 << 12,
	MOVE = 1 << 13, /* from version 2; before, nobody may who is restricted */
	TRUNCATE = 1 << 14,

	CHANGE = WRITE_FILE | REMOVE_DIRECTORY | REMOVE_FILE | MAKE_DIRECTORY | MAKE_FILE | MOVE |
		 TRUNCATE,
	MAKE_ODD = MAKE_CHARACTER | MAKE_SOCKET | MAKE_FIFO | MAKE_BLOCK | MAKE_LINK
};

enum { TCP = 1 << 0 | 1 << 1, SCOPES = 1 << 0 | 1 << 1 /* abstract sockets, signals */ };

struct ruleset {
	uint64_t files;
	uint64_t network; /* from version 4 */
	uint64_t scopes;  /* from version 6 */
};

struct beneath {
	uint64_t allowed;
	int32_t directory;
} __attribute__((packed));

/* What the kernel can refuse of what we want refused. */
static struct ruleset wanted(long version)
{
	struct ruleset ruleset = { .files = EXECUTE | CHANGE | MAKE_ODD };

	if (version < 2)
		ruleset.files &= ~(uint64_t)MOVE;
	if (version < 3)
		ruleset.files &= ~(uint64_t)TRUNCATE;
	if (version >= 4)
		ruleset.network = TCP;
	if (version >= 6)
		ruleset.scopes = SCOPES;
	return ruleset;
}

/* Older kernels take the structure without what it had not had yet. */
static size_t size_of(long version)
{
	return version < 4 ? offsetof(struct ruleset, network)
	       : version < 6 ? offsetof(struct ruleset, scopes) : sizeof(struct ruleset);
}

static bool allow(int ruleset, uint64_t allowed, const int *writable, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct beneath rule = { allowed, writable[i] };

		if (syscall(CALL_ADD, ruleset, RULE_BENEATH, &rule, 0) < 0)
			return false;
	}
	return true;
}

static bool restrict_files(const int *writable, size_t count, long version)
{
	struct ruleset ruleset = wanted(version);
	int fd = (int)syscall(CALL_CREATE, &ruleset, size_of(version), 0);
	bool good = fd >= 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
		    allow(fd, ruleset.files & CHANGE, writable, count) &&
		    syscall(CALL_RESTRICT, fd, 0) == 0;

	if (!good)
		log_errno("cannot close the file systems to this program");
	if (fd >= 0)
		close(fd);
	return good;
}

bool confine(const int *writable, size_t count)
{
	static const struct rlimit none = { 0, 0 };
	long version = -1;

	setrlimit(RLIMIT_CORE, &none);
#ifndef HYTHE_WITHOUT_LANDLOCK
	version = syscall(CALL_CREATE, NULL, 0, ASK_VERSION);
#endif
	return version >= (count ? 2 : 1) && restrict_files(writable, count, version);
}
