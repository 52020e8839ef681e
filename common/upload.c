/* upload.c - upload sessions
 * SPDX-License-Identifier: ISC */
#include "upload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "blob.h"
#include "file.h"
#include "hash.h"
#include "layout.h"
#include "link.h"
#include "lock.h"
#include "log.h"
#include "store.h"

enum { ID_MAX = 128, LOOKS_MAX = 8, PAUSE_NANOSECONDS = 2000000 };

/* On CephFS a lock may still be seen at another host, for milliseconds, when the close()
 * that frees it has returned, and when its holder was killed. */
enum { PATIENCE_MILLISECONDS = 500 };

bool upload_id_valid(const char *id)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._=-";
	size_t length = strspn(id, allowed);

	return length > 0 && length <= ID_MAX && !id[length] && strcmp(id, ".") != 0 &&
	       strcmp(id, "..") != 0;
}

static const char *data_path(const struct upload *upload)
{
	return layout_in(upload->arena, upload->path, "data");
}

static const char *session_path(const struct upload *upload)
{
	return layout_in(upload->arena, upload->path, "session");
}

/* docker-registry purges only what is named like a UUID. */
static const char *new_id(struct arena *arena)
{
	const char *digits = file_unique(arena);

	return arena_printf(arena, "%.8s-%.4s-4%.3s-a%.3s-%.12s", digits, digits + 8, digits + 13,
			    digits + 17, digits + 20);
}

/* Create one file of a new session, with `text` in it; the descriptor or -1. */
static int create_file(const struct upload *upload, const char *path, const char *text)
{
	int fd = file_open(upload->store->root, path, O_RDWR | O_CREAT | O_EXCL, FILE_MODE);

	if (fd < 0)
		return -1;
	arena_own_fd(upload->arena, fd);
	return file_write_at(fd, text, strlen(text), 0) < 0 ? -1 : fd;
}

/* `session` comes last: a directory without one is no session, whenever this
 * is killed. */
static int create_files(struct upload *upload)
{
	char started[32];
	time_t now = time(NULL);
	struct tm calendar;

	gmtime_r(&now, &calendar);
	strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", &calendar);
	if (create_file(upload, layout_in(upload->arena, upload->path, "startedat"), started) < 0)
		return -1;
	upload->data_fd = create_file(upload, data_path(upload), "");
	if (upload->data_fd < 0)
		return -1;
	upload->session_fd = create_file(upload, session_path(upload), "");
	if (upload->session_fd < 0)
		return -1;
	return session_create(upload->session_fd, &upload->session);
}

enum outcome upload_create(const struct store *store, struct arena *arena, const char *name,
			   const char *user, enum algorithm algorithm, struct upload *upload)
{
	const char *id = new_id(arena);
	enum outcome outcome = DONE;
	int made;

	*upload = (struct upload){
		.store = store, .arena = arena, .name = name, .id = id,
		.path = layout_upload(arena, name, id), .session_fd = -1, .data_fd = -1,
		.session = { .algorithm = algorithm },
		.hash = hash_begin(arena, algorithm),
	};
	snprintf(upload->session.repository, sizeof(upload->session.repository), "%s", name);
	snprintf(upload->session.user, sizeof(upload->session.user), "%s", user);
	made = file_make_directories(store->root, upload->path);
	if (made >= 0 && create_files(upload) == 0) {
		/* The session need not last, but what leads to it will be relied on. */
		if (made > 1)
			outcome = store_sync(store, layout_uploads(arena, name), made);
		return outcome == DONE ? lock_file(upload->session_fd, upload->path, 0) : outcome;
	}
	outcome = file_outcome("cannot create", upload->path);
	file_remove_tree(store->root, upload->path);
	return store_required(outcome, upload->path);
}

/* Is the open session file still the one that its path leads to?  It may have
 * been completed, cancelled or expired between opening and locking. */
static enum outcome is_current(const struct upload *upload, const char *path)
{
	struct stat here, there;
	int fd = file_open(upload->store->root, path, O_PATH, 0);
	bool known;

	if (fd < 0)
		return file_outcome("cannot look at", path);
	known = fstat(fd, &there) == 0 && fstat(upload->session_fd, &here) == 0;
	close(fd);
	if (!known)
		return file_outcome("cannot look at", path);
	return here.st_dev == there.st_dev && here.st_ino == there.st_ino ? DONE : MISSING;
}

/* A directory, FIFO or socket is not what was looked for. */
static enum outcome outcome_of(const char *what, const char *path)
{
	if (errno == EISDIR || errno == ENXIO || errno == ESPIPE)
		return MISSING;
	return file_outcome(what, path);
}

/* Without O_NONBLOCK a FIFO planted there would hold this thread for good. */
static enum outcome open_session(struct upload *upload, int flags)
{
	const char *path = session_path(upload);

