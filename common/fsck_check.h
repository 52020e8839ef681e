/* fsck_check.h - the state of one check, for the checker's files only
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_FSCK_CHECK_H
#define HYTHE_FSCK_CHECK_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/stat.h>
#include "digest.h"
#include "fsck.h"
#include "outcome.h"

struct arena;
struct store;

struct fsck {
	const struct store *store;
	const struct fsck_options *options;
	struct fsck_watch *watch;
	struct fsck_result *result;
	uid_t owner;	       /* of the root */
	pthread_mutex_t mutex; /* of watch and result */
};

/* What was found in one place: a repository, or a shard. */
struct fsck_place {
	struct fsck *fsck;
	struct arena *arena;
	const char *name; /* of the repository, or NULL */
	bool again;	  /* it is looked at for the second time */
	struct fsck_finding *findings;
};

/* Note that something is wrong with `path`; `detail` may be NULL. */
void fsck_note(struct fsck_place *place, enum fsck_kind kind, const char *path, const char *detail);

/* The same for something that can be repaired: `repair` does it, and says so,
 * when the finding turns out to last. */
typedef bool fsck_repair(struct fsck_place *place, const char *path);
void fsck_note_repairable(struct fsck_place *place, enum fsck_kind kind, const char *path,
			  const char *detail, fsck_repair *repair);

/* Look at one place with `check`, and again if it found something; tell what was
 * found both times. */
void fsck_look(struct fsck *fsck, const char *name, void *context,
	       void (*check)(struct fsck_place *place, void *context));

/* What is at `path`?  DONE, MISSING, or FAILED, noted.  A symbolic link, and what
 * belongs to somebody else, is noted. */
enum outcome fsck_status(struct fsck_place *place, const char *path, struct stat *status);

/* Call `each` for every entry of the directory `path`, which need not be there,
 * its path made in an arena of its own. */
void fsck_each(struct fsck_place *place, const char *path, void *context,
	       void (*each)(struct fsck_place *place, const char *path, const char *entry,
			    void *context));

/* Note what is in the directory `path` but none of `known`, which ends with
 * NULL. */
void fsck_strays(struct fsck_place *place, const char *path, const char *const *known);

/* Take the mark in `directory` away, if all are to go. */
void fsck_unmark(struct fsck_place *place, const char *directory);

/* The parts of fsck_run(). */
void fsck_manifests(struct fsck_place *place);
void fsck_repository(struct fsck_place *place, void *context);
void fsck_blobs(struct fsck *fsck);

/* Look at every link below `part` of the repository: noted are those that cannot
 * be read, and what is none.  `each` has the rest. */
void fsck_links(struct fsck_place *place, const char *path, void *context,
		void (*each)(struct fsck_place *place, const char *directory,
			     const struct digest *name, const struct digest *target,
			     void *context));

#endif
