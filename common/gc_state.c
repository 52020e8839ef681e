/* gc_state.c - the state of one run of the collector
 * SPDX-License-Identifier: ISC */
#include "gc_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "lock.h"
#include "log.h"
#include "store.h"
#include "text.h"

enum { NUMBER_DIGITS = 20, LINE_BYTES_MAX = DIGEST_TEXT_MAX + 1, BUFFER_BYTES = 65536 };

#define LAYOUT_GC_LOCK	    LAYOUT_GC "/lock"
#define LAYOUT_GC_RUN	    LAYOUT_GC "/run"
#define LAYOUT_GC_TIME	    LAYOUT_GC "/time"
#define LAYOUT_GC_CONDEMNED LAYOUT_GC "/condemned"

/* Open a file of the collector's, which stays open until the run's end. */
static enum outcome open_own(const struct store *store, struct arena *arena, const char *path,
			     int *fd)
{
	*fd = file_open(store->root, path, O_RDWR | O_CREAT | O_NONBLOCK, FILE_MODE);
	if (*fd < 0)
		return file_outcome("cannot open", path);
	arena_own_fd(arena, *fd);
	return DONE;
}

enum outcome gc_exclude(const struct store *store, struct arena *arena)
{
	enum outcome outcome = DONE;
	int fd;

	if (file_make_directories(store->root, LAYOUT_GC) < 0)
		outcome = file_outcome("cannot make", LAYOUT_GC);
	if (outcome == DONE)
		outcome = open_own(store, arena, LAYOUT_GC_LOCK, &fd);
	if (outcome == DONE)
		outcome = lock_file(fd, LAYOUT_GC_LOCK, 0);
	return store_required(outcome, LAYOUT_GC);
}

/* Written over in place, so that a full disk does not keep the collector from
 * its work. */
static enum outcome take_number(struct gc *gc)
{
	char text[NUMBER_DIGITS + 2] = "";
	uint64_t number = 0;
	ssize_t length;
	int fd;
	enum outcome outcome = open_own(gc->store, gc->arena, LAYOUT_GC_RUN, &fd);

	if (outcome != DONE)
		return outcome;
	length = file_read_at(fd, text, NUMBER_DIGITS + 1, 0);
	if (length < 0)
		return file_outcome("cannot read", LAYOUT_GC_RUN);
	if (length > 0 && !text_number(text, strcspn(text, "\n"), UINT64_MAX - 1, &number)) {
		log_line("'%s' is no number; after a look at why, remove it", LAYOUT_GC_RUN);
		return FAILED;
	}
	gc->result->run = ++number;
	snprintf(text, sizeof(text), "%020llu\n", (unsigned long long)number);
	if (file_write_at(fd, text, strlen(text), 0) < 0)
		return file_outcome("cannot write", LAYOUT_GC_RUN);
	outcome = store_sync_file(gc->store, fd, LAYOUT_GC_RUN);
	return outcome == DONE ? store_sync(gc->store, LAYOUT_GC, 1) : outcome;
}

/* T0 is in the clock that all times of files are in, whoever's that is. */
static enum outcome take_time(struct gc *gc)
{
	struct stat status;
	int fd;
	enum outcome outcome = open_own(gc->store, gc->arena, LAYOUT_GC_TIME, &fd);

	if (outcome != DONE)
		return outcome;
	if (futimens(fd, NULL) < 0 || fstat(fd, &status) < 0)
		return file_outcome("cannot touch", LAYOUT_GC_TIME);
	gc->t0 = status.st_mtim;
	return DONE;
}

/* Add the digests of a file's lines; false if it has others. */
static bool read_lines(FILE *file, struct digest_set *set)
{
	char line[LINE_BYTES_MAX + 2];
	struct digest digest;

	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (!digest_parse(line, &digest))
			return false;
		digest_set_add(set, &digest);
	}
	return !ferror(file);
}

static void read_suspects(struct gc *gc)
{
	int fd = file_open(gc->store->root, LAYOUT_GC_CONDEMNED, O_RDONLY | O_NONBLOCK, 0);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	if (!file) {
		if (fd >= 0)
			close(fd);
		return;
	}
	gc->suspects = digest_set_new(gc->arena);
	if (!read_lines(file, gc->suspects)) {
		log_line("'%s' is damaged, so a mark is looked for everywhere",
			 LAYOUT_GC_CONDEMNED);
		gc->suspects = NULL;
	}
	fclose(file);
}

