/* store.c - the storage root, and how a file gets into it
 * SPDX-License-Identifier: ISC */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"
#include "file_system.h"
#include "layout.h"
#include "log.h"

/* After this time a directory that nobody has changed is on the disk: every
 * kernel writes back sooner. */
enum { YOUNG_SECONDS = 60, KNOWN = 16 };

static bool may_write(const char *path, const struct stat *status)
{
	if (status->st_uid != geteuid()) {
		log_line("storage '%s' belongs to user %lu, not to %lu who runs this program", path,
			 (unsigned long)status->st_uid, (unsigned long)geteuid());
		return false;
	}
	if (status->st_mode & (S_IWGRP | S_IWOTH)) {
		log_line("storage '%s' can be written by others: chmod go-w it", path);
		return false;
	}
	return true;
}

bool store_open(struct store *store, const char *path, bool writer)
{
	struct stat status;

	if (path[0] != '/') {
		log_line("storage '%s' is no absolute path", path);
		return false;
	}
	store->path = path;
	store->known = NULL;
	store->many = false;
	store->root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (store->root < 0 || fstat(store->root, &status) < 0) {
		log_errno("cannot open storage '%s'", path);
		return false;
	}
	if (writer && !may_write(path, &status)) {
		close(store->root);
		return false;
	}
	return true;
}

enum outcome store_has_room(const struct store *store, uint64_t bytes)
{
	uint64_t used, available;

	if (!store->reserve)
		return DONE;
	/* What cannot be told must not keep anybody from pushing. */
	if (file_system_room(store->root, &used, &available) < 0 ||
	    (available >= store->reserve && available - store->reserve >= bytes))
		return DONE;
	log_line("'%s' has %llu bytes left: %llu more would go into the reserve of %llu",
		 store->path, (unsigned long long)available, (unsigned long long)bytes,
		 (unsigned long long)store->reserve);
	return FULL;
}

/* Cut the last component off. */
static void cut_last(char *path)
{
	char *slash = strrchr(path, '/');

	*(slash ? slash : path) = '\0';
}

/* What one request knows to be on the disk, with all that leads to it.  What falls out
 * is synced again, no more. */
struct store_known {
	struct arena *arena;
	unsigned next;
	const char *paths[KNOWN];
};

const struct store *store_of_request(const struct store *store, struct arena *arena)
{
	struct store *own = arena_alloc(arena, sizeof(*own));

	*own = *store;
	own->known = arena_alloc(arena, sizeof(*own->known));
	own->known->arena = arena;
	return own;
}

static bool is_known(const struct store *store, const char *path)
{
	size_t length = strlen(path);

	for (unsigned i = 0; store->known && i < KNOWN; i++) {
		const char *known = store->known->paths[i];

		if (known && strncmp(known, path, length) == 0 &&
		    (!known[length] || known[length] == '/'))
			return true;
	}
	return false;
}

static void know(const struct store *store, const char *path)
{
	struct store_known *known = store->known;

	if (known)
		known->paths[known->next++ % KNOWN] = arena_copy(known->arena, path, strlen(path));
}

static void forget(const struct store *store)
{
	if (store->known)
		memset(store->known->paths, 0, sizeof(store->known->paths));
}

/* 1 if it is synced now; 0 if only the young were to be, and it is not; or -1. */
static int sync_one(const struct store *store, const char *path, bool only_young)
{
	int fd = *path ? file_open_directory(store->root, path) : store->root, result = 1;
	struct stat status;

	if (fd < 0)
		return -1;
	if (only_young) {
		result = fstat(fd, &status);
		if (result == 0)
			result = status.st_mtime >= time(NULL) - YOUNG_SECONDS;
	}
	if (result == 1 && fsync(fd) < 0)
		result = -1;
	if (*path)
		close(fd);
	return result;
}

/* Upward: that a directory is named in the one above matters as much as what it names.
 * What is in hythe/tmp will be renamed. */
enum outcome store_sync(const struct store *store, const char *path, int levels)
{
	char here[4096];
	int result = 1;

	if (!store->durable)
		return DONE;
	snprintf(here, sizeof(here), "%s", path);
	for (int level = 0; result == 1; level++) {
		result = sync_one(store, here, level >= levels);
		if (result < 0)
			return file_outcome("cannot sync", *here ? here : store->path);
		if (!*here || (level + 1 >= levels && is_known(store, here)))
			break;
		cut_last(here);
		if (strcmp(here, LAYOUT_TMP) == 0)
			break;
	}
	know(store, path);
	return DONE;
}

