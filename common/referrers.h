/* referrers.h - which manifests have this one as their subject
 * SPDX-License-Identifier: ISC
 *
 * One file for each referrer, holding its descriptor ready to be listed.  All
 * of it can be rebuilt from the manifests. */
#ifndef HYTHE_REFERRERS_H
#define HYTHE_REFERRERS_H

#include <stdbool.h>
#include <stddef.h>
#include "digest.h"
#include "manifest.h"
#include "outcome.h"

struct arena;
struct page;
struct store;

/* Record `manifest`, stored as `digest` with `length` bytes, as a referrer of
 * its subject; nothing if it has none.  DONE, BUSY, FULL or FAILED. */
enum outcome referrers_add(const struct store *store, struct arena *arena, const char *name,
			   const struct manifest *manifest, const struct digest *digest,
			   size_t length);

/* Forget that `digest` refers to `subject`.  DONE, also if it was not recorded;
 * BUSY, FULL or FAILED. */
enum outcome referrers_remove(const struct store *store, struct arena *arena, const char *name,
			      const struct digest *subject, const struct digest *digest);

/* Who looks at referrers. */
struct referrers_view {
	/* Take the descriptor of one (JSON text, the arena's, gone after the
	 * call); false to end the page before it. */
	bool (*each)(struct referrers_view *view, struct arena *arena, const char *descriptor,
		     size_t length);
	size_t bytes_read;
};

/* Fill `page` with what refers to `subject`, and show `view` every one that is
 * still there, in order, until it has enough or much has been read.  `*last` is
 * the name of the last one looked at, for the next page, or NULL.  A subject or
 * repository that is unknown has none.  DONE, BUSY or FAILED.
 * [OCI "Listing Referrers", end-12] */
enum outcome referrers_list(const struct store *store, struct arena *arena, const char *name,
			    const struct digest *subject, struct page *page,
			    struct referrers_view *view, const char **last);

#endif
