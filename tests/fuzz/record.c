/* record.c - fuzz target: what the collector and the check of a storage write down.  The
 * input is the number of the last run, the record of file systems, and the list of what is
 * condemned.  A record that begins with a star has its own first line in front of the rest
 * SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/scratch.h"
#include "arena.h"
#include "checked.h"
#include "file.h"
#include "fuzz.h"
#include "gc_state.h"
#include "layout.h"
#include "store.h"
#include "text.h"

#define RUN	  LAYOUT_GC "/run"
#define CONDEMNED LAYOUT_GC "/condemned"

static void make_store(struct store *store)
{
	scratch_make();
	atexit(scratch_remove);
	must(file_make_directories(scratch, LAYOUT_GC) >= 0);
	must(file_make_directories(scratch, LAYOUT_TMP) >= 0);
	*store = (struct store){ .root = scratch, .path = scratch_path };
}

static enum outcome begin(struct gc *gc, const struct store *store, struct arena *arena,
			  struct gc_result *result, bool dry_run)
{
	static struct gc_options options;

	options.dry_run = dry_run;
	*result = (struct gc_result){ .run = 0 };
	*gc = (struct gc){
		.store = store,
		.options = &options,
		.result = result,
		.arena = arena,
	};
	return gc_begin(gc);
}

/* All that the list names is suspect; a list with anything else in it is none. */
static void check_list(const struct store *store, struct arena *arena, const char *text,
		       size_t length)
{
	struct gc_result result;
	struct gc gc;
	const char *end = text + length;
	bool good = true;

	scratch_put_bytes(CONDEMNED, text, length);
	must(begin(&gc, store, arena, &result, true) == DONE && result.run == 0);
	for (const char *line = text; line < end;) {
		const char *next = memchr(line, '\n', (size_t)(end - line));
		struct digest digest;

		next = next ? next : end;
		if (!digest_parse(arena_copy(arena, line, (size_t)(next - line)), &digest))
			good = false;
		else
			must(gc_is_suspect(&gc, &digest));
		line = next + 1;
	}
	/* What stands behind a NUL is of no interest. */
	must(good == (gc.suspects != NULL) || memchr(text, '\0', length));
}

/* The number goes up by one; what is no number stays, for a person to look at. */
static void check_number(const struct store *store, struct arena *arena, const char *text)
{
	struct gc_result result;
	struct gc gc;
	unsigned long long run;
	enum outcome outcome;

	scratch_put(RUN, text);
	outcome = begin(&gc, store, arena, &result, false);
	arena_reset(arena);
	must(outcome == DONE || outcome == FAILED);
	if (outcome == FAILED) {
		must(strncmp(scratch_get(RUN), text, strlen(text)) == 0);
		return;
	}
	run = result.run;
	must(run && begin(&gc, store, arena, &result, false) == (run < UINT64_MAX ? DONE : FAILED));
	arena_reset(arena);
	must(run == UINT64_MAX || result.run == run + 1);
}

static void put_record(struct arena *arena, const char *text)
{
	struct stat status;

	scratch_put(LAYOUT_CHECKED, text);
	if (*text != '*')
		return;
	must(fstatat(scratch, LAYOUT_CHECKED, &status, 0) == 0);
	scratch_put(LAYOUT_CHECKED, arena_printf(arena, "hythe-checked 1 %llu\n%s",
						 (unsigned long long)status.st_ino, text + 1));
}

/* Whatever was there, what is recorded is what is read then. */
static void check_record(const struct store *store, struct arena *arena, const char *text)
{
	put_record(arena, text);
	checked_holds(store, arena);
	must(checked_record(store, arena, scratch, true) == DONE && checked_holds(store, arena));
	must(checked_record(store, arena, scratch, false) == DONE && !checked_holds(store, arena));
}

int fuzz_record(const uint8_t *bytes, size_t length)
{
	static struct store store;
	struct fuzz_input input;
	struct arena arena;
	const char *number, *record, *list;

	if (!store.path)
		make_store(&store);
	arena_init(&arena);
	fuzz_begin(&input, bytes, length);
	number = fuzz_take(&input);
	record = fuzz_take(&input);
	list = fuzz_rest(&input, &length);
	check_number(&store, &arena, number);
	check_record(&store, &arena, record);
	check_list(&store, &arena, list, length);
	arena_reset(&arena);
	fuzz_end(&input);
	return 0;
}
