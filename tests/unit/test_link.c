/* test_link.c - link.h, and what the collector's marks do to links
 * SPDX-License-Identifier: ISC */
#include "link.h"

#include "arena.h"
#include "hash.h"
#include "mark.h"
#include "scratch.h"
#include "store.h"
#include "tap.h"

#define DIRECTORY "some/layer"
#define LINK DIRECTORY "/link"
#define MARK DIRECTORY "/condemned"

static struct arena arena;
static struct store store;
static struct digest one, other;

/* Condemn what stands in the link's file, or rather another, later or older. */
static void condemn(long inode, long seconds, long nanoseconds)
{
	struct stat status;

	scratch_must(fstatat(scratch, LINK, &status, 0) == 0, "stat");
	scratch_put(MARK, arena_printf(&arena, "run 1\ninode %llu\nmtime %lld.%09ld\n",
				       (unsigned long long)status.st_ino + (unsigned long)inode,
				       (long long)status.st_mtim.tv_sec + seconds,
				       (status.st_mtim.tv_nsec + nanoseconds) % 1000000000));
}

static void test_put(void)
{
	const char *garbage[] = {
		"", "sha256:", "x", one.text + 1, arena_printf(&arena, "%s\n", one.text),
		arena_printf(&arena, "%s%s", one.text, one.text), other.text,
		arena_copy(&arena, one.text, 70),
	};
	struct digest target;

	is_number(link_read(&store, &arena, DIRECTORY, &target), MISSING, "no link");
	is_number(link_follow(&store, &arena, DIRECTORY, &target), MISSING, "nor one to follow");
	is_number(link_put(&store, &arena, DIRECTORY, &one), DONE, "a new link");
	is_text(scratch_get(LINK), one.text, "says its digest, and no newline");
	is_number(scratch_mode(LINK), 0640, "its mode");
	for (size_t i = 0; i < sizeof(garbage) / sizeof(*garbage); i++) {
		bool good = garbage[i] == other.text;

		scratch_put(LINK, garbage[i]);
		is_number(link_read(&store, &arena, DIRECTORY, &target), good ? DONE : MISSING,
			  garbage[i]);
		is_number(link_put(&store, &arena, DIRECTORY, &one), DONE, "written over");
		is_text(scratch_get(LINK), one.text, "with the right one");
		ok(link_follow(&store, &arena, DIRECTORY, &target) == DONE &&
		   digest_equal(&target, &one), "which is followed");
	}
	scratch_put_bytes(LINK, "sha256:\0", 8);
	is_number(link_read(&store, &arena, DIRECTORY, &target), MISSING, "one with a NUL");
	scratch_must(unlinkat(scratch, LINK, 0) == 0 && symlinkat("/dev/null", scratch, LINK) == 0,
		     "link");
	is_number(link_read(&store, &arena, DIRECTORY, &target), MISSING, "a symbolic link");
	unlinkat(scratch, LINK, 0);
	scratch_must(mkdirat(scratch, LINK, 0750) == 0, "mkdir");
	is_number(link_read(&store, &arena, DIRECTORY, &target), MISSING, "a directory");
	unlinkat(scratch, LINK, AT_REMOVEDIR);
	is_number(link_put(&store, &arena, DIRECTORY, &other), DONE, "one of sha512");
	ok(link_read(&store, &arena, DIRECTORY, &target) == DONE && digest_equal(&target, &other),
	   "is read");
}

static void test_refreshed(void)
{
	struct stat before, after;

	link_put(&store, &arena, DIRECTORY, &one);
	utimensat(scratch, LINK, (struct timespec[]){ { 1, 0 }, { 1, 0 } }, 0);
	fstatat(scratch, LINK, &before, 0);
	is_number(link_put(&store, &arena, DIRECTORY, &one), DONE, "the same once more");
	fstatat(scratch, LINK, &after, 0);
	ok(before.st_ino == after.st_ino && after.st_mtime > 1000000, "it is made young");
}

static void test_marks(void)
{
	static const struct {
		long inode, seconds, nanoseconds;
		enum outcome outcome;
	} cases[] = {
		{ 0, 0, 0, MISSING }, { 1, 0, 0, DONE }, { 0, 1, 0, DONE }, { 0, -1, 0, DONE },
		{ 0, 0, 1, DONE },
	};
	static const char *const broken[] = { "", "run 1\n", "condemned" };
	struct digest target;
	struct stat status;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		condemn(cases[i].inode, cases[i].seconds, cases[i].nanoseconds);
		is_number(link_follow(&store, &arena, DIRECTORY, &target), cases[i].outcome,
			  "followed with a mark");
		is_number(link_read(&store, &arena, DIRECTORY, &target), DONE, "read with it");
		fstatat(scratch, LINK, &status, 0);
		is_number(mark_check(&store, &arena, DIRECTORY, &status), cases[i].outcome,
			  "the mark itself");
		is_number(link_put(&store, &arena, DIRECTORY, &one), DONE, "put again");
		is_number(link_follow(&store, &arena, DIRECTORY, &target), DONE, "it is back");
		ok(!scratch_has(MARK), "and the mark gone");
	}
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		scratch_put(MARK, broken[i]);
		is_number(link_follow(&store, &arena, DIRECTORY, &target), DONE, "a broken mark");
	}
	condemn(0, 0, 0);
	is_number(link_put(&store, &arena, DIRECTORY, &other), DONE, "another digest, condemned");
	ok(link_follow(&store, &arena, DIRECTORY, &target) == DONE && digest_equal(&target, &other),
	   "is followed");
	condemn(0, 0, 0);
	utimensat(scratch, LINK, NULL, 0);
	is_number(link_follow(&store, &arena, DIRECTORY, &target), DONE, "a touch voids a mark");
	is_number(mark_refresh(&store, DIRECTORY, "none"), MISSING, "nothing to refresh");
}

