/* gc.h - garbage collection while clients push and pull
 * SPDX-License-Identifier: ISC
 *
 * What no manifest names is removed in two runs.  The first condemns it: a mark
 * (mark.h) makes it absent for readers, and a push brings it back.  A later one
 * removes what is still unnamed and bears a mark that is old enough.
 *
 * A run takes the file system's time, T0; waits until every writer that had
 * looked at its blobs before T0 is done, by taking each shard's and each
 * repository's lock once; and reads all manifests.  Then whatever nothing names
 * and nobody has used since T0 can be condemned: each under its exclusive lock,
 * with its age looked at again there, for whoever uses a thing makes it young
 * under that lock.  tests/models/ has these protocols with all interleavings.
 *
 * Absence is no proof: an unreadable link or manifest keeps all that its
 * repository has; a directory that cannot be listed ends the run before
 * anything is condemned.  It can be killed at any point. */
#ifndef HYTHE_GC_H
#define HYTHE_GC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "outcome.h"

struct store;

/* How old a mark must be at least, unless somebody insists: a web server may
 * have been told to send the file, and not have opened it yet. */
enum { GC_LINGER_LEAST = 60 };

struct gc_options {
	uint64_t grace;	       /* seconds; what is younger is left alone */
	uint64_t linger;       /* seconds; and so is what was condemned since */
	uint64_t clocks;       /* seconds that the clocks of hosts may be apart */
	bool untagged;	       /* condemn manifests that no tag keeps, too, */
	uint64_t untagged_age; /* older than these seconds */
	bool dry_run;	       /* only count; change nothing at all */
};

/* What was done to things of one kind. */
struct gc_count {
	size_t kept;	  /* named by a manifest */
	size_t condemned; /* marked now */
	size_t removed;
	size_t returned; /* named again, so their marks were taken away */
	size_t left;	 /* to a later run */
	uint64_t bytes;	 /* of what was removed */
};

enum gc_kind { GC_BLOB, GC_LINK, GC_MANIFEST, GC_KINDS };

struct gc_result {
	unsigned long long run; /* its number; 0 in a dry run */
	size_t repositories, manifests;
	struct gc_count counts[GC_KINDS];
	size_t emptied;	 /* repositories that were empty, and vanished */
	size_t tidied;	 /* stale referrers, aliases, temporary files, trash */
	size_t stuck;	 /* in the trash, for what led to them could not be synced */
	size_t doubtful; /* repositories kept whole, for something in them is damaged */
	size_t shards_left, repositories_left; /* that could not be locked */
	size_t memory;			       /* bytes that its lists took at most */
};

/* Who watches a run.  Both may be called often. */
struct gc_watch {
	/* It goes on to something else, with so many parts; 0: not known. */
	void (*step)(struct gc_watch *watch, const char *what, size_t parts);
	void (*advance)(struct gc_watch *watch, size_t parts);
};

/* Do one run.
 *
 * DONE     it went through, though `result` may tell of things left alone
 * HELD     another run is under way
 * MISSING  there are no blobs or no repositories: an unmounted disk looks so
 * BUSY, FULL, FAILED: it ended early; nothing is lost by that */
enum outcome gc_run(const struct store *store, const struct gc_options *options,
		    struct gc_watch *watch, struct gc_result *result);

#endif
