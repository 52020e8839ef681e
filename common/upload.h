/* upload.h - upload sessions  [OCI "Pushing blobs"]
 * SPDX-License-Identifier: ISC
 *
 * A session is the directory _uploads/<id> of its repository: `data`, the bytes
 * so far, whose size is the truth; `session` (session.h), which says what is
 * known of them; and `startedat`, by which docker-registry purges.
 *
 * Who changes a session holds a lock on its `session` file, which is never
 * replaced, and never on `data`, which is renamed into the blobs: a waiter
 * would get the lock on, and write to, the committed blob.  `data` is opened
 * under the lock and closed before it is let go.  Completion, cancelling and
 * expiry end a session alike: by one rename of its directory. */
#ifndef HYTHE_UPLOAD_H
#define HYTHE_UPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "digest.h"
#include "outcome.h"
#include "session.h"

struct arena;
struct store;
struct tarsum;

/* A session locked for this request; let go by the arena at the latest. */
struct upload {
	const struct store *store;
	struct arena *arena;
	const char *name;       /* of the repository */
	const char *id;
	const char *path;       /* of the directory */
	int session_fd;         /* holds the lock */
	int data_fd;            /* -1: a commit took `data` away and was cut short */
	off_t size;             /* bytes received so far */
	struct session session;
	struct hash *hash;      /* of all `size` bytes, or NULL */
};

/* True for what can be the id of a session: [A-Za-z0-9._=-]{1,128}, but no
 * directory's `.` or `..`. */
bool upload_id_valid(const char *id);

/* Open a new session of `user` ("-" for anybody) in repository `name`, hashing by
 * `algorithm`.  DONE, BUSY, FULL or FAILED.  [OCI "POST then PUT", end-4a] */
enum outcome upload_create(const struct store *store, struct arena *arena, const char *name,
			   const char *user, enum algorithm algorithm, struct upload *upload);

/* Open and lock a session of `user`, NULL for anyone's.  DONE; MISSING, also if it
 * is of another user or repository; HELD if another request works on it, and, of a
 * user, for half a second more; BUSY or FAILED. */
enum outcome upload_open(const struct store *store, struct arena *arena, const char *name,
			 const char *user, const char *id, struct upload *upload);

/* Let go of the session before the end of the request, data first. */
void upload_close(struct upload *upload);

/* How many bytes a session of `user` has, without a lock.  DONE, MISSING, BUSY or
 * FAILED.  [OCI "Pushing a blob in chunks", end-13] */
enum outcome upload_status(const struct store *store, struct arena *arena, const char *name,
			   const char *user, const char *id, off_t *size);

/* Append bytes: hashed and written, not synced.  They must not change until the next
 * call with this upload has returned.  DONE, FULL or FAILED; then `size` still counts what
 * is there. */
enum outcome upload_append(struct upload *upload, const void *bytes, size_t length);

/* Note how far it has come, for the next request.  What could not be noted is
 * logged, and costs that request a second reading. */
void upload_note(struct upload *upload);

/* Cut the session back to `size` bytes, as if the rest had never come.  DONE,
 * FULL or FAILED. */
enum outcome upload_cut(struct upload *upload, off_t size);

/* Make the verified bytes the blob `digest`, link it to the repository, let the
 * repository know it by `tarsum` unless that is NULL, and end the session.  Where
 * `data_fd` is -1, finish what an earlier commit of the same digest began.  DONE;
 * MISSING if the blob is gone since, and so the session; BUSY, FULL or FAILED:
 * the session stays, and if it still has its bytes, `data_fd` is not -1.  [OCI
 * end-6] */
enum outcome upload_commit(struct upload *upload, const struct digest *digest,
			   const struct tarsum *tarsum);

/* End the session and drop its bytes.  DONE, BUSY, FULL or FAILED.  [OCI
 * "Canceling blob uploads", end-14] */
enum outcome upload_cancel(struct upload *upload);

#endif
