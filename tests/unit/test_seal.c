/* test_seal.c - seal.h and revision.h, with a stranger who knows no seals
 * SPDX-License-Identifier: ISC */
#include "seal.h"

#include <dirent.h>
#include <time.h>

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "revision.h"
#include "scratch.h"
#include "store.h"
#include "tap.h"

static struct arena arena;
static struct store store;

static const struct digest *numbered(enum algorithm algorithm, unsigned number)
{
	struct digest *digest = arena_alloc(&arena, sizeof(*digest));
	int digits = algorithm == SHA256 ? 64 : 128;

	digest_parse(arena_printf(&arena, "%s:%0*x", algorithm_name(algorithm), digits, number),
		     digest);
	return digest;
}

static struct timespec changed(const char *name, enum algorithm algorithm)
{
	struct stat status = { .st_size = 0 };

	fstatat(scratch, layout_revisions(&arena, name, algorithm), &status, 0);
	return status.st_mtim;
}

/* What docker-registry does: a directory and a link, and nothing else.  Wait
 * before until the clock that dates files has moved, as it has when another
 * program was started. */
static void intrude(const char *name, const struct digest *digest)
{
	const char *directory = layout_revision(&arena, name, digest);
	struct timespec before = changed(name, digest->algorithm), after = before;

	while (before.tv_sec == after.tv_sec && before.tv_nsec == after.tv_nsec) {
		usleep(2000);
		scratch_must(file_make_directories(scratch, directory) >= 0, directory);
		after = changed(name, digest->algorithm);
		if (before.tv_sec == after.tv_sec && before.tv_nsec == after.tv_nsec)
			file_remove_directory(scratch, directory);
	}
	scratch_put(layout_in(&arena, directory, "link"), digest->text);
}

static unsigned seals(const char *name)
{
	int fd = openat(scratch, layout_all_referrers(&arena, name), O_RDONLY | O_DIRECTORY);
	DIR *entries = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	unsigned count = 0;

	if (!entries)
		return 0;
	while ((entry = readdir(entries)))
		count += strncmp(entry->d_name, "complete-", 9) == 0;
	closedir(entries);
	return count;
}

static void is_sealed(const char *name, enum outcome wanted, const char *what)
{
	is_number(seal_check(&store, &arena, name), wanted, what);
}

static void put(const char *name, enum algorithm algorithm, unsigned number)
{
	is_number(revision_put(&store, &arena, name, numbered(algorithm, number)), DONE, "put");
}

static void test_ours(void)
{
	const struct digest *first = numbered(SHA256, 1);

	is_sealed("ours", DONE, "no revisions, nothing to be sealed");
	put("ours", SHA256, 1);
	is_sealed("ours", DONE, "sealed with the first");
	is_number(seals("ours"), 1, "one seal");
	put("ours", SHA256, 1);
	put("ours", SHA256, 2);
	is_sealed("ours", DONE, "still, with the second");
	is_number(seals("ours"), 1, "one seal, moved along");
	put("ours", SHA512, 1);
	is_number(seals("ours"), 2, "another for the other algorithm");
	is_number(revision_remove(&store, &arena, "ours", first), DONE, "remove");
	ok(!scratch_has(layout_revision(&arena, "ours", first)), "no directory stays");
	is_sealed("ours", DONE, "sealed after a removal");
	is_number(revision_remove(&store, &arena, "ours", first), MISSING, "remove again");
	is_number(seals("ours"), 2, "no other seals");
}

static void test_intruder(void)
{
	const struct digest *second = numbered(SHA256, 2);

	intrude("theirs", numbered(SHA256, 1));
	is_sealed("theirs", MISSING, "what another program wrote is not sealed");
	put("theirs", SHA256, 2);
	is_sealed("theirs", MISSING, "and not by one more of ours");
	is_number(revision_remove(&store, &arena, "theirs", second), DONE, "remove it");
	is_sealed("theirs", MISSING, "nor by its removal");
	put("theirs", SHA512, 1);
	is_sealed("theirs", MISSING, "nor by one of another algorithm");
	is_number(seal_set(&store, &arena, "theirs"), DONE, "seal");
	is_sealed("theirs", DONE, "sealed");
	put("theirs", SHA256, 2);
	is_sealed("theirs", DONE, "ours keep it");
	intrude("theirs", numbered(SHA256, 3));
	is_sealed("theirs", MISSING, "the intruder breaks it again");
	is_number(seal_set(&store, &arena, "theirs"), DONE, "seal again");
	is_sealed("theirs", DONE, "sealed");
	is_number(seals("theirs"), 2, "one seal each: the broken one is gone");
	intrude("theirs", numbered(SHA512, 2));
	is_sealed("theirs", MISSING, "broken for the other algorithm");
}

/* Times that a copy does not keep break the seal. */
static void test_copy(void)
{
	const struct timespec times[2] = { { 0, UTIME_OMIT }, { 1700000000, 0 } };

	put("copy", SHA256, 1);
	utimensat(scratch, layout_revisions(&arena, "copy", SHA256), times, 0);
	is_sealed("copy", MISSING, "another time is no seal");
	is_number(seal_set(&store, &arena, "copy"), DONE, "seal");
	ok(scratch_has(arena_printf(&arena, "%s/complete-sha256-1700000000.000000000",
				    layout_all_referrers(&arena, "copy"))),
	   "the name of the seal");
	is_number(seal_set(&store, &arena, "none"), DONE, "nothing to seal");
	ok(!scratch_has(layout_repository(&arena, "none")), "and nothing made");
}

/* What a writer does while a reader pauses; the number of pauses. */
static const struct seal *moving;
static unsigned pauses;

int nanosleep(const struct timespec *time, struct timespec *left)
{
	(void)time, (void)left;
	pauses++;
	if (moving)
		seal_end(&store, &arena, "busy", moving);
	moving = NULL;
	return 0;
}

/* A reader may come between a writer's two steps. */
static void test_busy(void)
{
	struct seal seal;

	put("busy", SHA256, 1);
	seal_begin(&store, &arena, "busy", SHA256, &seal);
	intrude("busy", numbered(SHA256, 2));
	moving = &seal;
	pauses = 0;
	is_sealed("busy", DONE, "what is moved meanwhile is looked at again");
	is_number(pauses, 1, "after one pause");
	is_sealed("busy", DONE, "what holds");
	is_number(pauses, 1, "costs no pause");
	intrude("busy", numbered(SHA256, 3));
	is_sealed("busy", MISSING, "what is broken");
	is_number(pauses, 2, "costs one");
}

int main(void)
{
	scratch_make();
	arena_init(&arena);
	store = (struct store){ .root = scratch, .path = scratch_path };
	test_ours();
	test_intruder();
	test_copy();
	test_busy();
	arena_reset(&arena);
	scratch_remove();
	return done_testing();
}
