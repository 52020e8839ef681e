/* test_store.c - store.h
 * SPDX-License-Identifier: ISC */
#include "store.h"

#include <dirent.h>

#include "arena.h"
#include "file.h"
#include "scratch.h"
#include "tap.h"

#define HYTHE "docker/registry/v2/hythe/"

static struct arena arena;
static struct store store;

/* How many entries a directory has; -1 if it is none. */
static int entries(const char *path)
{
	int fd = openat(scratch, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), count = 0;
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);

	if (!directory)
		return -1;
	while (readdir(directory))
		count++;
	closedir(directory);
	return count - 2;
}

static bool opens(const char *path, bool writer)
{
	struct store other = { .root = -1 };
	bool good;

	scratch_listen();
	good = store_open(&other, path, writer);
	if (other.root >= 0)
		close(other.root);
	if (good == (*scratch_said() != '\0'))
		ok(false, "a refusal is logged, and nothing else");
	return good;
}

static void test_open(void)
{
	static const struct {
		mode_t mode;
		bool writer;
	} cases[] = {
		{ 0700, true }, { 0750, true }, { 02750, true }, { 0755, true },
		{ 0770, false }, { 0702, false }, { 02770, false }, { 01777, false },
	};
	const char *file = arena_printf(&arena, "%s/file", scratch_path);
	struct store other;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		scratch_must(fchmod(scratch, cases[i].mode) == 0, "chmod");
		ok(opens(scratch_path, true) == cases[i].writer, "mode %04o for a writer: %d",
		   cases[i].mode, cases[i].writer);
		ok(opens(scratch_path, false), "and for a reader");
	}
	fchmod(scratch, 0700);
	ok(!opens("relative", false) && !opens("", false) && !opens(".", true),
	   "a relative path is refused");
	ok(!opens(arena_printf(&arena, "%s/none", scratch_path), true), "a missing root");
	ok(!scratch_has("none"), "which is not made");
	scratch_put("file", "");
	ok(!opens(file, true), "a file");
	if (geteuid() == 0) {
		scratch_must(fchown(scratch, 65534, (gid_t)-1) == 0, "chown");
		ok(!opens(scratch_path, true), "somebody else's, to write");
		ok(opens(scratch_path, false), "but to read");
		scratch_must(fchown(scratch, 0, (gid_t)-1) == 0, "chown");
	}
	ok(store_open(&other, scratch_path, true), "ours");
	is_text(other.path, scratch_path, "its path");
	ok(fcntl(other.root, F_GETFD) == FD_CLOEXEC, "closed at exec");
	close(other.root);
}

static void test_write(void)
{
	static char large[300000];

	is_number(store_write(&store, &arena, "a/b/c/file", "abc", 3, FILE_MODE), DONE, "written");
	is_text(scratch_get("a/b/c/file"), "abc", "what was written");
	is_number(scratch_mode("a/b/c/file"), FILE_MODE, "the mode of the file");
	is_number(scratch_mode("a/b"), DIRECTORY_MODE, "and of directories");
	is_number(scratch_mode(HYTHE "tmp"), DIRECTORY_MODE, "and of our own");
	is_number(store_write(&store, &arena, "a/b/c/file", "", 0, FILE_MODE_DONE), DONE,
		  "replaced");
	is_text(scratch_get("a/b/c/file"), "", "by nothing");
	is_number(scratch_mode("a/b/c/file"), FILE_MODE_DONE, "with its mode");
	is_number(store_write(&store, &arena, "a/b/large", large, sizeof(large), FILE_MODE), DONE,
		  "a large one");
	is_number(entries(HYTHE "tmp"), 0, "nothing is left behind");

	is_number(store_write(&store, &arena, "a/b/c", "x", 1, FILE_MODE), FAILED,
		  "a directory is not replaced");
	is_number(store_write(&store, &arena, "a/b/large/x", "x", 1, FILE_MODE), FAILED,
		  "a file is no directory");
	is_number(store_write(&store, &arena, "a/../../x/y", "x", 1, FILE_MODE), FAILED,
		  "nor does a path lead out");
	scratch_must(symlinkat("/tmp", scratch, "a/out") == 0, "link");
	is_number(store_write(&store, &arena, "a/out/hythe", "x", 1, FILE_MODE), FAILED,
		  "nor does a link");
	is_number(entries(HYTHE "tmp"), 0, "and nothing is left behind");
	is_text(scratch_get("a/b/c/file"), "", "and all is as it was");
}

static void test_place(void)
{
	const char *one = store_temporary(&arena), *other = store_temporary(&arena);

	ok(strcmp(one, other) != 0 && !scratch_has(one), "are two, and not there");
	scratch_put(one, "placed");
	is_number(store_place(&store, one, "p/q/r"), DONE, "placed");
	is_text(scratch_get("p/q/r"), "placed", "where it should be");
	ok(!scratch_has(one), "and nowhere else");
	is_number(store_place(&store, one, "p/q/s"), MISSING, "what is gone is missing");
	is_number(store_place(&store, "none/none", "p/q/s"), MISSING, "with its directory too");
	is_text(scratch_get("p/q/r"), "placed", "which harms nobody");
	for (int levels = 0; levels < 6; levels++)
		is_number(store_sync(&store, "p/q", levels), DONE, "synced");
	is_number(store_sync(&store, "p/none", 1), MISSING, "nothing to sync");
	store.durable = false;
	is_number(store_sync(&store, "p/none", 1), DONE, "nor looked at where nothing lasts");
	is_number(store_sync_file(&store, -1, "none"), DONE, "nor a file");
	store.durable = true;
	is_number(store_sync_file(&store, -1, "none"), FAILED, "which else fails");
}

static void test_discard(void)
{
	const char *trash = NULL, *file = NULL;

	is_number(store_discard(&store, &arena, "p", &trash), DONE, "a tree is discarded");
	ok(!scratch_has("p") && scratch_has(trash), "and lies in the trash");
	is_number(entries(HYTHE "trash"), 1, "as one");
	store_write(&store, &arena, "f/file", "x", 1, FILE_MODE);
	is_number(store_discard(&store, &arena, "f/file", &file), DONE, "a file too");
	ok(!scratch_has("f/file") && scratch_has("f"), "its directory stays");
	is_number(entries(HYTHE "trash"), 2, "beside the other");
	store_empty_trash(&store, trash);
	store_empty_trash(&store, file);
	is_number(entries(HYTHE "trash"), 0, "both are removed");
	is_number(store_discard(&store, &arena, "f/file", &file), MISSING, "nothing to discard");
	scratch_listen();
	store_empty_trash(&store, file);
	ok(strstr(scratch_said(), "cannot remove") != NULL, "what cannot be removed is logged");
}

int main(void)
{
	arena_init(&arena);
	scratch_make();
	test_open();
	scratch_must(store_open(&store, scratch_path, true), "store");
	store.durable = true;
	test_write();
	test_place();
	test_discard();
	close(store.root);
	scratch_remove();
	arena_reset(&arena);
	return done_testing();
}
