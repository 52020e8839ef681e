/* gc_mark_blobs.c - which blobs are named, and which are not
 * SPDX-License-Identifier: ISC
 *
 * By the names of their directories alone: to look into each of a million would
 * take minutes. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "file.h"
#include "gc_mark.h"
#include "layout.h"
#include "mark.h"
#include "store.h"

/* The listing of one shard. */
struct shard {
	struct gc *gc;
	enum algorithm algorithm;
	const char *digits; /* the first two */
};

static bool mark_blob(const char *hex, void *context)
{
	struct shard *shard = context;
	struct gc *gc = shard->gc;
	struct gc_item item = { .kind = GC_BLOB };
	char text[DIGEST_TEXT_MAX + 1];
	struct arena arena;

	if ((size_t)snprintf(text, sizeof(text), "%s:%s", algorithm_name(shard->algorithm), hex) >=
		    sizeof(text) ||
	    !digest_parse(text, &item.digest) || strncmp(hex, shard->digits, 2) != 0)
		return true;
	item.named = gc->all_stay || digest_set_has(gc->named, &item.digest);
	gc->result->counts[GC_BLOB].kept += item.named;
	if (item.named && !gc_is_suspect(gc, &item.digest))
		return true;
	arena_init(&arena);
	if (!item.named || mark_exists(gc->store, &arena, layout_blob(&arena, &item.digest)))
		gc_list_add(&gc->blobs, &item);
	arena_reset(&arena);
	return true;
}

static enum outcome mark_shard(struct gc *gc, enum algorithm algorithm, unsigned number)
{
	struct arena arena;
	const char *path;
	enum outcome outcome = DONE;
	struct shard shard = { .gc = gc, .algorithm = algorithm };

	arena_init(&arena);
	path = layout_shard(&arena, algorithm, number);
	shard.digits = strrchr(path, '/') + 1;
	if (file_each(gc->store->root, path, mark_blob, &shard) < 0 && errno != ENOENT)
		outcome = store_required(file_outcome("cannot list", path), path);
	arena_reset(&arena);
	return outcome;
}

enum outcome gc_mark_blobs(struct gc *gc)
{
	const size_t parts = (size_t)ALGORITHM_COUNT * GC_SHARDS;
	enum outcome outcome = DONE;

	gc->watch->step(gc->watch, "listing blobs", parts);
	for (size_t i = 0; i < parts && outcome == DONE; i++) {
		if (gc->passed[i % GC_SHARDS])
			outcome = mark_shard(gc, i / GC_SHARDS, i % GC_SHARDS);
		gc->watch->advance(gc->watch, i + 1);
	}
	return outcome;
}
