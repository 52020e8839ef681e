/* test_lock.c - lock.h
 * SPDX-License-Identifier: ISC */
#include "lock.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "arena.h"
#include "scratch.h"
#include "store.h"
#include "tap.h"

#define LOCKS "docker/registry/v2/hythe/locks"

static struct store store;
static struct arena arena;

static enum outcome take(const char *name, enum lock_mode mode, struct locks *locks)
{
	return lock_repository(&store, &arena, name, mode, locks);
}

static void test_modes(void)
{
	static const struct {
		enum lock_mode first, second;
		const char *name;
		enum outcome outcome;
	} cases[] = {
		{ LOCK_SHARED, LOCK_SHARED, "a", DONE },
		{ LOCK_SHARED, LOCK_EXCLUSIVE, "a", BUSY },
		{ LOCK_EXCLUSIVE, LOCK_SHARED, "a", BUSY },
		{ LOCK_EXCLUSIVE, LOCK_EXCLUSIVE, "a", BUSY },
		{ LOCK_EXCLUSIVE, LOCK_EXCLUSIVE, "b", DONE },
		{ LOCK_EXCLUSIVE, LOCK_EXCLUSIVE, "a/a", DONE },
		{ LOCK_EXCLUSIVE, LOCK_EXCLUSIVE, "aa", DONE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct locks first, second;

		is_number(take("a", cases[i].first, &first), DONE, "the first");
		is_number(take(cases[i].name, cases[i].second, &second), cases[i].outcome,
			  "the second");
		lock_release(&first);
		if (cases[i].outcome == DONE)
			lock_release(&second);
		is_number(take("a", LOCK_EXCLUSIVE, &first), DONE, "free again");
		is_number(take("a", LOCK_SHARED, &second), BUSY, "until the request's end");
		arena_reset(&arena);
		is_number(take("a", LOCK_EXCLUSIVE, &first), DONE, "which lets go");
		lock_release(&first);
		lock_release(&first);
		arena_reset(&arena);
	}
	is_number(scratch_mode(LOCKS), 0640, "the mode of the lock file");
}

/* Lock one byte of the lock file as the collector does. */
static int lock_byte(off_t byte, short type)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };
	int fd = openat(scratch, LOCKS, O_RDWR | O_CLOEXEC);

	if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
		return fd;
	close(fd);
	return -1;
}

static void test_shards(void)
{
	static const unsigned firsts[] = { 0xff, 0x00, 0x7f, 0x00, 0x10 };
	enum { COUNT = sizeof(firsts) / sizeof(*firsts) };
	struct digest digests[COUNT];
	struct locks locks, other;
	unsigned char raw[32] = { 0 };

	for (int i = 0; i < COUNT; i++) {
		raw[0] = (unsigned char)firsts[i];
		digest_from_bytes(&digests[i], SHA256, raw);
	}
	is_number(take("a", LOCK_EXCLUSIVE, &locks), DONE, "a repository");
	is_number(lock_shards(&locks, digests, COUNT), DONE, "its shards");
	is_number(take("b", LOCK_EXCLUSIVE, &other), DONE, "another repository");
	is_number(lock_shards(&other, digests, COUNT), DONE, "may write to the same");
	lock_release(&other);
	for (unsigned shard = 0; shard < 256; shard++) {
		bool held = false;
		int fd = lock_byte(shard, F_WRLCK);

		for (int i = 0; i < COUNT; i++)
			held |= firsts[i] == shard;
		if ((fd < 0) != held)
			ok(false, "shard %u held: %d", shard, held);
		close(fd);
	}
	lock_release(&locks);

	int collector = lock_byte(0x7f, F_WRLCK);

	ok(collector >= 0, "the collector has a shard");
	is_number(take("a", LOCK_EXCLUSIVE, &locks), DONE, "a repository");
	is_number(lock_shards(&locks, &digests[1], 1), DONE, "another shard");
	is_number(lock_shards(&locks, digests, COUNT), BUSY, "this shard is not to be had");
	is_number(take("a", LOCK_SHARED, &other), BUSY, "the repository's lock stays");
	close(collector);
	is_number(lock_shards(&locks, digests, COUNT), DONE, "now it is");
	is_number(lock_shards(&locks, digests, 0), DONE, "no shards at all");
	arena_reset(&arena);
	is_number(lock_byte(0x7f, F_WRLCK) >= 0, true, "and all are let go");
}

