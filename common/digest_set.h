/* digest_set.h - many digests in little memory
 * SPDX-License-Identifier: ISC
 *
 * Raw bytes only, 32 for a SHA-256, in sorted arrays: no hash function that
 * somebody's digests could be chosen against. */
#ifndef HYTHE_DIGEST_SET_H
#define HYTHE_DIGEST_SET_H

#include <stdbool.h>
#include <stddef.h>
#include "digest.h"

struct arena;
struct digest_set;

/* A new, empty set; released with the arena. */
struct digest_set *digest_set_new(struct arena *arena);

void digest_set_add(struct digest_set *set, const struct digest *digest);

/* To be asked after many were added rather than in between: the first question
 * after a change sorts. */
bool digest_set_has(struct digest_set *set, const struct digest *digest);

/* Add all of `other`. */
void digest_set_join(struct digest_set *set, const struct digest_set *other);

/* Empty it, keeping the memory for the next. */
void digest_set_clear(struct digest_set *set);

/* How many bytes of memory it has taken. */
size_t digest_set_memory(const struct digest_set *set);

#endif
