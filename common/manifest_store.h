/* manifest_store.h - the manifests of a repository: read, remove
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_MANIFEST_STORE_H
#define HYTHE_MANIFEST_STORE_H

#include <stddef.h>
#include "digest.h"
#include "outcome.h"

struct arena;
struct store;

/* Tell the collector that the manifests of this repository are changing; before
 * anything is looked at, by whoever holds its lock exclusively.  DONE, MISSING
 * if there is no such repository, BUSY or FAILED. */
enum outcome manifests_touch(const struct store *store, struct arena *arena, const char *name);

/* Read the manifest of this digest, at most `most` bytes of it.  DONE, MISSING,
 * BUSY or FAILED.  [OCI "Pulling manifests", end-3] */
enum outcome manifest_read(const struct store *store, struct arena *arena, const char *name,
			   const struct digest *digest, size_t most, const char **bytes,
			   size_t *length);

/* The same by tag; `*digest` is what the tag stood for at one moment of the
 * call. */
enum outcome manifest_read_tagged(const struct store *store, struct arena *arena,
				  const char *name, const char *tag, size_t most,
				  struct digest *digest, const char **bytes, size_t *length);

enum { MANIFEST_BYTES_MAX = 64 << 20 }; /* no setting allows more */

/* manifest_read() for the books: the collector's marks are passed over, because
 * what is condemned may come back. */
enum outcome manifest_read_any(const struct store *store, struct arena *arena, const char *name,
			       const struct digest *digest, const char **bytes, size_t *length);

/* Remove the manifest and every tag that stands for it.  Takes the lock itself;
 * `most` as for manifest_read().  DONE; MISSING; KEPT, with nothing removed, if one
 * of the tags is immutable; BUSY, FULL or FAILED.  [OCI "Deleting Manifests",
 * end-9] */
enum outcome manifest_remove(const struct store *store, struct arena *arena, const char *name,
			     const struct digest *digest, size_t most);

/* Remove one tag only, taking the lock.  DONE; MISSING; KEPT if it is immutable;
 * BUSY, FULL or FAILED.
 * [OCI "Deleting tags", end-9] */
enum outcome manifest_untag(const struct store *store, struct arena *arena, const char *name,
			    const char *tag);

#endif
