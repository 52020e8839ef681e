/* public_key.h - signatures of others
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_PUBLIC_KEY_H
#define HYTHE_PUBLIC_KEY_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct public_key;

/* Big-endian and unsigned. */
struct big_number {
	const void *bytes;
	size_t length;
};

/* An RSA key for PKCS #1 signatures of SHA-256; NULL for one under 2048 or over
 * 8192 bits, or one that is none. */
const struct public_key *public_key_rsa(struct arena *arena, struct big_number modulus,
					struct big_number exponent);

/* A key on the curve P-256; NULL unless both coordinates have 32 bytes and the
 * point is on it. */
const struct public_key *public_key_p256(struct arena *arena, struct big_number x,
					 struct big_number y);

/* Is `signature` one of this key on the SHA-256 of `length` bytes?  For P-256 it
 * is both numbers, 32 bytes each.  [RFC 7518 3.3, 3.4] */
bool public_key_verifies(const struct public_key *key, const void *bytes, size_t length,
			 const void *signature, size_t signature_length);

#endif
