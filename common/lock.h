/* lock.h - who may change what at the same time
 * SPDX-License-Identifier: ISC
 *
 * Locks are open-file-description locks: they vanish when their holder is
 * killed, hold between threads, and work where the file system has locks at
 * all.  Those of repositories and shards are byte ranges of one file,
 * hythe/locks: byte i for all digests whose first two hex digits are i, and
 * 65,536 more for repositories, by a hash of the name.
 *
 * Order: session, then repository, then shards in rising order.  An operation
 * takes one repository and never a second, takes its shards in one call, and
 * waits for nothing while it holds them.  A lock is never upgraded.  Each of
 * these rules broken gives a deadlock that the kernel does not report.
 *
 *             repository              shards
 * exclusive   manifest PUT, DELETE    the collector
 * shared      blob completion, mount  every writer
 *
 * Waits are bounded by the store's setting, for no lock is fair. */
#ifndef HYTHE_LOCK_H
#define HYTHE_LOCK_H

#include <stddef.h>
#include "digest.h"
#include "outcome.h"

struct arena;
struct store;

enum lock_mode { LOCK_SHARED, LOCK_EXCLUSIVE };

/* One operation's locks; never shared between threads. */
struct locks {
	const struct store *store;
	struct arena *arena;
	int fd;
	long long deadline; /* of all waits together; milliseconds, monotonic */
};

/* Open the lock file and take the lock of the repository `name`.  DONE, BUSY
 * after the longest wait, FULL or FAILED; but for DONE nothing is held. */
enum outcome lock_repository(const struct store *store, struct arena *arena, const char *name,
			     enum lock_mode mode, struct locks *locks);

/* Take, shared, the shards of `count` digests.  DONE, BUSY or FAILED; the
 * repository's lock stays. */
enum outcome lock_shards(struct locks *locks, const struct digest *digests, size_t count);

/* For the collector: open the lock file, holding nothing; then take one shard
 * exclusively, and let go of it again.  It has one at a time, and nothing beside
 * it.  DONE, BUSY after the longest wait, FULL or FAILED. */
enum outcome lock_open(const struct store *store, struct arena *arena, struct locks *locks);
enum outcome lock_shard(struct locks *locks, unsigned shard);
void lock_shard_release(struct locks *locks, unsigned shard);

/* Let go of everything; the end of the request does the same. */
void lock_release(struct locks *locks);

/* Lock the whole of an open file exclusively, and wait for that `patience` milliseconds
 * at most: DONE, HELD, BUSY or FAILED.  Closing `fd` lets go.  `path` is for the log. */
enum outcome lock_file(int fd, const char *path, unsigned patience);

#endif
