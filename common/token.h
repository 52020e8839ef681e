/* token.h - bearer tokens: issued here, and accepted from here and elsewhere
 * SPDX-License-Identifier: ISC
 *
 * A token of this registry says who was there and what was asked for and
 * allowed, for a few minutes; whether it still is allowed, the access file says.
 * A token of the other issuer, if the admin named one, is the decision itself. */
#ifndef HYTHE_TOKEN_H
#define HYTHE_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "jwt.h"
#include "right.h"

struct arena;
struct htpasswd;
struct jwks;
struct token_key;

/* What a token is held against. */
struct token_trust {
	const char *service;             /* whom it must be for */
	const struct token_key *keys;    /* our own, or NULL */
	const struct htpasswd *users;    /* for tokens that were got by password, or NULL */
	const char *issuer;              /* the other one, or NULL */
	const struct jwks *issuer_keys;  /* its keys, or NULL */
	int64_t now;                     /* seconds since 1970 */
};

/* What a good one says. */
struct token {
	const char *user; /* NULL for whoever did not log in */
	bool is_foreign;  /* the other issuer's */
	const struct jwt_grant *grants;
	size_t grant_count;
};

/* A clock may be wrong by this much; clients use a token to its last second. */
enum { TOKEN_LEEWAY_SECONDS = 60 };

/* Verify a token of `length` characters.  False, with half a sentence in
 * `*reason`: no token, signed by nobody who is trusted, for another service, out
 * of date, or got by a password that has changed. */
bool token_read(struct arena *arena, const struct token_trust *trust, const char *text,
		size_t length, struct token *token, const char **reason);

/* Does it cover this right on the repository `name`; NULL for the catalog? */
bool token_covers(const struct token *token, enum right right, const char *name);

/* What a new token says.  `access` is the JSON array of its grants. */
struct token_claims {
	const char *service;
	const char *user;  /* NULL for whoever did not log in */
	const char *hash;  /* of the password, where there was one, else NULL */
	const char *access;
	int64_t now;
	unsigned seconds;  /* that it lasts */
};

/* Issue one, signed by the last key. */
const char *token_issue(struct arena *arena, const struct token_key *key,
			const struct token_claims *claims);

#endif
