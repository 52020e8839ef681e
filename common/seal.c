/* seal.c - whether the recorded referrers of a repository are all there are
 * SPDX-License-Identifier: ISC */
#include "seal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "page.h"
#include "store.h"

enum { LOOKS_MAX = 8, PAUSE_NANOSECONDS = 1000000 };

static const char prefix[] = "complete-";

/* When revisions of this algorithm were last added or removed.  By open and
 * fstat, for network file systems cache what stat says. */
static enum outcome read_time(const struct store *store, struct arena *arena, const char *name,
			      enum algorithm algorithm, struct timespec *changed)
{
	const char *path = layout_revisions(arena, name, algorithm);
	int fd = file_open_directory(store->root, path);
	struct stat status;
	int result;

	if (fd < 0)
		return file_outcome("cannot open", path);
	result = fstat(fd, &status);
	close(fd);
	if (result < 0)
		return file_outcome("cannot look at", path);
	*changed = status.st_mtim;
	return DONE;
}

static const char *seal_path(struct arena *arena, const char *name, enum algorithm algorithm,
			     const struct timespec *changed)
{
	return arena_printf(arena, "%s/%s%s-%lld.%09ld", layout_all_referrers(arena, name), prefix,
			    algorithm_name(algorithm), (long long)changed->tv_sec,
			    changed->tv_nsec);
}

static enum outcome find(const struct store *store, const char *path)
{
	int fd = file_open(store->root, path, O_PATH, 0);

	if (fd < 0)
		return file_outcome("cannot open", path);
	close(fd);
	return DONE;
}

/* DONE if it holds, with the seal's path, or NULL where there is nothing to be
 * sealed; MISSING if it does not, with the path it would have. */
static enum outcome look(const struct store *store, struct arena *arena, const char *name,
			 enum algorithm algorithm, const char **path)
{
	struct timespec changed;
	enum outcome outcome = read_time(store, arena, name, algorithm, &changed);

	*path = NULL;
	if (outcome != DONE)
		return outcome == MISSING ? DONE : outcome;
	*path = seal_path(arena, name, algorithm, &changed);
	return find(store, *path);
}

/* A writer moves the seal a moment after he changed the revisions: what does not
 * hold is broken only when the time stands still. */
static enum outcome check(const struct store *store, struct arena *arena, const char *name,
			  enum algorithm algorithm)
{
	static const struct timespec pause = { 0, PAUSE_NANOSECONDS };
	const char *path, *before = "";
	enum outcome outcome = look(store, arena, name, algorithm, &path);

	for (int looks = 1; outcome == MISSING && strcmp(path, before) != 0 && looks < LOOKS_MAX;
	     looks++) {
		before = path;
		nanosleep(&pause, NULL);
		outcome = look(store, arena, name, algorithm, &path);
	}
	return outcome;
}

enum outcome seal_check(const struct store *store, struct arena *arena, const char *name)
{
	enum outcome outcome = DONE;

	for (enum algorithm each = 0; each < ALGORITHM_COUNT && outcome == DONE; each++)
		outcome = check(store, arena, name, each);
	return outcome;
}

static enum outcome create(const struct store *store, struct arena *arena, const char *name,
			   const char *path)
{
	int fd = -1;

	if (file_make_directories(store->root, layout_all_referrers(arena, name)) >= 0)
		fd = file_open(store->root, path, O_WRONLY | O_CREAT, FILE_MODE);
	if (fd < 0)
		return file_outcome("cannot create", path);
	close(fd);
	return DONE;
}

void seal_begin(const struct store *store, struct arena *arena, const char *name,
		enum algorithm algorithm, struct seal *seal)
{
	seal->algorithm = algorithm;
	seal->holds = look(store, arena, name, algorithm, &seal->path) == DONE;
}

void seal_end(const struct store *store, struct arena *arena, const char *name,
	      const struct seal *seal)
{
	struct timespec changed;
	const char *path;

	if (!seal->holds || read_time(store, arena, name, seal->algorithm, &changed) != DONE)
		return;
	path = seal_path(arena, name, seal->algorithm, &changed);
	if (!seal->path)
		create(store, arena, name, path);
	else if (strcmp(path, seal->path) != 0 && file_rename(store->root, seal->path, path) < 0)
		file_outcome("cannot rename to", path);
}

bool seal_is_name(const char *entry)
{
	return strncmp(entry, prefix, sizeof(prefix) - 1) == 0;
}

static bool offer(const char *entry, void *page)
{
	if (seal_is_name(entry))
		page_add(page, entry);
	return true;
}

/* Remove the seals but those that are kept. */
static enum outcome remove_others(const struct store *store, struct arena *arena, const char *name,
				  const char *const *kept)
{
	const char *directory = layout_all_referrers(arena, name);
	struct page page;

	page_init(&page, arena, NULL, SIZE_MAX);
	if (file_each(store->root, directory, offer, &page) < 0)
		return file_outcome("cannot list", directory);
	for (size_t i = 0; i < page.count; i++) {
		const char *path = layout_in(arena, directory, page.list[i]);
		bool keep = false;

		for (size_t each = 0; each < ALGORITHM_COUNT; each++)
			keep |= kept[each] && strcmp(path, kept[each]) == 0;
		if (!keep && file_unlink(store->root, path) < 0 && errno != ENOENT)
			return file_outcome("cannot remove", path);
	}
	return store_sync(store, directory, 1);
}

enum outcome seal_set(const struct store *store, struct arena *arena, const char *name)
{
	const char *paths[ALGORITHM_COUNT];
	enum outcome outcome = DONE;

	for (enum algorithm each = 0; each < ALGORITHM_COUNT && outcome == DONE; each++) {
		outcome = look(store, arena, name, each, &paths[each]);
		if (outcome == MISSING)
			outcome = create(store, arena, name, paths[each]);
	}
	if (outcome == DONE)
		outcome = remove_others(store, arena, name, paths);
	return outcome == MISSING ? DONE : outcome;
}

void seal_break(const struct store *store, struct arena *arena, const char *name)
{
	static const char *const none[ALGORITHM_COUNT];

	remove_others(store, arena, name, none);
}
