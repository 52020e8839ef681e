/* test_watched.c - watched.h
 * SPDX-License-Identifier: ISC */
#include "watched.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "scratch.h"
#include "tap.h"

static struct arena process;
static unsigned parsed;

/* "bad..." is wrong; everything else is itself. */
static const void *parse(struct arena *arena, const char *path, char *text)
{
	(void)path;
	parsed++;
	return strncmp(text, "bad", 3) == 0 ? NULL : arena_copy(arena, text, strlen(text));
}

static const struct watched_kind kind = { .most = 100, .parse = parse };
static const struct watched_kind secret_kind = { .most = 100, .forbidden = 077, .parse = parse };

static const char *path_of(const char *name)
{
	return arena_printf(&process, "%s/%s", scratch_path, name);
}

/* Let it be as if the file had last changed long ago, as `days` tells. */
static void settle(const char *name, int days)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT },
				     { .tv_sec = time(NULL) - days * 86400 } };

	scratch_must(utimensat(scratch, name, times, 0) == 0, name);
}

static void is_now(struct watched *watched, const char *wanted, const char *name)
{
	struct arena arena;

	arena_init(&arena);
	is_text(watched_get(watched, &arena), wanted, name);
	arena_reset(&arena);
}

/* Many of these are within one tick of the file system's clock, if that is coarse. */
static bool sees_every_change(struct watched *watched)
{
	bool sees = true;

	for (int i = 0; i < 300; i++) {
		const char *text = i % 2 ? "odd." : "even";
		struct arena arena;
		const char *got;

		arena_init(&arena);
		scratch_put("file", text);
		got = watched_get(watched, &arena);
		sees = sees && got && strcmp(got, text) == 0;
		arena_reset(&arena);
	}
	return sees;
}

static void test_change(void)
{
	struct watched *watched = watched_open(&process, path_of("file"), &kind);
	struct arena arena;
	const char *before;

	scratch_listen();
	is_now(watched, NULL, "a file that is not there");
	is_now(watched, NULL, "and is not there");
	ok(strstr(scratch_said(), "file") != NULL, "is said");
	scratch_put("file", "one");
	arena_init(&arena);
	before = watched_get(watched, &arena);
	is_text(before, "one", "a file that is there now");
	scratch_put("file", "two");
	is_now(watched, "two", "written over with as many bytes, at once");
	is_text(before, "one", "who had the old content keeps it");
	arena_reset(&arena);
	ok(sees_every_change(watched), "as often as it is written over");
	scratch_put("new", "six");
	scratch_must(renameat(scratch, "new", scratch, "file") == 0, "rename");
	is_now(watched, "six", "replaced by rename");
	scratch_put("file", "bad");
	is_now(watched, NULL, "a wrong one");
	scratch_put("file", "");
	is_now(watched, "", "an empty one");
	scratch_must(unlinkat(scratch, "file", 0) == 0, "unlink");
	scratch_listen();
	is_now(watched, NULL, "one that is gone");
	is_now(watched, NULL, "and stays away");
	before = scratch_said();
	ok(strchr(before, '\n') == strrchr(before, '\n'), "is said once");
}

/* Only the times can tell; they are set back, which changes the ctime. */
static void test_rest(void)
{
	struct watched *watched = watched_open(&process, path_of("rest"), &kind);

	scratch_put("rest", "one");
	parsed = 0;
	for (int i = 0; i < 5; i++)
		is_now(watched, "one", "young, and the same");
	is_number(parsed, 1, "is parsed once");
	sleep(3);
	is_now(watched, "one", "at rest");
	scratch_put("rest", "two");
	is_now(watched, "two", "written over after it came to rest");
	settle("rest", 3);
	is_now(watched, "two", "with another time");
	is_number(parsed, 2, "is not parsed again for the same text");
}

static void test_refused(void)
{
	char large[102];

	memset(large, 'x', sizeof(large));
	scratch_put_bytes("large", large, 101);
	scratch_put_bytes("nul", "a\0b", 3);
	scratch_put("open", "secret");
	scratch_put("shut", "secret");
	scratch_must(fchmodat(scratch, "shut", 0600, 0) == 0 && mkdirat(scratch, "directory", 0755) == 0 &&
		     mkfifoat(scratch, "fifo", 0600) == 0, "chmod");
	scratch_listen();
	is_now(watched_open(&process, path_of("large"), &kind), NULL, "too large");
	is_now(watched_open(&process, path_of("nul"), &kind), NULL, "with a NUL");
	is_now(watched_open(&process, path_of("directory"), &kind), NULL, "a directory");
	is_now(watched_open(&process, path_of("fifo"), &kind), NULL, "a FIFO");
	is_now(watched_open(&process, path_of("open"), &secret_kind), NULL, "a secret for all");
	is_now(watched_open(&process, path_of("shut"), &secret_kind), "secret", "a secret");
	ok(strstr(scratch_said(), "0700") != NULL, "the mode it may have is said");
	scratch_put_bytes("large", large, 100);
	is_now(watched_open(&process, path_of("large"), &kind), arena_copy(&process, large, 100),
	       "as large as may be");
}

/* Nothing of the file changes when there are descriptors again. */
static void test_no_descriptor(void)
{
	struct watched *watched = watched_open(&process, path_of("scarce"), &kind);
	struct rlimit usual, none;
	int lowest = dup(STDERR_FILENO);

	scratch_must(lowest >= 0 && close(lowest) == 0, "dup");
	scratch_must(getrlimit(RLIMIT_NOFILE, &usual) == 0, "getrlimit");
	scratch_put("scarce", "one");
	none = (struct rlimit){ (rlim_t)lowest, usual.rlim_max };
	scratch_listen();
	scratch_must(setrlimit(RLIMIT_NOFILE, &none) == 0, "setrlimit");
	is_now(watched, NULL, "without a descriptor to be had");
	scratch_must(setrlimit(RLIMIT_NOFILE, &usual) == 0, "setrlimit");
	is_now(watched, "one", "and with one again");
	ok(strstr(scratch_said(), "scarce") != NULL, "is said");
}

static void *ask(void *watched)
{
	struct arena arena;
	bool good = true;

	arena_init(&arena);
	for (int i = 0; i < 2000; i++) {
		const char *text = watched_get(watched, &arena);

		good = good && text && (strcmp(text, "aaaa") == 0 || strcmp(text, "bbbb") == 0);
		arena_reset(&arena);
	}
	return good ? watched : NULL;
}

static void test_threads(void)
{
	struct watched *watched = watched_open(&process, path_of("threads"), &kind);
	pthread_t threads[4];
	bool good = true;

	scratch_put("threads", "aaaa");
	for (size_t i = 0; i < 4; i++)
		scratch_must(pthread_create(&threads[i], NULL, ask, watched) == 0, "thread");
	for (int i = 0; i < 200; i++) {
		scratch_put("next", i % 2 ? "aaaa" : "bbbb");
		scratch_must(renameat(scratch, "next", scratch, "threads") == 0, "rename");
	}
	for (size_t i = 0; i < 4; i++) {
		void *result;

		pthread_join(threads[i], &result);
		good = good && result;
	}
	ok(good, "four threads never see anything but one of the two");
}

int main(void)
{
	scratch_make();
	arena_init(&process);
	test_change();
	test_rest();
	test_refused();
	test_no_descriptor();
	test_threads();
	arena_reset(&process);
	scratch_remove();
	return done_testing();
}
