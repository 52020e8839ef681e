/* link.h - link files: a repository's right to a digest
 * SPDX-License-Identifier: ISC
 *
 * A link is a directory with a file `link` that says a digest.  docker-registry
 * writes links in place, so an empty or cut one can be met: it is as good as
 * absent, and logged. */
#ifndef HYTHE_LINK_H
#define HYTHE_LINK_H

#include <sys/stat.h>
#include "digest.h"
#include "outcome.h"

struct arena;
struct store;

/* What the link in `directory` says.  DONE, MISSING, BUSY or FAILED. */
enum outcome link_read(const struct store *store, struct arena *arena, const char *directory,
		       struct digest *target);

/* The same, telling what cannot be read from what is not there, and the file's
 * status.  DONE, MISSING, MISMATCH if it is no link, BUSY or FAILED. */
enum outcome link_examine(const struct store *store, struct arena *arena, const char *directory,
			  struct digest *target, struct stat *status);

/* Call `each` for every directory of a link below `directory`, <alg>/<hex>,
 * with the digest it is named after, or NULL if that is none; not for stray files.
 * What is not DONE ends it, and is returned; DONE also if there is no such directory;
 * BUSY or FAILED if one cannot be listed.  The arena is reset after each. */
enum outcome link_each(const struct store *store, const char *directory,
		       enum outcome (*each)(void *context, struct arena *arena,
					    const char *directory, const struct digest *name),
		       void *context);

/* The same as link_read() for readers: a condemned link is MISSING. */
enum outcome link_follow(const struct store *store, struct arena *arena, const char *directory,
			 struct digest *target);

/* Let the link in `directory` say `target`, durably; one that does already is
 * refreshed and unmarked.  DONE, BUSY, FULL or FAILED. */
enum outcome link_put(const struct store *store, struct arena *arena, const char *directory,
		      const struct digest *target);

/* Take the link and its directory away, durably.  DONE, MISSING, BUSY, FULL or
 * FAILED. */
enum outcome link_remove(const struct store *store, struct arena *arena, const char *directory);

#endif
