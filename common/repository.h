/* repository.h - which blobs a repository has
 * SPDX-License-Identifier: ISC
 *
 * A blob that no link of the repository leads to is not there, even if another
 * repository has it. */
#ifndef HYTHE_REPOSITORY_H
#define HYTHE_REPOSITORY_H

#include "blob.h"
#include "digest.h"
#include "lock.h"
#include "outcome.h"
#include "tarsum.h"

struct arena;
struct store;

/* Does the repository exist?  DONE, MISSING, BUSY or FAILED. */
enum outcome repository_find(const struct store *store, struct arena *arena, const char *name);

/* Open the blob for a reader of this repository.  DONE, MISSING, BUSY or
 * FAILED.  [OCI "Pulling blobs", end-2] */
enum outcome repository_open_blob(const struct store *store, struct arena *arena, const char *name,
				  const struct digest *digest, struct blob *blob);

/* Give `name` the blob that `source` has; both may be the same, which keeps the
 * blob from the collector.  Takes the locks itself.  DONE, MISSING if `source`
 * does not have it, BUSY, FULL or FAILED.  [OCI "Mounting a blob from another
 * repository", end-11] */
enum outcome repository_mount(const struct store *store, struct arena *arena, const char *name,
			      const char *source, const struct digest *digest);

/* Which blob does the repository know by this tarsum?  It may have been taken
 * away since: what has a link is said by its digest alone.  DONE, MISSING, BUSY
 * or FAILED. */
enum outcome repository_find_tarsum(const struct store *store, struct arena *arena,
				    const char *name, const struct tarsum *tarsum,
				    struct digest *digest);

/* Keep the blob of this tarsum, and the tarsum, from the collector, as
 * repository_mount() of the repository onto itself does.  DONE, and `*digest` is
 * the blob's; MISSING, BUSY, FULL or FAILED. */
enum outcome repository_keep_tarsum(const struct store *store, struct arena *arena,
				    const char *name, const struct tarsum *tarsum,
				    struct digest *digest);

/* Take the blob away from this repository only.  Takes the lock itself.  DONE,
 * MISSING, BUSY, FULL or FAILED.  [OCI "Deleting Blobs", end-10] */
enum outcome repository_remove_blob(const struct store *store, struct arena *arena,
				    const char *name, const struct digest *digest);

#endif
