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
	struct arena *arena;
	const char *name;
	time_t before;
	size_t most;
	struct expiry_count *count;
};

/* Raise `*latest` to the time of `path`, if there is one; false if that cannot
 * be told. */
static bool look(const struct store *store, const char *path, time_t *latest)
{
	int fd = file_open(store->root, path, O_PATH, 0);
	struct stat status;
	bool known;

	if (fd < 0)
		return errno == ENOENT;
	known = fstat(fd, &status) == 0;
	close(fd);
	if (known && status.st_mtime > *latest)
		*latest = status.st_mtime;
	return known;
}

/* Nothing of it is younger than the limit, for certain. */
static bool is_old(const struct sweep *sweep, const char *path)
{
	static const char *const leaves[] = { "startedat", "session", "data" };
	time_t latest = 0;
	bool known = look(sweep->store, path, &latest);

	for (size_t i = 0; i < sizeof(leaves) / sizeof(*leaves) && known; i++)
		known = look(sweep->store, layout_in(sweep->arena, path, leaves[i]), &latest);
	return known && latest && latest < sweep->before;
}

/* Its age is looked at again under its lock; one without a valid session file
 * is nobody's. */
static bool expire(const struct sweep *sweep, const char *id)
{
	struct upload upload;
	bool ended = false;

	if (!is_old(sweep, layout_upload(sweep->arena, sweep->name, id)))
		return false;
	switch (upload_open(sweep->store, sweep->arena, sweep->name, NULL, id, &upload)) {
	case DONE:
	case MISSING:
		ended = is_old(sweep, upload.path) && upload_cancel(&upload) == DONE;
		break;
	default:
		break;
	}
	upload_close(&upload);
	return ended;
}

static bool sweep_one(const char *id, void *context)
{
	struct sweep *sweep = context;

	if (sweep->count->ended < sweep->most && upload_id_valid(id) && expire(sweep, id))
		sweep->count->ended++;
	else
		sweep->count->left++;
	return true;
}

enum outcome expiry_sweep(const struct store *store, struct arena *arena, const char *name,
			  long long seconds, size_t most, struct expiry_count *count)
{
	struct sweep sweep = {
		.store = store, .arena = arena, .name = name,
		.before = time(NULL) - (time_t)seconds, .most = most, .count = count,
	};
	const char *path = layout_uploads(arena, name);
	enum outcome outcome = DONE;

	*count = (struct expiry_count){ 0 };
	if (file_each(store->root, path, sweep_one, &sweep) < 0)
		outcome = file_outcome("cannot list", path);
	return outcome == MISSING ? DONE : outcome;
}