enum outcome gc_begin(struct gc *gc)
{
	enum outcome outcome;

	if (gc->options->dry_run) {
		clock_gettime(CLOCK_REALTIME, &gc->t0);
		read_suspects(gc);
		return DONE;
	}
	outcome = gc_exclude(gc->store, gc->arena);
	if (outcome == DONE)
		outcome = take_number(gc);
	if (outcome == DONE)
		outcome = take_time(gc);
	if (outcome == DONE)
		read_suspects(gc);
	return store_required(outcome, LAYOUT_GC);
}

enum outcome gc_barrier(struct gc *gc)
{
	struct locks locks;
	enum outcome outcome = DONE;

	gc->watch->step(gc->watch, "waiting for writers", GC_SHARDS);
	if (!gc->options->dry_run)
		outcome = lock_open(gc->store, gc->arena, &locks);
	for (unsigned shard = 0; shard < GC_SHARDS && outcome == DONE; shard++) {
		if (!gc->options->dry_run)
			outcome = lock_shard(&locks, shard);
		gc->passed[shard] = outcome == DONE;
		if (outcome == DONE && !gc->options->dry_run)
			lock_shard_release(&locks, shard);
		if (outcome == BUSY) {
			gc->result->shards_left++;
			outcome = DONE;
		}
		gc->watch->advance(gc->watch, shard + 1);
	}
	return outcome;
}

static bool write_lines(FILE *file, const struct gc_list *list)
{
	struct gc_item item;

	for (size_t offset = 0; offset < list->length;) {
		gc_list_next(list, &offset, &item);
		if (fprintf(file, "%s\n", item.digest.text) < 0)
			return false;
	}
	return true;
}

/* What lies in shards that are left alone is on no list. */
static bool keep_lines(const struct gc *gc, FILE *to)
{
	int fd = file_open(gc->store->root, LAYOUT_GC_CONDEMNED, O_RDONLY | O_NONBLOCK, 0);
	char buffer[4096];
	ssize_t length = 0;

	if (fd < 0)
		return errno == ENOENT;
	while ((length = read(fd, buffer, sizeof(buffer))) > 0)
		if (fwrite(buffer, 1, (size_t)length, to) != (size_t)length)
			break;
	close(fd);
	return length == 0;
}

static enum outcome write_suspects(const struct gc *gc, const char *path)
{
	int fd = store_create(gc->store, path, FILE_MODE);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	enum outcome outcome = DONE;

	if (!file) {
		outcome = file_outcome("cannot create", path);
		if (fd >= 0)
			close(fd);
		return outcome;
	}
	if ((gc->result->shards_left && gc->suspects && !keep_lines(gc, file)) ||
	    !write_lines(file, &gc->links) || !write_lines(file, &gc->blobs) || fflush(file) != 0)
		outcome = file_outcome("cannot write", path);
	else
		outcome = store_sync_file(gc->store, fd, path);
	fclose(file);
	return outcome;
}

enum outcome gc_note_suspects(struct gc *gc)
{
	const char *temporary;
	enum outcome outcome;

	gc->may_condemn = true;
	/* Without a list everything was looked at, but for shards left alone:
	 * then there must be none for the next run either. */
	if (gc->options->dry_run || (gc->result->shards_left && !gc->suspects))
		return DONE;
	temporary = store_temporary(gc->arena);
	outcome = write_suspects(gc, temporary);
	if (outcome == DONE)
		outcome = store_place(gc->store, temporary, LAYOUT_GC_CONDEMNED);
	if (outcome != DONE)
		file_unlink(gc->store->root, temporary);
	/* With a full disk, removing is all the more welcome. */
	gc->may_condemn = outcome == DONE;
	return outcome == FULL ? DONE : outcome;
}

bool gc_is_suspect(const struct gc *gc, const struct digest *digest)
{
	return !gc->suspects || digest_set_has(gc->suspects, digest);
}

bool gc_is_before(const struct gc *gc, const struct timespec *time, uint64_t age)
{
	time_t limit = gc->t0.tv_sec - (time_t)age;

	return time->tv_sec < limit || (time->tv_sec == limit && time->tv_nsec < gc->t0.tv_nsec);
}
