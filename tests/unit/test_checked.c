/* test_checked.c - checked.h, and how a file system is mounted
 * SPDX-License-Identifier: ISC */
#include "checked.h"

#include "arena.h"
#include "file_system.h"
#include "scratch.h"
#include "store.h"
#include "tap.h"

#define CHECKED "docker/registry/v2/hythe/checked"

static struct arena arena;
static struct store store;

/* Does the record hold, and is there a reason if it does not? */
static bool holds(const char *reason)
{
	bool good;

	scratch_listen();
	good = checked_holds(&store, &arena);
	if (good != !strstr(scratch_said(), reason ? reason : "hythe-check-storage(8)"))
		ok(false, "holds: %d, and said: %s", good, scratch_get(".said"));
	return good;
}

/* Write the record over, with the inode number that it has. */
static void rewrite(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void rewrite(const char *format, ...)
{
	char text[4096];
	struct stat status;
	va_list list;
	int length;

	scratch_must(fstatat(scratch, CHECKED, &status, 0) == 0, "stat");
	length = snprintf(text, sizeof(text), "hythe-checked 1 %llu\n",
			  (unsigned long long)status.st_ino);
	va_start(list, format);
	vsnprintf(text + length, sizeof(text) - (size_t)length, format, list);
	va_end(list);
	scratch_put(CHECKED, text);
}

static void test_mount(struct file_system_mount *mount)
{
	is_number(file_system_mount(store.root, &arena, mount), 0, "the mount is told");
	is_number((long long)strlen(mount->id), 16, "its id has 16 digits");
	ok(strlen(mount->type) > 0 && !strchr(mount->type, ' '), "type %s", mount->type);
	ok(strlen(mount->options) > 0 && !strchr(mount->options, ' '), "options %s",
	   mount->options);
	ok(!strstr(mount->options, "rw") && !strstr(mount->options, "relatime"),
	   "without what does not matter");
	is_number(file_system_mount(-1, &arena, mount), -1, "no file has none");
	file_system_mount(store.root, &arena, mount);
}

static void test_record(void)
{
	ok(!holds("there is no record"), "at first nothing is on record");
	is_number(checked_record(&store, &arena, store.root, false), DONE, "a failure");
	ok(!scratch_has(CHECKED), "leaves it so");
	is_number(checked_record(&store, &arena, store.root, true), DONE, "a success");
	ok(holds(NULL), "is on record");
	is_number(scratch_mode(CHECKED), 0640, "which the group may read");
	is_number(checked_record(&store, &arena, store.root, true), DONE, "and once more");
	ok(holds(NULL), "is so still");
	is_number(checked_record(&store, &arena, store.root, false), DONE, "a later failure");
	ok(!holds("there is no record"), "takes it back");
}

static void test_void(const struct file_system_mount *mount)
{
	static const struct {
		const char *id, *type, *options;
		bool good;
	} cases[] = {
		{ NULL, NULL, NULL, true },
		{ "0123456789abcdef", NULL, NULL, false },
		{ NULL, "nfs4", NULL, false },
		{ NULL, NULL, "vers=3", false },
	};
	char *copy;

	checked_record(&store, &arena, store.root, true);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		rewrite("2026-01-01T00:00:00Z %s %s %s\n", cases[i].id ? cases[i].id : mount->id,
			cases[i].type ? cases[i].type : mount->type,
			cases[i].options ? cases[i].options : mount->options);
		is_number(holds("not of this mount"), cases[i].good, "what is on record");
	}
	rewrite("2026-01-01T00:00:00Z 0000000000000000 nfs4 vers=3\n");
	checked_record(&store, &arena, store.root, true);
	ok(holds(NULL) && strstr(scratch_get(CHECKED), "nfs4 vers=3\n"), "another's line stays");
	checked_record(&store, &arena, store.root, false);
	ok(!holds("not of this mount") && strstr(scratch_get(CHECKED), "nfs4 vers=3\n"),
	   "when this is taken back, too");
	checked_record(&store, &arena, store.root, true);
	copy = strdup(scratch_get(CHECKED));
	scratch_put("other", copy);
	scratch_must(renameat(scratch, "other", scratch, CHECKED) == 0, "rename");
	ok(!holds("another store or version"), "a copy does not count");
	free(copy);
	rewrite("%s", "");
	ok(!holds("not of this mount"), "nor does a record of nothing");
	scratch_put(CHECKED, "hythe-checked 2 1\n");
	ok(!holds("another store or version"), "or one of another version");
	scratch_put(CHECKED, "");
	ok(!holds("another store or version"), "or an empty one");
}

int main(void)
{
	struct file_system_mount mount;

	arena_init(&arena);
	scratch_make();
	scratch_must(store_open(&store, scratch_path, true), "store");
	store.durable = true;
	test_mount(&mount);
	test_record();
	test_void(&mount);
	arena_reset(&arena);
	close(store.root);
	scratch_remove();
	return done_testing();
}
