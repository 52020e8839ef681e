/* referrers.h - which manifests have this one as their subject
 * SPDX-License-Identifier: ISC
 *
 * Each is recorded by an entry, a file with its descriptor ready to be listed.
 * All entries can be made again from the manifests (reindex.h). */
#ifndef HYTHE_REFERRERS_H
#define HYTHE_REFERRERS_H

#include <stdbool.h>
#include <stddef.h>
#include "digest.h"
#include "manifest.h"
#include "outcome.h"

struct arena;
struct store;
struct text;

/* Record `manifest`, stored as `digest` with `length` bytes, as a referrer of
 * its subject; nothing if it has none.  DONE, BUSY, FULL or FAILED. */
enum outcome referrers_add(const struct store *store, struct arena *arena, const char *name,
			   const struct manifest *manifest, const struct digest *digest,
			   size_t length);

/* Forget that `digest` refers to `subject`.  DONE, also if it was not recorded;
 * BUSY, FULL or FAILED. */
enum outcome referrers_remove(const struct store *store, struct arena *arena, const char *name,
			      const struct digest *subject, const struct digest *digest);

/* Read a stored manifest.  DONE if it is a referrer, with all that is shown of
 * it in `*manifest`; MISSING if it refers to nothing; MISMATCH if it is no JSON
 * that is accepted here, so that nobody can tell. */
enum outcome referrers_read(struct arena *arena, const char *bytes, size_t length,
			    struct manifest *manifest);

/* Add the descriptor by which a referrer of `length` bytes is listed.
 * [OCI "Listing Referrers"] */
void referrers_describe(struct text *text, const struct manifest *manifest,
			const struct digest *digest, size_t length);

/* The name of an entry is the referrer's digest, with a dash for the colon; the
 * string is the arena's.  And back: false if it is no such name. */
const char *referrers_entry(struct arena *arena, const struct digest *digest);
bool referrers_entry_digest(const char *entry, struct digest *digest);

/* Where the entry is. */
const char *referrers_entry_path(struct arena *arena, const char *name,
				 const struct digest *subject, const struct digest *digest);

enum { REFERRERS_ENTRY_MAX = 64 << 20 }; /* bytes of one entry */

#endif
