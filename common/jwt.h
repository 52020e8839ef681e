/* jwt.h - JSON Web Tokens, taken apart  [RFC 7519, RFC 7515 "Compact"]
 * SPDX-License-Identifier: ISC
 *
 * Nothing of a token counts before its signature was verified, and whoever does
 * that takes the key from what the algorithm asks for, never from the token.
 * Hence two steps: jwt_open(), the signature, jwt_read_claims(). */
#ifndef HYTHE_JWT_H
#define HYTHE_JWT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum {
	JWT_BYTES_MAX = 8192, /* of a token; longer ones are refused unread */
	JWT_GRANTS_MAX = 128,
	JWT_AUDIENCES_MAX = 16
};

enum jwt_algorithm { JWT_HS256, JWT_RS256, JWT_ES256, JWT_ALGORITHM_COUNT };

/* What the claim `access` allows on one thing. */
struct jwt_grant {
	const char *type;  /* such as "repository" */
	const char *name;
	const char *const *actions;
	size_t action_count;
};

struct jwt {
	enum jwt_algorithm algorithm;
	const char *key_id;        /* or NULL */
	const char *signed_part;   /* what the signature is on */
	size_t signed_length;
	const char *signature;
	size_t signature_length;
	const char *header_json, *claims_json; /* decoded, with a NUL behind them */
	size_t header_length, claims_length;

	/* The claims: NULL, or 0 entries, where they are absent. */
	const char *issuer, *subject;
	const char *mark;          /* of a token of ours: the password it was got by */
	const char *const *audiences;
	size_t audience_count;
	int64_t expires;           /* seconds since 1970; required */
	int64_t not_before;        /* INT64_MIN if absent */
	int64_t issued;            /* likewise */
	const struct jwt_grant *grants;
	size_t grant_count;
};

/* The name that a header has for an algorithm. */
const char *jwt_algorithm_name(enum jwt_algorithm algorithm);

/* Split a token of `length` characters, and read its header.  False, with half a
 * sentence in `*reason`, for anything but three parts in strict base64url, for a
 * header that is not good JSON, or has an algorithm of no jwt_algorithm or
 * anything that must be understood and is not (`crit`).  All strings are the
 * arena's. */
bool jwt_open(struct arena *arena, const char *token, size_t length, struct jwt *jwt,
	      const char **reason);

/* Read the claims of a token whose signature is good.  False, with a reason, if
 * one has not the form it must have, or `exp` is missing. */
bool jwt_read_claims(struct arena *arena, struct jwt *jwt, const char **reason);

#endif
