/* expiry.h - the end of upload sessions that nobody finishes
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_EXPIRY_H
#define HYTHE_EXPIRY_H

#include <stddef.h>
#include "outcome.h"

struct arena;
struct store;

/* Count the sessions of a repository, ending on the way at most `most` that
 * nobody has touched for `seconds` and nobody works on; docker-registry's and
 * half-made ones too.  `*count` is what is left.  DONE, BUSY or FAILED. */
enum outcome expiry_sweep(const struct store *store, struct arena *arena, const char *name,
			  long long seconds, unsigned most, size_t *count);

#endif