/* A mark that the collector writes: whole, or void. */
static void test_mark_written(void)
{
	static const struct timespec then[] = { { 1000, 0 }, { 1000, 123456789 } };
	struct mark mark = { .run = 0 };
	struct stat status;
	char text[256];
	size_t valid = 0;

	link_put(&store, &arena, DIRECTORY, &one);
	unlinkat(scratch, MARK, 0);
	utimensat(scratch, LINK, then, 0);
	fstatat(scratch, LINK, &status, 0);
	ok(!mark_exists(&store, &arena, DIRECTORY), "no mark");
	is_number(mark_remove(&store, &arena, DIRECTORY), MISSING, "nor one to remove");
	is_number(mark_read(&store, &arena, DIRECTORY, &status, &mark), MISSING, "or read");
	scratch_put(MARK, "void");
	is_number(mark_write(&store, &arena, DIRECTORY, &status, 7), DONE, "written over a void one");
	is_number(scratch_mode(MARK), 0640, "its mode");
	ok(mark_read(&store, &arena, DIRECTORY, &status, &mark) == DONE && mark.run == 7,
	   "it says which run");
	ok(mark.made.tv_sec > 1000000, "and when");
	is_number(mark_check(&store, &arena, DIRECTORY, &status), MISSING, "the link is hidden");
	snprintf(text, sizeof(text), "%s", scratch_get(MARK));
	for (size_t length = strlen(text); length-- > 0;) {
		scratch_put_bytes(MARK, text, length);
		valid += mark_read(&store, &arena, DIRECTORY, &status, &mark) == DONE;
	}
	is_number((long long)valid, 1, "cut anywhere but before its last byte, it is void");
	ok(mark_exists(&store, &arena, DIRECTORY), "though it exists");
	is_number(mark_remove(&store, &arena, DIRECTORY), DONE, "removed");
	is_number(mark_check(&store, &arena, DIRECTORY, &status), DONE, "the link is seen");
}

static void test_examine(void)
{
	struct digest target;
	struct stat status;

	is_number(link_examine(&store, &arena, "none", &target, &status), MISSING, "no link");
	scratch_put(LINK, "");
	is_number(link_examine(&store, &arena, DIRECTORY, &target, &status), MISMATCH, "an empty one");
	link_put(&store, &arena, DIRECTORY, &one);
	is_number(link_examine(&store, &arena, DIRECTORY, &target, &status), DONE, "a good one");
	is_number(status.st_size, 71, "its status");
}

/* What link_each() found. */
struct found {
	int named, strange, stop;
};

static enum outcome count(void *context, struct arena *scratch_arena, const char *directory,
			  const struct digest *name)
{
	struct found *found = context;

	ok(strcmp(arena_copy(scratch_arena, directory, strlen(directory)), directory) == 0, "%s",
	   directory);
	found->named += name != NULL;
	found->strange += name == NULL;
	return --found->stop ? DONE : BUSY;
}

static void test_each(void)
{
	struct found all = { .stop = -1 }, some = { .stop = 2 };
	const char *directories[] = {
		arena_printf(&arena, "each/sha256/%s", digest_hex(&one)),
		arena_printf(&arena, "each/sha512/%s", digest_hex(&other)),
		arena_printf(&arena, "each/sha512/%s", digest_hex(&one)), "each/md5/0",
	};

	is_number(link_each(&store, "each", count, &all), DONE, "no directory of links");
	for (size_t i = 0; i < sizeof(directories) / sizeof(*directories); i++)
		link_put(&store, &arena, directories[i], &one);
	scratch_put("each/file", "");
	scratch_put("each/sha256/file", "");
	scratch_put("each/md5/file", "");
	is_number(link_each(&store, "each", count, &all), DONE, "all of them");
	ok(all.named == 2 && all.strange == 3, "by what they are named after");
	is_number(link_each(&store, "each", count, &some), BUSY, "until one is not well");
	is_number(some.named + some.strange, 2, "and no further");
	scratch_must(symlinkat("..", scratch, "each/link") == 0, "link");
	is_number(link_each(&store, "each", count, &all), FAILED, "a link among them");
}

static void test_remove(void)
{
	struct digest target;

	is_number(link_remove(&store, &arena, DIRECTORY), DONE, "removed");
	ok(!scratch_has(DIRECTORY), "with its directory");
	ok(scratch_has("some"), "and no more");
	is_number(link_remove(&store, &arena, DIRECTORY), MISSING, "and once more");
	is_number(link_read(&store, &arena, DIRECTORY, &target), MISSING, "it is gone");
	is_number(link_put(&store, &arena, DIRECTORY, &one), DONE, "and can be put again");
}

int main(void)
{
	arena_init(&arena);
	scratch_make();
	hash_bytes(SHA256, "one", 3, &one);
	hash_bytes(SHA512, "other", 5, &other);
	scratch_must(store_open(&store, scratch_path, true), "store");
	store.durable = true;
	test_put();
	test_refreshed();
	test_marks();
	test_mark_written();
	test_examine();
	test_each();
	test_remove();
	close(store.root);
	scratch_remove();
	arena_reset(&arena);
	return done_testing();
}
