/* gc_blobs.c - the collector's work on blobs
 * SPDX-License-Identifier: ISC
 *
 * One batch of each shard in turn, so that whoever waits for a shard has it
 * while the others are worked on. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"
#include "gc_act.h"
#include "layout.h"
#include "lock.h"
#include "log.h"
#include "store.h"

/* Where the items of one shard and algorithm are. */
struct part {
	unsigned shard;
	size_t offset, end;
};

/* The status of the blob's data, as the file system has it now: a network file
 * system answers stat from its memory, but not open.  -1 and errno. */
static int look(const struct gc *gc, const char *path, struct stat *status)
{
	int fd = file_open(gc->store->root, path, O_RDONLY | O_NONBLOCK, 0);
	int result;

	if (fd < 0)
		return -1;
	result = fstat(fd, status);
	if (result == 0 && !S_ISREG(status->st_mode)) {
		errno = EINVAL;
		result = -1;
	}
	close(fd);
	return result;
}

/* A directory without data was made by a writer that was killed then, or is
 * what is left of a removal; with anything else in it, it stays. */
static void tidy(struct gc_batch *batch, const char *directory)
{
	struct gc *gc = batch->gc;

	if (gc->options->dry_run)
		return;
	file_unlink(gc->store->root, layout_in(batch->arena, directory, "condemned"));
	gc->result->tidied += file_remove_directory(gc->store->root, directory) == 0;
}

static void act_on_blob(struct gc_batch *batch, const struct gc_item *item)
{
	struct gc *gc = batch->gc;
	const char *directory = layout_blob(batch->arena, &item->digest);
	const char *path = layout_in(batch->arena, directory, "data");
	struct stat status;

	if (item->named) {
		gc_return(batch, GC_BLOB, directory);
		return;
	}
	if (look(gc, path, &status) == 0) {
		gc_judge(batch, GC_BLOB, directory, &status,
			 !digest_set_has(gc->held, &item->digest));
		return;
	}
	if (errno == ENOENT) {
		tidy(batch, directory);
		return;
	}
	log_errno("'%s' is left alone", path);
	gc->result->counts[GC_BLOB].left++;
}

static void act_on_batch(struct gc_batch *batch, struct part *part)
{
	do {
		struct gc_item item;

		gc_list_next(&batch->gc->blobs, &part->offset, &item);
		batch->gc->done++;
		act_on_blob(batch, &item);
	} while (part->offset < part->end && !gc_batch_is_over(batch));
}

static void leave(struct gc *gc, struct part *part)
{
	gc->result->shards_left++;
	while (part->offset < part->end) {
		struct gc_item item;

		gc_list_next(&gc->blobs, &part->offset, &item);
		gc->result->counts[GC_BLOB].left += !item.named;
	}
}

/* Lock the shard once, for some of its items. */
static void act_once(struct gc *gc, struct locks *locks, struct part *part)
{
	struct arena arena;
	struct gc_batch batch;

	if (!gc->options->dry_run && lock_shard(locks, part->shard) != DONE) {
		leave(gc, part);
		return;
	}
	arena_init(&arena);
	gc_batch_begin(&batch, gc, &arena);
	act_on_batch(&batch, part);
	if (!gc->options->dry_run)
		lock_shard_release(locks, part->shard);
	gc_batch_end(&batch);
	arena_reset(&arena);
}

/* The list is in the order of algorithms and shards: cut it into parts. */
static size_t cut(const struct gc *gc, struct part *parts)
{
	enum algorithm algorithm = ALGORITHM_COUNT;
	size_t count = 0;

	for (size_t offset = 0; offset < gc->blobs.length;) {
		size_t begin = offset;
		struct gc_item item;

		gc_list_next(&gc->blobs, &offset, &item);
		if (!count || item.digest.algorithm != algorithm ||
		    digest_shard(&item.digest) != parts[count - 1].shard)
			parts[count++] = (struct part){ digest_shard(&item.digest), begin, begin };
		parts[count - 1].end = offset;
		algorithm = item.digest.algorithm;
	}
	return count;
}

/* One batch of each part; how many bytes of the list are left to do. */
static size_t act_on_parts(struct gc *gc, struct locks *locks, struct part *parts, size_t count)
{
	size_t left = 0;

	for (size_t i = 0; i < count; i++) {
		if (parts[i].offset < parts[i].end)
			act_once(gc, locks, &parts[i]);
		left += parts[i].end - parts[i].offset;
		gc->watch->advance(gc->watch, gc->done);
	}
	return left;
}

enum outcome gc_act_on_blobs(struct gc *gc)
{
	struct part *parts =
		arena_alloc(gc->arena, (size_t)ALGORITHM_COUNT * GC_SHARDS * sizeof(*parts));
	size_t count = cut(gc, parts), left = gc->blobs.length;
	enum outcome outcome = DONE;
	struct locks locks;

	gc->done = 0;
	gc->watch->step(gc->watch, "collecting blobs", gc->blobs.count);
	if (!gc->options->dry_run)
		outcome = lock_open(gc->store, gc->arena, &locks);
	while (left && outcome == DONE) {
		left = act_on_parts(gc, &locks, parts, count);
		if (left && !gc->options->dry_run)
			gc_pause();
	}
	gc_bin_empty(gc);
	return outcome;
}
