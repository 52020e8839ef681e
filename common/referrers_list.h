/* referrers_list.h - the list of what refers to a manifest
 * SPDX-License-Identifier: ISC
 *
 * Where the recorded referrers are sealed (seal.h), the list is what is recorded.
 * Where they are not, another program added manifests: they are looked through,
 * and what is shown is made from the manifests themselves.  In a repository
 * that has too many for that, the list is what is recorded, and what an index
 * names that clients tagged for registries without such lists. */
#ifndef HYTHE_REFERRERS_LIST_H
#define HYTHE_REFERRERS_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include "digest.h"
#include "outcome.h"

struct arena;
struct store;

struct referrers_query {
	const char *name;
	const struct digest *subject;
	const char *last; /* show those behind this one, or NULL */
	/* Take the descriptor of one (JSON text, the arena's, gone after the
	 * call); false to end the page before it. */
	bool (*each)(void *context, struct arena *arena, const char *descriptor, size_t length);
	void *context;
};

/* Show every manifest that has this subject and is there, by entry name in order
 * of bytes, until `each` has enough, or until many were looked at or much was
 * read.  `*next` is then the `last` of the next page, else NULL.  A subject or
 * repository that is unknown has none.  Memory does not grow with what there
 * is.  DONE, BUSY or FAILED.  [OCI "Listing Referrers", end-12] */
enum outcome referrers_list(const struct store *store, struct arena *arena,
			    const struct referrers_query *query, const char **next);

#endif
