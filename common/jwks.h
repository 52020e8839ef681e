/* jwks.h - the public keys of another issuer of tokens  [RFC 7517]
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_JWKS_H
#define HYTHE_JWKS_H

#include "jwt.h"
#include "watched.h"

struct jwks;
struct public_key;

/* A key set as a watched file: its value is a struct jwks. */
extern const struct watched_kind jwks_kind;

/* Read a key set.  Keys that are of no use here, for another algorithm or for
 * encryption, are left out; NULL, logged with `path`, if it is no key set, a key
 * of use is wrong, or none is of use. */
const struct jwks *jwks_parse(struct arena *arena, const char *path, const char *text);

/* The key for RS256 or ES256 with this id; where the token names none, the only
 * one for that algorithm.  NULL if there is none. */
const struct public_key *jwks_find(const struct jwks *keys, enum jwt_algorithm algorithm,
				   const char *key_id);

#endif
