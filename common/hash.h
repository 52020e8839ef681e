/* hash.h - computes digests; the only file that knows libgcrypt
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_HASH_H
#define HYTHE_HASH_H

#include <stddef.h>
#include "digest.h"

struct arena;
struct hash;

/* Prepare the library; the functions below do it themselves at their first use. */
void hash_init(void);

/* Begin a digest; released with the arena. */
struct hash *hash_begin(struct arena *arena, enum algorithm algorithm);

void hash_add(struct hash *hash, const void *bytes, size_t length);

/* The digest of all bytes so far; more may be added afterwards. */
void hash_digest(struct hash *hash, struct digest *digest);

/* The same in raw bytes, as many as the algorithm has; then begin anew. */
void hash_next(struct hash *hash, unsigned char *bytes);

/* The digest of `length` bytes at once. */
void hash_bytes(enum algorithm algorithm, const void *bytes, size_t length, struct digest *digest);

#endif
