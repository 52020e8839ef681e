/* gc.c - garbage collection while clients push and pull
 * SPDX-License-Identifier: ISC */
#include "gc.h"

#include "arena.h"
#include "file.h"
#include "gc_act.h"
#include "gc_mark.h"
#include "gc_state.h"
#include "gc_tidy.h"
#include "layout.h"
#include "store.h"

static enum outcome mark(struct gc *gc)
{
	enum outcome outcome = gc_barrier(gc);

	if (outcome == DONE)
		outcome = gc_list_repositories(gc);
	if (outcome == DONE)
		outcome = gc_mark_repositories(gc);
	if (outcome == DONE)
		outcome = gc_mark_blobs(gc);
	return outcome;
}

static size_t memory(const struct gc *gc)
{
	return digest_set_memory(gc->named) + digest_set_memory(gc->held) +
	       (gc->suspects ? digest_set_memory(gc->suspects) : 0) + gc->links.room +
	       gc->blobs.room;
}

/* Links go before the blobs that they lead to. */
static enum outcome act(struct gc *gc)
{
	enum outcome outcome = gc_note_suspects(gc);

	if (outcome != DONE)
		return outcome;
	if (!gc->options->dry_run && file_make_directories(gc->store->root, LAYOUT_TRASH) < 0)
		return file_outcome("cannot make", LAYOUT_TRASH);
	gc_act_on_repositories(gc);
	outcome = gc_act_on_blobs(gc);
	gc->result->memory = memory(gc);
	gc_tidy_repositories(gc);
	gc_tidy_leftovers(gc);
	return outcome;
}

enum outcome gc_run(const struct store *store, const struct gc_options *options,
		    struct gc_watch *watch, struct gc_result *result)
{
	struct arena arena;
	struct gc gc = {
		.store = store,
		.options = options,
		.watch = watch,
		.result = result,
		.arena = &arena,
	};
	enum outcome outcome;

	*result = (struct gc_result){ 0 };
	arena_init(&arena);
	gc.named = digest_set_new(&arena);
	gc.held = digest_set_new(&arena);
	gc.bin = gc_bin_new(&arena);
	gc_list_init(&gc.links, &arena);
	gc_list_init(&gc.blobs, &arena);
	outcome = gc_begin(&gc);
	if (outcome == DONE)
		outcome = mark(&gc);
	if (outcome == DONE)
		outcome = act(&gc);
	arena_reset(&arena);
	return outcome;
}