	upload->session_fd = file_open(upload->store->root, path, flags | O_NONBLOCK, 0);
	if (upload->session_fd < 0)
		return outcome_of("cannot open", path);
	arena_own_fd(upload->arena, upload->session_fd);
	return DONE;
}

/* A header is written once, and then always there: yet who reads without the lock while
 * another host writes a slot may get zeros in its place, for a moment, from CephFS. */
static bool read_header_again(struct upload *upload)
{
	static const struct timespec pause = { 0, PAUSE_NANOSECONDS };

	for (int looks = 0; looks < LOOKS_MAX; looks++) {
		errno = 0;
		if (session_read(upload->session_fd, &upload->session))
			return true;
		if (errno)
			return false;
		nanosleep(&pause, NULL);
	}
	return false;
}

/* `user` may be NULL, for any. */
static enum outcome read_session(struct upload *upload, const char *user)
{
	if (!read_header_again(upload)) {
		if (errno)
			return outcome_of("cannot read", session_path(upload));
		log_line("'%s' has no valid session file", upload->path);
		return MISSING;
	}
	if (user && strcmp(upload->session.user, user) != 0)
		return MISSING;
	return strcmp(upload->session.repository, upload->name) == 0 ? DONE : MISSING;
}

/* Whose it is never changes, and is looked at first: somebody else must neither
 * see that it is locked, nor lock it.  A sweep, which asks for anyone's, comes again. */
static enum outcome lock_session(struct upload *upload, const char *user)
{
	const char *path = session_path(upload);
	enum outcome outcome = open_session(upload, O_RDWR);

	if (outcome == DONE && user)
		outcome = read_session(upload, user);
	if (outcome == DONE)
		outcome = lock_file(upload->session_fd, path, user ? PATIENCE_MILLISECONDS : 0);
	if (outcome == DONE)
		outcome = is_current(upload, path);
	return outcome == DONE ? read_session(upload, user) : outcome;
}

/* What a cut-short commit left has no data; its size is on record. */
static enum outcome open_data(struct upload *upload)
{
	const char *path = data_path(upload);
	struct stat status;

	upload->data_fd = file_open(upload->store->root, path, O_RDWR | O_NONBLOCK, 0);
	if (upload->data_fd < 0 && errno == ENOENT && upload->session.committing) {
		upload->size = upload->session.size;
		return DONE;
	}
	if (upload->data_fd < 0)
		return outcome_of("cannot open", path);
	arena_own_fd(upload->arena, upload->data_fd);
	if (fstat(upload->data_fd, &status) < 0)
		return file_outcome("cannot look at", path);
	if (!S_ISREG(status.st_mode))
		return MISSING;
	upload->size = status.st_size;
	if (upload->size == 0)
		upload->hash = hash_begin(upload->arena, upload->session.algorithm);
	return DONE;
}

enum outcome upload_open(const struct store *store, struct arena *arena, const char *name,
			 const char *user, const char *id, struct upload *upload)
{
	enum outcome outcome;

	*upload = (struct upload){
		.store = store, .arena = arena, .name = name, .id = id,
		.path = layout_upload(arena, name, id), .session_fd = -1, .data_fd = -1,
	};
	if (!upload_id_valid(id))
		return MISSING;
	outcome = lock_session(upload, user);
	return outcome == DONE ? open_data(upload) : outcome;
}

static void close_data(struct upload *upload)
{
	if (upload->data_fd >= 0)
		arena_close_fd(upload->arena, upload->data_fd);
	upload->data_fd = -1;
}

void upload_close(struct upload *upload)
{
	close_data(upload);
	if (upload->session_fd >= 0)
		arena_close_fd(upload->arena, upload->session_fd);
	upload->session_fd = -1;
}

/* Only its size: `data` is opened under the lock, and by who will change it. */
static enum outcome look_at_data(const struct upload *upload, off_t *size)
{
	const char *path = data_path(upload);
	int fd = file_open(upload->store->root, path, O_PATH, 0);
	struct stat status;
	bool known;

	if (fd < 0 && errno == ENOENT && upload->session.committing) {
		*size = upload->session.size;
		return DONE;
	}
	if (fd < 0)
		return file_outcome("cannot open", path);
	known = fstat(fd, &status) == 0;
	close(fd);
	if (!known)
		return file_outcome("cannot look at", path);
	*size = status.st_size;
	return S_ISREG(status.st_mode) ? DONE : MISSING;
}

enum outcome upload_status(const struct store *store, struct arena *arena, const char *name,
			   const char *user, const char *id, off_t *size)
{
	struct upload upload = {
		.store = store, .arena = arena, .name = name, .id = id,
		.path = layout_upload(arena, name, id), .session_fd = -1, .data_fd = -1,
	};
	enum outcome outcome = MISSING;

	if (upload_id_valid(id))
		outcome = open_session(&upload, O_RDONLY);
	if (outcome == DONE)
		outcome = read_session(&upload, user);
	return outcome == DONE ? look_at_data(&upload, size) : outcome;
}

