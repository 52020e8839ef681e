/* test_expiry.c - expiry.h
 * SPDX-License-Identifier: ISC */
#include "expiry.h"

#include "arena.h"
#include "layout.h"
#include "scratch.h"
#include "store.h"
#include "tap.h"
#include "upload.h"

static struct arena arena;
static struct store store;

/* Open a session and send `text`; its id.  Nothing is held afterwards. */
static const char *begin(const char *text)
{
	struct upload upload;

	scratch_must(upload_create(&store, &arena, "e", "-", SHA256, &upload) == DONE &&
		     upload_append(&upload, text, strlen(text)) == DONE, "begin");
	upload_note(&upload);
	upload_close(&upload);
	return upload.id;
}

/* Where the session is, or a file of it. */
static const char *path_of(const char *id, const char *leaf)
{
	const char *path = layout_upload(&arena, "e", id);

	return leaf ? layout_in(&arena, path, leaf) : path;
}

static void age(const char *id)
{
	static const char *const leaves[] = { "data", "session", "startedat" };
	const struct timespec old[] = { { 1000000, 0 }, { 1000000, 0 } };

	for (size_t i = 0; i < sizeof(leaves) / sizeof(*leaves); i++)
		utimensat(scratch, path_of(id, leaves[i]), old, 0);
	scratch_must(utimensat(scratch, path_of(id, NULL), old, 0) == 0, "age");
}

static void test_expiry(void)
{
	const char *young = begin("young"), *old = begin("old");
	const char *held = begin("held"), *touched = begin("touched");
	const char *half = "half-made", *foreign = "5e1f7c3a-0000-4000-a000-000000000000";
	struct upload upload;
	struct expiry_count count = { 99, 99, 99 };

	scratch_must(mkdirat(scratch, path_of(half, NULL), 0750) == 0 &&
		     mkdirat(scratch, path_of(foreign, NULL), 0750) == 0, "mkdir");
	scratch_put(path_of(foreign, "data"), "foreign");
	scratch_put(path_of(foreign, "startedat"), "then");
	scratch_must(upload_open(&store, &arena, "e", "-", held, &upload) == DONE, "hold");
	age(old);
	age(held);
	age(half);
	age(foreign);
	age(touched);
	utimensat(scratch, path_of(touched, "data"), NULL, 0);

	is_number(expiry_sweep(&store, &arena, "e", 3600, 0, &count), DONE, "a sweep of none");
	is_number((long long)count.left, 6, "counts all");
	is_number(expiry_sweep(&store, &arena, "e", 3600, 1, &count), DONE, "a sweep of one");
	ok(count.left == 5 && count.ended == 1, "takes one");
	is_number(expiry_sweep(&store, &arena, "e", 3600, 100, &count), DONE, "a sweep of all");
	is_number((long long)count.left, 3, "leaves three");
	ok(!scratch_has(path_of(old, NULL)), "the old one is gone");
	ok(!scratch_has(path_of(half, NULL)), "the half-made one");
	ok(!scratch_has(path_of(foreign, NULL)), "and docker-registry's");
	ok(scratch_has(path_of(young, NULL)), "the young one stays");
	ok(scratch_has(path_of(touched, NULL)), "the one with young data");
	ok(scratch_has(path_of(held, NULL)), "and the one somebody works on");
	upload_close(&upload);
	is_number(expiry_sweep(&store, &arena, "e", 3600, 100, &count), DONE, "let go of");
	is_number((long long)count.left, 2, "it goes too");
	is_number((long long)count.failed, 0, "and nothing failed");
	is_number(expiry_sweep(&store, &arena, "none", 3600, 100, &count), DONE, "no repository");
	is_number((long long)count.left, 0, "has no sessions");
	arena_reset(&arena);
}

int main(void)
{
	arena_init(&arena);
	scratch_make();
	scratch_must(store_open(&store, scratch_path, true), "store");
	store.durable = true;
	store.lock_seconds = 0;
	test_expiry();
	close(store.root);
	scratch_remove();
	return done_testing();
}
