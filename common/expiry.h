/* expiry.h - the end of upload sessions that nobody finishes
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_EXPIRY_H
#define HYTHE_EXPIRY_H

#include <stddef.h>
#include "outcome.h"

struct arena;
struct store;

struct expiry_count {
	size_t ended;
	size_t left;
	size_t failed; /* of these: they could not be looked at, or not be ended */
};

/* Count the sessions of a repository, ending on the way at most `most` that
 * nobody has touched for `seconds` and nobody works on; docker-registry's and
 * half-made ones too.  DONE, BUSY or FAILED. */
enum outcome expiry_sweep(const struct store *store, struct arena *arena, const char *name,
			  long long seconds, size_t most, struct expiry_count *count);

#endif
