/* lock.c - who may change what at the same time
 * SPDX-License-Identifier: ISC */
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "log.h"
#include "store.h"

enum { SHARDS = 256, REPOSITORIES = 65536 };

/* FNV-1a: the file is shared by programs of every version, so this function
 * is part of the format. */
static off_t repository_byte(const char *name)
{
	uint32_t hash = 2166136261u;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return SHARDS + (hash ^ hash >> 16) % REPOSITORIES;
}

static int try_lock(int fd, enum lock_mode mode, off_t start, off_t length)
{
	struct flock lock = {
		.l_type = mode == LOCK_EXCLUSIVE ? F_WRLCK : F_RDLCK,
		.l_whence = SEEK_SET,
		.l_start = start,
		.l_len = length,
	};
	int result;

	do
		result = fcntl(fd, F_OFD_SETLK, &lock);
	while (result < 0 && errno == EINTR);
	return result;
}

static bool is_held(void)
{
	return errno == EAGAIN || errno == EACCES;
}

static long long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Ask again and again, at longer and longer intervals up to 16 ms: a blocking
 * wait could not be bounded without signals. */
static enum outcome ask_until(long long deadline, int fd, const char *path, enum lock_mode mode,
			      off_t start, off_t length)
{
	long pause = 125000;

	while (try_lock(fd, mode, start, length) < 0) {
		struct timespec time = { 0, pause };

		if (!is_held())
			return file_outcome("cannot lock", path);
		if (milliseconds() >= deadline)
			return HELD;
		nanosleep(&time, NULL);
		if (pause < 16000000)
			pause *= 2;
	}
	return DONE;
}

static enum outcome wait_lock(const struct locks *locks, enum lock_mode mode, off_t start)
{
	enum outcome outcome = ask_until(locks->deadline, locks->fd, LAYOUT_LOCKS, mode, start, 1);

	if (outcome != HELD)
		return outcome;
	log_line("byte %lld of '%s' stayed locked for %u s", (long long)start, LAYOUT_LOCKS,
		 locks->store->lock_seconds);
	return BUSY;
}

static int open_locks(const struct store *store)
{
	int fd = file_open(store->root, LAYOUT_LOCKS, O_RDWR | O_CREAT, FILE_MODE);

	if (fd < 0 && errno == ENOENT && file_make_directories(store->root, LAYOUT_HYTHE) >= 0)
		fd = file_open(store->root, LAYOUT_LOCKS, O_RDWR | O_CREAT, FILE_MODE);
	return fd;
}

static void set_deadline(struct locks *locks)
{
	locks->deadline = milliseconds() + locks->store->lock_seconds * 1000LL;
}

enum outcome lock_open(const struct store *store, struct arena *arena, struct locks *locks)
{
	int fd = open_locks(store);

	if (fd < 0)
		return store_required(file_outcome("cannot open", LAYOUT_LOCKS), LAYOUT_LOCKS);
	*locks = (struct locks){
		.store = store, .arena = arena, .fd = arena_own_fd(arena, fd),
	};
	return DONE;
}

enum outcome lock_repository(const struct store *store, struct arena *arena, const char *name,
			     enum lock_mode mode, struct locks *locks)
{
	enum outcome outcome = lock_open(store, arena, locks);

	if (outcome != DONE)
		return outcome;
	set_deadline(locks);
	outcome = wait_lock(locks, mode, repository_byte(name));
	if (outcome != DONE)
		lock_release(locks);
	return outcome;
}

enum outcome lock_shard(struct locks *locks, unsigned shard)
{
	set_deadline(locks);
	return wait_lock(locks, LOCK_EXCLUSIVE, shard);
}

void lock_shard_release(struct locks *locks, unsigned shard)
{
	struct flock lock = { .l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = shard, .l_len = 1 };

	/* Letting go cannot fail for want of anything, and the end of the
	 * process does it at the latest. */
	if (fcntl(locks->fd, F_OFD_SETLK, &lock) < 0)
		log_errno("cannot unlock '%s'", LAYOUT_LOCKS);
}

enum outcome lock_shards(struct locks *locks, const struct digest *digests, size_t count)
{
	bool wanted[SHARDS] = { false };

	for (size_t i = 0; i < count; i++)
		wanted[digest_shard(&digests[i])] = true;
	for (unsigned shard = 0; shard < SHARDS; shard++) {
		enum outcome outcome = DONE;

		if (wanted[shard])
			outcome = wait_lock(locks, LOCK_SHARED, shard);
		if (outcome != DONE)
			return outcome;
	}
	return DONE;
}

void lock_release(struct locks *locks)
{
	if (locks->fd >= 0)
		arena_close_fd(locks->arena, locks->fd);
	locks->fd = -1;
}

enum outcome lock_file(int fd, const char *path, unsigned patience)
{
	return ask_until(milliseconds() + patience, fd, path, LOCK_EXCLUSIVE, 0, 0);
}
