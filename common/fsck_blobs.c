/* fsck_blobs.c - the blobs, in several threads
 * SPDX-License-Identifier: ISC */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "blob_verify.h"
#include "file.h"
#include "fsck_check.h"
#include "layout.h"
#include "log.h"
#include "store.h"

enum { SHARDS = 256, PARTS = ALGORITHM_COUNT * SHARDS, JOBS_MOST = 256 };

/* What the threads share: which part is next. */
struct work {
	struct fsck *fsck;
	atomic_uint next;
	unsigned done;
};

/* One shard. */
struct part {
	enum algorithm algorithm;
	unsigned shard;
	size_t blobs;
	uint64_t bytes;
};

static void look_at_bytes(struct fsck_place *place, const char *path, const struct digest *digest,
			  struct part *part, off_t size)
{
	struct arena arena;

	arena_init(&arena);
	switch (blob_verify(place->fsck->store, &arena, digest)) {
	case DONE:
		part->bytes += (uint64_t)size;
		break;
	case MISSING:
		break;
	case MISMATCH:
		fsck_note(place, FSCK_BLOB_BROKEN, path, NULL);
		break;
	default:
		fsck_note(place, FSCK_UNREADABLE, path, NULL);
	}
	arena_reset(&arena);
}

static bool is_entry(const char *entry, void *context)
{
	(void)entry;
	*(bool *)context = true;
	return false;
}

/* An empty directory is garbage: a writer that is killed may leave it. */
static void look_without_data(struct fsck_place *place, const char *directory, const char *path)
{
	bool entries = false;

	file_each(place->fsck->store->root, directory, is_entry, &entries);
	if (entries)
		fsck_note(place, FSCK_STRAY, path, "a blob without data");
}

static void look_at_data(struct fsck_place *place, const char *directory, const char *path,
			 const struct digest *digest, struct part *part)
{
	struct stat status;
	enum outcome outcome = fsck_status(place, path, &status);

	if (outcome == MISSING)
		look_without_data(place, directory, path);
	else if (outcome == DONE && !S_ISREG(status.st_mode))
		fsck_note(place, FSCK_STRAY, path, "no file");
	else if (outcome == DONE && place->fsck->options->hash)
		look_at_bytes(place, path, digest, part, status.st_size);
}

static void look_at_blob(struct fsck_place *place, const char *path, const char *hex, void *context)
{
	static const char *const known[] = { "data", "condemned", NULL };
	struct part *part = context;
	char text[DIGEST_TEXT_MAX + 1];
	struct digest digest;
	struct stat status;
	struct arena arena;

	if (fsck_status(place, path, &status) != DONE)
		return;
	snprintf(text, sizeof(text), "%s:%s", algorithm_name(part->algorithm), hex);
	if (!digest_parse(text, &digest) || digest_shard(&digest) != part->shard ||
	    !S_ISDIR(status.st_mode)) {
		fsck_note(place, FSCK_STRAY, path, NULL);
		return;
	}
	part->blobs++;
	arena_init(&arena);
	fsck_strays(place, path, known);
	fsck_unmark(place, path);
	look_at_data(place, path, layout_in(&arena, path, "data"), &digest, part);
	arena_reset(&arena);
}

static void look_at_part(struct fsck_place *place, void *context)
{
	struct part *part = context;

	part->blobs = 0;
	part->bytes = 0;
	fsck_each(place, layout_shard(place->arena, part->algorithm, part->shard), part,
		  look_at_blob);
}

/* What one thread does: one part after another, until none is left. */
static void *look_at_parts(void *context)
{
	struct work *work = context;
	struct fsck *fsck = work->fsck;
	unsigned number;

	while ((number = atomic_fetch_add(&work->next, 1)) < PARTS) {
		/* In turn, for most blobs are of one, and the time left is that of the rest. */
		struct part part = { .algorithm = number % ALGORITHM_COUNT,
				     .shard = number / ALGORITHM_COUNT };

		fsck_look(fsck, NULL, &part, look_at_part);
		pthread_mutex_lock(&fsck->mutex);
		fsck->result->blobs += part.blobs;
		fsck->result->bytes += part.bytes;
		fsck->watch->advance(fsck->watch, ++work->done);
		pthread_mutex_unlock(&fsck->mutex);
	}
	return NULL;
}

/* Those that are no shard. */
static void look_at_shard(struct fsck_place *place, const char *path, const char *entry,
			  void *context)
{
	struct stat status;

	(void)context;
	if (strlen(entry) != 2 || strspn(entry, "0123456789abcdef") != 2)
		if (fsck_status(place, path, &status) == DONE)
			fsck_note(place, FSCK_STRAY, path, NULL);
}

static void look_at_algorithm(struct fsck_place *place, const char *path, const char *entry,
			      void *context)
{
	enum algorithm algorithm;
	struct stat status;

	if (algorithm_parse(entry, &algorithm))
		fsck_each(place, path, context, look_at_shard);
	else if (fsck_status(place, path, &status) == DONE)
		fsck_note(place, FSCK_STRAY, path, NULL);
}

static void look_at_top(struct fsck_place *place, void *context)
{
	fsck_each(place, LAYOUT_BLOBS, context, look_at_algorithm);
}

void fsck_blobs(struct fsck *fsck)
{
	struct work work = { .fsck = fsck };
	pthread_t threads[JOBS_MOST];
	unsigned jobs = fsck->options->jobs < JOBS_MOST ? fsck->options->jobs : JOBS_MOST;
	unsigned started = 0;

	fsck->watch->step(fsck->watch, fsck->options->hash ? "reading blobs" : "looking at blobs",
			  PARTS);
	fsck_look(fsck, NULL, NULL, look_at_top);
	while (started + 1 < jobs &&
	       pthread_create(&threads[started], NULL, look_at_parts, &work) == 0)
		started++;
	look_at_parts(&work);
	while (started)
		pthread_join(threads[--started], NULL);
}
