/* expiry.c - the end of upload sessions that nobody finishes
 * SPDX-License-Identifier: ISC */
#include "expiry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "store.h"
#include "upload.h"

struct sweep {
	const struct store *store;
	const char *name;
	time_t before;
	size_t most;
	struct expiry_count *count;
};

/* Raise `*latest` to the time of `path`.  DONE, MISSING, BUSY or FAILED; HELD for a
 * symbolic link, which is nothing of ours, and is left. */
static enum outcome look(const struct store *store, const char *path, time_t *latest)
{
	int fd = file_open(store->root, path, O_PATH, 0);
	enum outcome outcome = DONE;
	struct stat status;

	if (fd < 0 && errno == ELOOP)
		outcome = HELD;
	else if (fd < 0 || fstat(fd, &status) < 0)
		outcome = file_outcome("cannot look at", path);
	else if (status.st_mtime > *latest)
		*latest = status.st_mtime;
	if (fd >= 0)
		close(fd);
	return outcome;
}

/* DONE if nothing of it is younger than the limit, for certain; HELD if something
 * is, or if it is gone; BUSY or FAILED. */
static enum outcome judge(const struct sweep *sweep, struct arena *arena, const char *path)
{
	static const char *const leaves[] = { "startedat", "session", "data" };
	time_t latest = 0;
	enum outcome outcome = look(sweep->store, path, &latest);

	for (size_t i = 0; i < sizeof(leaves) / sizeof(*leaves); i++)
		if (outcome == DONE || outcome == MISSING)
			outcome = look(sweep->store, layout_in(arena, path, leaves[i]), &latest);
	if (outcome != DONE && outcome != MISSING)
		return outcome;
	return latest && latest < sweep->before ? DONE : HELD;
}

/* Its age is looked at again under its lock; one without a valid session file
 * is nobody's.  DONE if it has ended, HELD if it is left, or a failure. */
static enum outcome expire(const struct sweep *sweep, struct arena *arena, const char *id)
{
	struct upload upload;
	enum outcome outcome = judge(sweep, arena, layout_upload(arena, sweep->name, id));

	if (outcome != DONE)
		return outcome;
	outcome = upload_open(sweep->store, arena, sweep->name, NULL, id, &upload);
	if (outcome == DONE || outcome == MISSING)
		outcome = judge(sweep, arena, upload.path);
	if (outcome == DONE)
		outcome = upload_cancel(&upload);
	upload_close(&upload);
	return outcome;
}

static bool sweep_one(const char *id, void *context)
{
	struct sweep *sweep = context;
	struct expiry_count *count = sweep->count;
	enum outcome outcome = HELD;
	struct arena arena;

	/* Its memory is given back: there may be any number of them. */
	arena_init(&arena);
	if (count->ended < sweep->most && upload_id_valid(id))
		outcome = expire(sweep, &arena, id);
	arena_reset(&arena);
	if (outcome == DONE)
		count->ended++;
	else
		count->left++;
	if (outcome != DONE && outcome != HELD)
		count->failed++;
	return true;
}

enum outcome expiry_sweep(const struct store *store, struct arena *arena, const char *name,
			  long long seconds, size_t most, struct expiry_count *count)
{
	struct sweep sweep = {
		.store = store, .name = name,
		.before = time(NULL) - (time_t)seconds, .most = most, .count = count,
	};
	const char *path = layout_uploads(arena, name);
	enum outcome outcome = DONE;

	*count = (struct expiry_count){ 0 };
	if (file_each(store->root, path, sweep_one, &sweep) < 0)
		outcome = file_outcome("cannot list", path);
	return outcome == MISSING ? DONE : outcome;
}
