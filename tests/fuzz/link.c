/* link.c - fuzz target: a link file, and the collector's mark beside it; the input is
 * both, a NUL between them.  A mark that begins with a star says the link's inode and
 * time in front of the rest
 * SPDX-License-Identifier: ISC */
#include "link.h"

#include <string.h>

#include "../unit/scratch.h"
#include "arena.h"
#include "fuzz.h"
#include "mark.h"
#include "store.h"

static void make_store(struct store *store)
{
	scratch_make();
	atexit(scratch_remove);
	must(mkdirat(scratch, "l", 0750) == 0);
	*store = (struct store){ .root = scratch, .path = scratch_path };
}

static void put_mark(struct arena *arena, const char *text)
{
	struct stat status;

	if (*text != '*') {
		scratch_put("l/condemned", text);
		return;
	}
	must(fstatat(scratch, "l/link", &status, 0) == 0);
	scratch_put("l/condemned", arena_printf(arena, "run 7\ninode %llu\nmtime %lld.%09ld%s",
		(unsigned long long)status.st_ino, (long long)status.st_mtim.tv_sec,
		status.st_mtim.tv_nsec, text + 1));
}

static void check(const struct store *store, struct arena *arena, const char *text, size_t length)
{
	struct digest target, again;
	struct stat status;
	struct mark mark;
	enum outcome said = link_examine(store, arena, "l", &target, &status);
	enum outcome marked, followed;

	must(said == DONE || said == MISMATCH);
	must(link_read(store, arena, "l", &again) == (said == DONE ? DONE : MISSING));
	followed = link_follow(store, arena, "l", &again);
	if (said != DONE) {
		must(followed == MISSING);
		return;
	}
	must(strlen(target.text) == length && memcmp(target.text, text, length) == 0);
	marked = mark_read(store, arena, "l", &status, &mark);
	must(marked == DONE || marked == MISSING);
	must(followed == (marked == DONE ? MISSING : DONE));
}

int fuzz_link(const uint8_t *bytes, size_t length)
{
	static struct store store;
	struct fuzz_input input;
	struct arena arena;
	const char *text;

	if (!store.path)
		make_store(&store);
	arena_init(&arena);
	fuzz_begin(&input, bytes, length);
	text = fuzz_take(&input);
	scratch_put("l/link", text);
	if (input.left)
		put_mark(&arena, fuzz_take(&input));
	else
		unlinkat(scratch, "l/condemned", 0);
	check(&store, &arena, text, strlen(text));
	arena_reset(&arena);
	fuzz_end(&input);
	return 0;
}