/* The collector's locks, one shard at a time. */
static void test_collector(void)
{
	unsigned char raw[32] = { 0x33 };
	struct locks writer, collector, other;
	struct digest digest;

	digest_from_bytes(&digest, SHA256, raw);
	is_number(lock_open(&store, &arena, &collector), DONE, "opened, holding nothing");
	is_number(take("a", LOCK_EXCLUSIVE, &writer), DONE, "a writer");
	is_number(lock_shards(&writer, &digest, 1), DONE, "with a shard");
	is_number(lock_shard(&collector, 0x33), BUSY, "keeps the collector off");
	is_number(lock_shard(&collector, 0x32), DONE, "from this shard only");
	lock_release(&writer);
	is_number(lock_shard(&collector, 0x33), DONE, "until it lets go");
	is_number(take("a", LOCK_SHARED, &writer), DONE, "a writer has its repository");
	is_number(lock_shards(&writer, &digest, 1), BUSY, "but not the collector's shard");
	is_number(lock_open(&store, &arena, &other), DONE, "another collector");
	is_number(lock_shard(&other, 0x33), BUSY, "does not have it either");
	lock_shard_release(&collector, 0x33);
	is_number(lock_shards(&writer, &digest, 1), DONE, "until it is let go of");
	is_number(lock_shard(&other, 0x32), BUSY, "one shard, not the other");
	lock_release(&collector);
	is_number(lock_shard(&other, 0x32), DONE, "and all at the end");
	arena_reset(&arena);
}

static void test_wait(void)
{
	struct timespec start, end;
	struct locks locks, other;
	double seconds;

	take("a", LOCK_EXCLUSIVE, &locks);
	store.lock_seconds = 1;
	clock_gettime(CLOCK_MONOTONIC, &start);
	is_number(take("a", LOCK_SHARED, &other), BUSY, "a wait comes to its end");
	clock_gettime(CLOCK_MONOTONIC, &end);
	store.lock_seconds = 0;
	seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
	ok(seconds > 0.9 && seconds < 30, "after %.2f s", seconds);
	arena_reset(&arena);
}

/* A process that holds the lock, and is killed with it. */
static void test_killed(void)
{
	struct locks locks;
	int ends[2], status;
	char byte;
	pid_t child;

	scratch_must(pipe(ends) == 0, "pipe");
	fflush(stdout);
	child = fork();
	if (child == 0) {
		byte = take("a", LOCK_EXCLUSIVE, &locks) == DONE ? 'y' : 'n';
		if (write(ends[1], &byte, 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	scratch_must(child > 0, "fork");
	ok(read(ends[0], &byte, 1) == 1 && byte == 'y', "another process has it");
	is_number(take("a", LOCK_SHARED, &locks), BUSY, "so this one does not");
	is_number(take("b", LOCK_EXCLUSIVE, &locks), DONE, "but the rest");
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	is_number(take("a", LOCK_EXCLUSIVE, &locks), DONE, "its end lets go");
	arena_reset(&arena);
	close(ends[0]);
	close(ends[1]);
}

enum { THREADS = 4, TURNS = 200 };

static int inside, met, failed;

static void *work(void *context)
{
	struct arena mine;

	(void)context;
	arena_init(&mine);
	for (int i = 0; i < TURNS; i++) {
		struct locks locks;

		if (lock_repository(&store, &mine, "a", LOCK_EXCLUSIVE, &locks) != DONE) {
			__atomic_add_fetch(&failed, 1, __ATOMIC_SEQ_CST);
			continue;
		}
		if (__atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST) != 1)
			__atomic_add_fetch(&met, 1, __ATOMIC_SEQ_CST);
		sched_yield();
		__atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
		lock_release(&locks);
	}
	arena_reset(&mine);
	return NULL;
}

static void test_threads(void)
{
	pthread_t threads[THREADS];

	store.lock_seconds = 60;
	for (int i = 0; i < THREADS; i++)
		scratch_must(pthread_create(&threads[i], NULL, work, NULL) == 0, "thread");
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	store.lock_seconds = 0;
	is_number(met, 0, "threads never hold it at once");
	is_number(failed, 0, "and all get it in turn");
}

static void test_file(void)
{
	int first, second;

	scratch_put("some", "");
	first = openat(scratch, "some", O_RDWR | O_CLOEXEC);
	second = openat(scratch, "some", O_RDWR | O_CLOEXEC);
	is_number(lock_file(first, "some", 0), DONE, "a file");
	is_number(lock_file(first, "some", 0), DONE, "by its holder again");
	is_number(lock_file(second, "some", 0), HELD, "opened again");
	close(first);
	is_number(lock_file(second, "some", 0), DONE, "after the first was closed");
	close(second);
	is_number(lock_file(-1, "some", 0), FAILED, "no file");
}

int main(void)
{
	arena_init(&arena);
	scratch_make();
	scratch_must(store_open(&store, scratch_path, true), "store");
	store.lock_seconds = 0;
	store.durable = true;
	test_modes();
	test_shards();
	test_collector();
	test_wait();
	test_killed();
	test_threads();
	test_file();
	close(store.root);
	scratch_remove();
	return done_testing();
}
