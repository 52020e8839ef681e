/* referrers_find.h - what may be in the list of referrers of a manifest
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_REFERRERS_FIND_H
#define HYTHE_REFERRERS_FIND_H

#include "digest.h"
#include "outcome.h"

struct page;
struct store;

/* Where referrers are looked for; the first is exact. */
enum referrers_source {
	FROM_ENTRIES,	/* what is recorded, and sealed */
	FROM_REVISIONS, /* all manifests of the repository */
	FROM_TAG	/* what is recorded, and what clients tagged */
};

/* Fill `page` with the entry names of what may refer to `subject`, each once:
 * the manifests may be gone, and if they do not come from sealed entries, have
 * another subject.  FROM_REVISIONS becomes FROM_TAG, logged, where there is too
 * much to look through.  DONE, BUSY or FAILED. */
enum outcome referrers_find(const struct store *store, const char *name,
			    const struct digest *subject, enum referrers_source *source,
			    struct page *page);

#endif
