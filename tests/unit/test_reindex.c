/* test_reindex.c - the locks of reindex.h
 * SPDX-License-Identifier: ISC */
#include "reindex.h"

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "lock.h"
#include "scratch.h"
#include "store.h"
#include "tap.h"

/* Nobody waits for a lock here: what is held is BUSY at once. */
int main(void)
{
	static const struct {
		enum lock_mode mode;
		bool dry_run;
		enum outcome outcome;
	} cases[] = {
		{ LOCK_SHARED, true, DONE },
		{ LOCK_SHARED, false, BUSY },
		{ LOCK_EXCLUSIVE, true, BUSY },
		{ LOCK_EXCLUSIVE, false, BUSY },
	};
	struct arena arena;
	struct store store;
	struct reindex found = { .bad = 1 };

	scratch_make();
	arena_init(&arena);
	store = (struct store){ .root = scratch, .path = scratch_path };
	is_number(reindex_repository(&store, "a/b", false, &found), MISSING, "no such repository");
	is_number((long long)found.bad, 0, "nothing is bad in it");
	scratch_must(file_make_directories(scratch, layout_manifests(&arena, "a/b")) > 0, "a/b");
	is_number(reindex_repository(&store, "a/b", false, &found), DONE, "an empty repository");
	scratch_listen();
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct locks locks;

		is_number(lock_repository(&store, &arena, "a/b", cases[i].mode, &locks), DONE,
			  "lock");
		is_number(reindex_repository(&store, "a/b", cases[i].dry_run, &found),
			  cases[i].outcome, cases[i].dry_run ? "look" : "reindex");
		lock_release(&locks);
		is_number(reindex_repository(&store, "a/b", cases[i].dry_run, &found), DONE,
			  "and without the lock");
	}
	scratch_said();
	arena_reset(&arena);
	scratch_remove();
	return done_testing();
}
