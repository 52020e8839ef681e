/* walk.h - every repository there is on the disk
 * SPDX-License-Identifier: ISC
 *
 * Repositories lie within one another, and one that clients do not see yet has
 * blobs and upload sessions already: so every directory is looked at. */
#ifndef HYTHE_WALK_H
#define HYTHE_WALK_H

#include <stdbool.h>
#include "outcome.h"

struct arena;
struct store;

/* One directory below `repositories`. */
struct walk_place {
	const char *name;   /* from there; gone after the visit */
	bool has_manifests; /* clients see it: it has `_manifests` */
	bool has_parts;	    /* it has an entry that begins with `_` */
};

/* Who walks. */
struct walk {
	const struct store *store;
	/* Look at everything or fail: a directory whose name is not one of a
	 * repository is visited too, and one that vanishes, is a symbolic link
	 * or cannot be listed ends the walk.  Else these are passed over. */
	bool strict;
	/* Shall it go into the directory `name`?  NULL: into all. */
	bool (*enters)(struct walk *walk, const char *name);
	/* Look at one directory, before those below it; what is not DONE ends
	 * the walk.  The arena is reset after those below. */
	enum outcome (*visit)(struct walk *walk, struct arena *arena,
			      const struct walk_place *place);
};

/* Visit all: what is in one directory by its bytes, each with all below it.  DONE; MISSING
 * if there are none, nor a directory for them; BUSY or FAILED; or what visit() returned. */
enum outcome walk_repositories(struct walk *walk);

#endif