enum outcome upload_append(struct upload *upload, const void *bytes, size_t length)
{
	/* A record of a commit that never came to its rename is out of date now. */
	if (upload->session.committing &&
	    session_record(upload->session_fd, &upload->session, false, upload->size, NULL) < 0)
		return file_outcome("cannot write", session_path(upload));
	if (file_write_at(upload->data_fd, bytes, length, upload->size) < 0) {
		enum outcome outcome = file_outcome("cannot append to", data_path(upload));
		struct stat status;

		/* A part of it may be there: that is progress. */
		upload->hash = NULL;
		if (fstat(upload->data_fd, &status) == 0)
			upload->size = status.st_size;
		return outcome;
	}
	if (upload->hash)
		hash_add_beside(upload->hash, bytes, length);
	upload->size += (off_t)length;
	return DONE;
}

void upload_note(struct upload *upload)
{
	struct digest digest;

	if (upload->hash)
		hash_digest(upload->hash, &digest);
	if (session_record(upload->session_fd, &upload->session, false, upload->size,
			   upload->hash ? &digest : NULL) < 0)
		log_errno("cannot write '%s'", session_path(upload));
}

enum outcome upload_cut(struct upload *upload, off_t size)
{
	if (size == upload->size)
		return DONE;
	/* A digest of bytes that go must not be believed for those that come. */
	if (size < upload->session.size &&
	    session_record(upload->session_fd, &upload->session, false, size, NULL) < 0)
		return file_outcome("cannot write", session_path(upload));
	if (ftruncate(upload->data_fd, size) < 0)
		return file_outcome("cannot cut", data_path(upload));
	upload->size = size;
	upload->hash = size ? NULL : hash_begin(upload->arena, upload->session.algorithm);
	return DONE;
}

/* Sync the bytes and say, durably, what is about to become of them. */
static enum outcome announce(struct upload *upload, const struct digest *digest)
{
	const char *path = data_path(upload);
	enum outcome outcome;

	outcome = store_sync_file(upload->store, upload->data_fd, path);
	if (outcome != DONE)
		return outcome;
	if (session_record(upload->session_fd, &upload->session, true, upload->size, digest) < 0)
		return file_outcome("cannot write", session_path(upload));
	return store_sync_file(upload->store, upload->session_fd, upload->path);
}

/* With the repository and the shard locked, from the look for the blob to the
 * link: the collector cannot come between. */
static enum outcome place_and_link(struct locks *locks, const struct upload *upload,
				   const struct digest *digest, const struct tarsum *tarsum)
{
	const struct store *store = upload->store;
	struct arena *arena = upload->arena;
	enum outcome outcome = lock_shards(locks, digest, 1);

	if (outcome != DONE)
		return outcome;
	if (upload->data_fd >= 0)
		outcome = blob_place(store, arena, data_path(upload), upload->data_fd, upload->size,
				     digest);
	else
		outcome = blob_refresh(store, arena, digest);
	if (outcome == DONE)
		outcome = link_put(store, arena, layout_layer(arena, upload->name, digest), digest);
	if (outcome == DONE && tarsum)
		outcome = link_put(store, arena, layout_tarsum(arena, upload->name, tarsum), digest);
	return outcome;
}

enum outcome upload_cancel(struct upload *upload)
{
	const char *trash;
	enum outcome outcome;

	close_data(upload);
	outcome = store_discard(upload->store, upload->arena, upload->path, &trash);
	if (outcome == DONE)
		store_empty_trash(upload->store, trash);
	return store_required(outcome, upload->path);
}

enum outcome upload_commit(struct upload *upload, const struct digest *digest,
			   const struct tarsum *tarsum)
{
	bool has_data = upload->data_fd >= 0, is_over = false;
	struct locks locks;
	enum outcome outcome = has_data ? announce(upload, digest) : DONE;

	if (outcome == DONE)
		outcome = lock_repository(upload->store, upload->arena, upload->name, LOCK_SHARED,
					  &locks);
	if (outcome != DONE)
		return outcome;
	outcome = place_and_link(&locks, upload, digest, tarsum);
	/* Before the locks are let go: whatever the grace time, the blob is there when this
	 * is answered, for the collector cannot take it while the session ends. */
	if (outcome == DONE || (outcome == MISSING && !has_data)) {
		enum outcome ended = upload_cancel(upload);

		is_over = ended == DONE;
		outcome = is_over ? outcome : ended;
	}
	lock_release(&locks);
	if (is_over)
		return outcome;
	/* Its `data` may be the blob now, and no more to be written to; or still there, for
	 * the blob was there before, and to be cut. */
	close_data(upload);
	if (has_data)
		open_data(upload);
	return store_required(outcome, upload->path);
}
