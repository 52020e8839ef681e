/* blob.h - blobs by digest, whatever repository they are in
 * SPDX-License-Identifier: ISC
 *
 * Whether a repository may show a blob is repository.h's question. */
#ifndef HYTHE_BLOB_H
#define HYTHE_BLOB_H

#include <stddef.h>
#include <sys/types.h>
#include "digest.h"
#include "outcome.h"

struct arena;
struct store;

struct blob {
	int fd;            /* open for reading, the arena's */
	off_t size;        /* bytes */
	const char *path;  /* below the storage root */
};

/* Open a blob to read it.  DONE, MISSING (also when it is condemned), BUSY or
 * FAILED. */
enum outcome blob_open(const struct store *store, struct arena *arena, const struct digest *digest,
		       struct blob *blob);

/* The same, condemned or not.  DONE, MISSING, BUSY or FAILED. */
enum outcome blob_find(const struct store *store, struct arena *arena, const struct digest *digest,
		       struct blob *blob);

/* Read the whole of an open blob, at most `most` bytes.  DONE or FAILED; the
 * bytes are the arena's. */
enum outcome blob_read(struct arena *arena, const struct blob *blob, size_t most,
		       const char **bytes, size_t *length);

/* How many bytes of the blob are there, condemned or not.  DONE, MISSING, BUSY
 * or FAILED. */
enum outcome blob_size(const struct store *store, struct arena *arena, const struct digest *digest,
		       off_t *size);

/* Keep a blob that is there from the collector, durably.  The caller holds its
 * shard.  DONE, MISSING, BUSY, FULL or FAILED. */
enum outcome blob_refresh(const struct store *store, struct arena *arena,
			  const struct digest *digest);

/* Make the verified and synced file `from` of `size` bytes, open at `fd`, the blob, by
 * rename, and read-only; `from` stays as it is where a good one is there already, which is then
 * refreshed.  The caller holds the shard.  DONE, MISSING if there is no `from`, BUSY, FULL or
 * FAILED. */
enum outcome blob_place(const struct store *store, struct arena *arena, const char *from, int fd,
			off_t size, const struct digest *digest);

/* Store `length` bytes whose digest this is.  The caller holds the shard.
 * DONE, BUSY, FULL or FAILED. */
enum outcome blob_write(const struct store *store, struct arena *arena, const void *bytes,
			size_t length, const struct digest *digest);

#endif