enum outcome store_sync_file(const struct store *store, int fd, const char *path)
{
	if (!store->durable || fdatasync(fd) == 0)
		return DONE;
	return file_outcome("cannot sync", path);
}

enum outcome store_sync_all(const struct store *store)
{
	if (!store->durable || syncfs(store->root) == 0)
		return DONE;
	return file_outcome("cannot sync the file system of", store->path);
}

enum outcome store_required(enum outcome outcome, const char *path)
{
	if (outcome != MISSING)
		return outcome;
	log_line("'%s' must be there, and is not, or no directory leads to it", path);
	return FAILED;
}

const char *store_temporary(struct arena *arena)
{
	return layout_in(arena, LAYOUT_TMP, file_unique(arena));
}

int store_create(const struct store *store, const char *path, mode_t mode)
{
	enum { FLAGS = O_WRONLY | O_CREAT | O_EXCL };
	int fd = file_open(store->root, path, FLAGS, mode);

	if (fd < 0 && errno == ENOENT && file_make_directories(store->root, LAYOUT_TMP) >= 0)
		fd = file_open(store->root, path, FLAGS, mode);
	return fd;
}

static enum outcome write_temporary(const struct store *store, const char *path, const void *bytes,
				    size_t length, mode_t mode)
{
	int fd = store_create(store, path, mode);
	enum outcome outcome;

	if (fd < 0)
		return store_required(file_outcome("cannot create", path), path);
	if (file_write_at(fd, bytes, length, 0) < 0)
		outcome = file_outcome("cannot write", path);
	else
		outcome = store_sync_file(store, fd, path);
	close(fd);
	return outcome;
}

/* The directory part of `path`, which has one. */
static const char *parent_of(char *buffer, size_t size, const char *path)
{
	snprintf(buffer, size, "%.*s", (int)(strrchr(path, '/') - path), path);
	return buffer;
}

/* Who wrote a file keeps CephFS's right to write to it, and another host's first look at
 * it then waits for the metadata server's next tick, up to five seconds.  A change of its
 * time, once it has its name, gives the right back. */
static void let_others_read(const struct store *store, const char *path)
{
	if (store->many && file_touch(store->root, path) < 0)
		log_errno("cannot refresh '%s'", path);
}

enum outcome store_place(const struct store *store, const char *from, const char *path)
{
	char buffer[4096];
	const char *parent = parent_of(buffer, sizeof(buffer), path);
	int made = file_make_directories(store->root, parent);

	if (made < 0)
		return store_required(file_outcome("cannot make", parent), parent);
	if (file_rename(store->root, from, path) < 0)
		return file_outcome("cannot rename to", path);
	let_others_read(store, path);
	return store_sync(store, parent, made < 1 ? 2 : made + 1);
}

enum outcome store_write(const struct store *store, struct arena *arena, const char *path,
			 const void *bytes, size_t length, mode_t mode)
{
	const char *temporary = store_temporary(arena);
	enum outcome outcome = write_temporary(store, temporary, bytes, length, mode);

	if (outcome == DONE)
		outcome = store_place(store, temporary, path);
	if (outcome != DONE)
		file_unlink(store->root, temporary);
	return store_required(outcome, path);
}

enum outcome store_discard(const struct store *store, struct arena *arena, const char *path,
			   const char **trash)
{
	*trash = layout_in(arena, LAYOUT_TRASH, file_unique(arena));
	forget(store);
	if (file_rename(store->root, path, *trash) == 0)
		return DONE;
	if (errno != ENOENT)
		return file_outcome("cannot discard", path);
	if (file_make_directories(store->root, LAYOUT_TRASH) < 0)
		return store_required(file_outcome("cannot make", LAYOUT_TRASH), LAYOUT_TRASH);
	if (file_rename(store->root, path, *trash) < 0)
		return file_outcome("cannot discard", path);
	return DONE;
}

void store_empty_trash(const struct store *store, const char *trash)
{
	if (file_remove_tree(store->root, trash) < 0 &&
	    ((errno != ENOTDIR && errno != ELOOP) || file_unlink(store->root, trash) < 0))
		log_errno("cannot remove '%s'", trash);
}
