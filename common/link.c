/* link.c - link files: a repository's right to a digest
 * SPDX-License-Identifier: ISC */
#include "link.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "log.h"
#include "mark.h"
#include "store.h"

/* Something that is no file, and not of our making, is as good as nothing: it
 * must not spoil the rest of the repository. */
static enum outcome foreign(const char *path)
{
	log_line("'%s' is no file, and passed over", path);
	return MISMATCH;
}

/* What an open link says, at most `room` bytes of it; -1 and errno if it cannot be read.
 * Its size is asked for first: one read comes to the end then. */
static ssize_t read_open(int fd, char *text, size_t room, struct stat *status)
{
	if (fstat(fd, status) < 0)
		return -1;
	if (!S_ISREG(status->st_mode))
		return 0;
	if ((uintmax_t)status->st_size < room)
		room = (size_t)status->st_size;
	return file_read_at(fd, text, room, 0);
}

enum outcome link_examine(const struct store *store, struct arena *arena, const char *directory,
			  struct digest *target, struct stat *status)
{
	const char *path = layout_in(arena, directory, "link");
	char text[DIGEST_TEXT_MAX + 2];
	int fd = file_open(store->root, path, O_RDONLY | O_NONBLOCK, 0);
	ssize_t length;

	if (fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		return foreign(path);
	if (fd < 0)
		return file_outcome("cannot open", path);
	length = read_open(fd, text, sizeof(text) - 1, status);
	if (length < 0) {
		enum outcome outcome = file_outcome("cannot read", path);

		close(fd);
		return outcome;
	}
	close(fd);
	if (!S_ISREG(status->st_mode))
		return foreign(path);
	text[length] = '\0';
	if (strlen(text) == (size_t)length && digest_parse(text, target))
		return DONE;
	log_line("'%s' is no link: it says '%s'", path, text);
	return MISMATCH;
}

/* What is no link is as good as absent. */
static enum outcome read_link(const struct store *store, struct arena *arena, const char *directory,
			      struct digest *target, struct stat *status)
{
	enum outcome outcome = link_examine(store, arena, directory, target, status);

	return outcome == MISMATCH ? MISSING : outcome;
}

enum outcome link_read(const struct store *store, struct arena *arena, const char *directory,
		       struct digest *target)
{
	struct stat status;

	return read_link(store, arena, directory, target, &status);
}

enum outcome link_follow(const struct store *store, struct arena *arena, const char *directory,
			 struct digest *target)
{
	struct stat status;
	enum outcome outcome = read_link(store, arena, directory, target, &status);

	return outcome == DONE ? mark_check(store, arena, directory, &status) : outcome;
}

enum outcome link_put(const struct store *store, struct arena *arena, const char *directory,
		      const struct digest *target)
{
	struct digest present;
	enum outcome outcome = link_read(store, arena, directory, &present);

	if (outcome == DONE && digest_equal(&present, target)) {
		outcome = mark_refresh(store, directory, "link");
		/* Whoever made it may not have synced it yet. */
		if (outcome == DONE)
			return store_sync(store, directory, 2);
	}
	if (outcome != DONE && outcome != MISSING)
		return outcome;
	return store_write(store, arena, layout_in(arena, directory, "link"), target->text,
			   strlen(target->text), FILE_MODE);
}

enum outcome link_remove(const struct store *store, struct arena *arena, const char *directory)
{
	const char *path = layout_in(arena, directory, "link");
	const char *trash;
	enum outcome outcome;

	if (file_unlink(store->root, path) < 0)
		return file_outcome("cannot remove", path);
	outcome = store_sync(store, directory, 1);
	if (outcome != DONE)
		return outcome;
	/* The rest is tidiness: a directory without a link means nothing. */
	if (store_discard(store, arena, directory, &trash) == DONE)
		store_empty_trash(store, trash);
	return DONE;
}

/* A list of link directories, and where it has come to. */
struct listing {
	const struct store *store;
	struct arena *arena;
	const char *directory; /* <alg> in it, then <hex> in that */
	const char *algorithm;
	enum outcome (*each)(void *context, struct arena *arena, const char *directory,
			     const struct digest *name);
	void *context;
	enum outcome outcome;
};

/* A file whose name is no digest has taken the place of no link's directory; but who knows
 * what those of an unknown algorithm are called. */
static bool is_stray(const struct listing *listing, const char *path)
{
	enum algorithm known;
	int fd;

	if (!algorithm_parse(listing->algorithm, &known))
		return false;
	fd = file_open_directory(listing->store->root, path);
	if (fd >= 0)
		close(fd);
	return fd < 0 && errno == ENOTDIR;
}

static bool visit_link(const char *hex, void *context)
{
	struct listing *listing = context;
	const char *path;
	struct digest name;
	struct arena arena;
	bool known;

	arena_init(&arena);
	known = digest_parse(arena_printf(&arena, "%s:%s", listing->algorithm, hex), &name);
	path = arena_printf(&arena, "%s/%s/%s", listing->directory, listing->algorithm, hex);
	if (known || !is_stray(listing, path))
		listing->outcome =
			listing->each(listing->context, &arena, path, known ? &name : NULL);
	arena_reset(&arena);
	return listing->outcome == DONE;
}

/* What is no directory hides the links that were there: that is no absence. */
static enum outcome list_outcome(const char *path)
{
	enum outcome outcome = file_outcome("cannot list", path);

	return errno == ENOTDIR ? store_required(outcome, path) : outcome;
}

static bool visit_algorithm(const char *algorithm, void *context)
{
	struct listing *listing = context;
	const char *path = layout_in(listing->arena, listing->directory, algorithm);
	enum algorithm known;

	listing->algorithm = algorithm;
	/* A stray file among the directories leads nowhere. */
	if (file_each(listing->store->root, path, visit_link, listing) < 0 &&
	    (errno != ENOTDIR || algorithm_parse(algorithm, &known)))
		listing->outcome = list_outcome(path);
	if (listing->outcome == MISSING) {
		log_line("'%s' vanished", path);
		listing->outcome = FAILED;
	}
	return listing->outcome == DONE;
}

enum outcome link_each(const struct store *store, const char *directory,
		       enum outcome (*each)(void *context, struct arena *arena,
					    const char *directory, const struct digest *name),
		       void *context)
{
	struct listing listing = {
		.store = store, .directory = directory, .each = each, .context = context,
		.outcome = DONE,
	};
	struct arena arena;
	enum outcome outcome = DONE;

	arena_init(&arena);
	listing.arena = &arena;
	if (file_each(store->root, directory, visit_algorithm, &listing) < 0)
		outcome = list_outcome(directory);
	arena_reset(&arena);
	return outcome == DONE || outcome == MISSING ? listing.outcome : outcome;
}
