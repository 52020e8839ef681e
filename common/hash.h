/* hash.h - computes digests, and what is made of hashes
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_HASH_H
#define HYTHE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include "digest.h"

struct arena;
struct hash;

/* Prepare the library; the functions below do it themselves at their first use. */
void hash_init(void);

/* Begin a digest; released with the arena. */
struct hash *hash_begin(struct arena *arena, enum algorithm algorithm);

void hash_add(struct hash *hash, const void *bytes, size_t length);

/* The same in a thread of its own once a hash has become large, where there is one to be
 * had: the bytes must not change until the next call with this hash has returned. */
void hash_add_beside(struct hash *hash, const void *bytes, size_t length);

/* The digest of all bytes so far; more may be added afterwards. */
void hash_digest(struct hash *hash, struct digest *digest);

/* The same in raw bytes, as many as the algorithm has; then begin anew. */
void hash_next(struct hash *hash, unsigned char *bytes);

/* The digest of `length` bytes at once. */
void hash_bytes(enum algorithm algorithm, const void *bytes, size_t length, struct digest *digest);

enum { HASH_MAC_BYTES = 32, HASH_MD5_BYTES = 16 };

/* The HMAC-SHA256 [RFC 2104] of `length` bytes under a key. */
void hash_mac(const void *key, size_t key_length, const void *bytes, size_t length,
	      unsigned char mac[HASH_MAC_BYTES]);

/* The MD5 of `length` bytes, for old password files only; false where the
 * library refuses it, as in its FIPS mode. */
bool hash_md5(const void *bytes, size_t length, unsigned char sum[HASH_MD5_BYTES]);

/* Are the bytes the same?  Takes as long whatever the answer is. */
bool hash_equal(const void *a, const void *b, size_t length);

#endif
