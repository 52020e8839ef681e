/* fsck.h - is the store as it should be?
 * SPDX-License-Identifier: ISC
 *
 * It only reads, without locks, while others write: what looks wrong in one
 * place is looked at once more before it is told.  Garbage is not wrong, nor is
 * what docker-registry writes in its own way. */
#ifndef HYTHE_FSCK_H
#define HYTHE_FSCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "outcome.h"

struct store;

enum fsck_kind {
	FSCK_LINK_BROKEN,      /* a link that says no digest */
	FSCK_LINK_DANGLING,    /* a link to a blob that is not there */
	FSCK_MANIFEST_BROKEN,  /* the bytes of a manifest are not those of its digest */
	FSCK_MANIFEST_REFUSED, /* a manifest of a kind that is not served */
	FSCK_BLOB_MISSING,     /* a manifest names it, and it is not here */
	FSCK_BLOB_SIZE,	       /* it has another size than a manifest states */
	FSCK_BLOB_BROKEN,      /* its bytes are not those of its digest */
	FSCK_TAG_BROKEN,       /* a tag that says no digest */
	FSCK_TAG_DANGLING,     /* a tag for a manifest that is not there */
	FSCK_LAYERS_MISSING,   /* a repository that docker-registry does not see */
	FSCK_REFERRER_MISSING, /* a manifest is not listed at its subject */
	FSCK_REFERRER_STALE,   /* listed, but no such manifest */
	FSCK_ALIAS_DANGLING,   /* an alias of a blob that is not here */
	FSCK_CONDEMNED,	       /* a manifest names it, and it is hidden */
	FSCK_LEFTOVER,	       /* old, in hythe/tmp or hythe/trash */
	FSCK_STRAY,	       /* nothing of hythe's or docker-registry's */
	FSCK_SYMLINK,	       /* a symbolic link */
	FSCK_OWNER,	       /* it belongs to another user, or all may write it */
	FSCK_UNREADABLE,       /* it cannot be looked at */
	FSCK_KINDS
};

/* The word for it, which does not change. */
const char *fsck_word(enum fsck_kind kind);

struct fsck_options {
	bool hash;     /* read every blob */
	bool repair;   /* what cannot lose data by that */
	bool unmark;   /* take away every mark of the collector */
	bool sparse;   /* manifests may lack blobs */
	unsigned jobs; /* blobs looked at by so many threads */
};

struct fsck_result {
	size_t repositories, manifests, blobs;
	uint64_t bytes; /* that were hashed */
	size_t found, repaired, unmarked;
};

/* Who watches.  Only one call is made at a time, by whatever thread. */
struct fsck_watch {
	void (*step)(struct fsck_watch *watch, const char *what, size_t parts);
	void (*advance)(struct fsck_watch *watch, size_t parts);
	/* Something is wrong, or was until it was repaired just now; the path is
	 * below the storage root. */
	void (*found)(struct fsck_watch *watch, enum fsck_kind kind, const char *path,
		      const char *detail, bool repaired);
};

/* Look at everything.  DONE, whatever was found; HELD if it should change things
 * and a collection is under way; MISSING if there is no store; BUSY or FAILED. */
enum outcome fsck_run(const struct store *store, const struct fsck_options *options,
		      struct fsck_watch *watch, struct fsck_result *result);

#endif
