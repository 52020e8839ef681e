/* blob.c - blobs by digest, whatever repository they are in
 * SPDX-License-Identifier: ISC */
#include "blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "log.h"
#include "mark.h"
#include "store.h"

static enum outcome open_data(const struct store *store, struct arena *arena,
			      const char *directory, struct blob *blob, struct stat *status)
{
	blob->path = layout_in(arena, directory, "data");
	blob->fd = file_open(store->root, blob->path, O_RDONLY | O_NONBLOCK, 0);
	if (blob->fd < 0)
		return file_outcome("cannot open", blob->path);
	arena_own_fd(arena, blob->fd);
	if (fstat(blob->fd, status) < 0)
		return file_outcome("cannot look at", blob->path);
	if (!S_ISREG(status->st_mode)) {
		log_line("'%s' is no file", blob->path);
		return FAILED;
	}
	blob->size = status->st_size;
	return DONE;
}

enum outcome blob_open(const struct store *store, struct arena *arena, const struct digest *digest,
		       struct blob *blob)
{
	const char *directory = layout_blob(arena, digest);
	struct stat status;
	enum outcome outcome = open_data(store, arena, directory, blob, &status);

	return outcome == DONE ? mark_check(store, arena, directory, &status) : outcome;
}

enum outcome blob_find(const struct store *store, struct arena *arena, const struct digest *digest,
		       struct blob *blob)
{
	struct stat status;

	return open_data(store, arena, layout_blob(arena, digest), blob, &status);
}

enum outcome blob_read(struct arena *arena, const struct blob *blob, size_t most,
		       const char **bytes, size_t *length)
{
	char *memory;
	ssize_t count;

	if ((uintmax_t)blob->size > most) {
		log_line("'%s' is too large to be a manifest", blob->path);
		return FAILED;
	}
	memory = arena_alloc(arena, (size_t)blob->size + 1);
	count = file_read_at(blob->fd, memory, (size_t)blob->size, 0);
	if (count != blob->size) {
		log_errno("cannot read '%s'", blob->path);
		return FAILED;
	}
	*bytes = memory;
	*length = (size_t)count;
	return DONE;
}

enum outcome blob_size(const struct store *store, struct arena *arena, const struct digest *digest,
		       off_t *size)
{
	struct blob blob;
	enum outcome outcome = blob_find(store, arena, digest, &blob);

	if (outcome == DONE) {
		arena_close_fd(arena, blob.fd);
		*size = blob.size;
	}
	return outcome;
}

/* Its directory and the shard's are synced whoever made them: the other writer
 * may not have come to that yet, and this one is about to answer. */
static enum outcome keep(const struct store *store, const char *directory)
{
	enum outcome outcome = mark_refresh(store, directory, "data");

	return outcome == DONE ? store_sync(store, directory, 2) : outcome;
}

enum outcome blob_refresh(const struct store *store, struct arena *arena,
			  const struct digest *digest)
{
	return keep(store, layout_blob(arena, digest));
}

/* Is a good one there?  One of the wrong size is damaged and gets replaced. */
static enum outcome find_good(const struct store *store, struct arena *arena,
			      const struct digest *digest, off_t size)
{
	off_t present;
	enum outcome outcome = blob_size(store, arena, digest, &present);

	if (outcome != DONE || present == size)
		return outcome;
	log_line("blob %s had %lld bytes instead of %lld and is replaced", digest->text,
		 (long long)present, (long long)size);
	return MISSING;
}

/* A new one is young already, but a mark of what was there before may be left. */
static enum outcome unmark(const struct store *store, struct arena *arena, const char *directory)
{
	enum outcome outcome = mark_remove(store, arena, directory);

	return outcome == MISSING ? DONE : outcome;
}

enum outcome blob_place(const struct store *store, struct arena *arena, const char *from, int fd,
			off_t size, const struct digest *digest)
{
	const char *directory = layout_blob(arena, digest);
	const char *path = layout_in(arena, directory, "data");
	enum outcome outcome = find_good(store, arena, digest, size);

	if (outcome == DONE)
		return keep(store, directory);
	if (outcome != MISSING)
		return outcome;
	/* Its last byte may be older than a running collection. */
	if (futimens(fd, NULL) < 0)
		return file_outcome("cannot refresh", from);
	outcome = store_place(store, from, path);
	/* Not before it is the blob: whoever failed must be able to write to it. */
	if (outcome == DONE && fchmod(fd, FILE_MODE_DONE) < 0)
		outcome = file_outcome("cannot protect", path);
	return outcome == DONE ? unmark(store, arena, directory) : outcome;
}

enum outcome blob_write(const struct store *store, struct arena *arena, const void *bytes,
			size_t length, const struct digest *digest)
{
	const char *directory = layout_blob(arena, digest);
	enum outcome outcome = find_good(store, arena, digest, (off_t)length);

	if (outcome == DONE)
		return keep(store, directory);
	if (outcome != MISSING)
		return outcome;
	outcome = store_write(store, arena, layout_in(arena, directory, "data"), bytes, length,
			      FILE_MODE_DONE);
	return outcome == DONE ? unmark(store, arena, directory) : outcome;
}
