/* tag.h - tags: names for manifests that may move
 * SPDX-License-Identifier: ISC
 *
 * Who changes tags holds the repository's lock exclusively; readers need none,
 * for a tag changes by one rename. */
#ifndef HYTHE_TAG_H
#define HYTHE_TAG_H

#include <stdbool.h>
#include <stddef.h>
#include "digest.h"
#include "outcome.h"

struct arena;
struct page;
struct store;

/* Must this tag neither move, once it is set, nor go? */
bool tag_is_immutable(const struct store *store, const char *tag);

/* The digest the tag stands for.  DONE, MISSING, BUSY or FAILED. */
enum outcome tag_read(const struct store *store, struct arena *arena, const char *name,
		      const char *tag, struct digest *digest);

/* Let the tag stand for `digest`, durably.  DONE, BUSY, FULL or FAILED. */
enum outcome tag_write(const struct store *store, struct arena *arena, const char *name,
		       const char *tag, const struct digest *digest);

/* Remove the tag, durably; what it stood for stays, refreshed, so that the
 * collector lets it be for its whole grace time.  DONE, MISSING, BUSY, FULL or
 * FAILED. */
enum outcome tag_remove(const struct store *store, struct arena *arena, const char *name,
			const char *tag);

/* Fill `page` with the tags of a repository; only those of the page are looked
 * at, and those that stand for nothing left out: `*count` of its list remain.
 * `*last` is the last one looked at, for the next page, or NULL.  DONE, MISSING if there is no such repository, BUSY or FAILED.
 * [OCI "Listing Tags", end-8] */
enum outcome tag_list(const struct store *store, struct arena *arena, const char *name,
		      struct page *page, size_t *count, const char **last);

#endif
