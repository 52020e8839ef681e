/* token.c - bearer tokens: issued here, and accepted from here and elsewhere
 * SPDX-License-Identifier: ISC */
#include "token.h"

#include <string.h>

#include "arena.h"
#include "base64.h"
#include "file.h"
#include "hash.h"
#include "htpasswd.h"
#include "jwks.h"
#include "public_key.h"
#include "text.h"
#include "token_keys.h"
#include "user.h"

static const char own_issuer[] = "hythe";

/* Ties a token to the password that it was got by, and tells nothing of it. */
static const char *mark_of(struct arena *arena, const struct token_key *key, const char *hash)
{
	unsigned char mac[HASH_MAC_BYTES];
	struct text text;

	hash_mac(key->secret, strlen(key->secret), hash, strlen(hash), mac);
	text_init(&text, arena);
	base64_encode(&text, BASE64_URL, mac, sizeof(mac) / 2);
	return text.bytes;
}

static bool is_ours(const struct token_key *key, const struct jwt *jwt)
{
	unsigned char mac[HASH_MAC_BYTES];

	hash_mac(key->secret, strlen(key->secret), jwt->signed_part, jwt->signed_length, mac);
	return jwt->signature_length == sizeof(mac) && hash_equal(mac, jwt->signature, sizeof(mac));
}

/* By the algorithm, which decides whose key it can be at all: a public key must
 * never serve as a secret. */
static bool verify(const struct token_trust *trust, const struct jwt *jwt,
		   const struct token_key **own)
{
	const struct public_key *key;

	*own = NULL;
	if (jwt->algorithm == JWT_HS256) {
		*own = jwt->key_id ? token_keys_find(trust->keys, jwt->key_id) : NULL;
		return *own && is_ours(*own, jwt);
	}
	key = trust->issuer_keys ? jwks_find(trust->issuer_keys, jwt->algorithm, jwt->key_id)
				 : NULL;
	return key && public_key_verifies(key, jwt->signed_part, jwt->signed_length, jwt->signature,
					  jwt->signature_length);
}

static bool is_for(const struct jwt *jwt, const char *service)
{
	for (size_t i = 0; i < jwt->audience_count; i++)
		if (strcmp(jwt->audiences[i], service) == 0)
			return true;
	return false;
}

/* Is the password that it was got by still the same? */
static bool holds(struct arena *arena, const struct token_trust *trust, const struct jwt *jwt,
		  const struct token_key *own)
{
	const char *hash;

	if (!own || !jwt->mark)
		return true;
	hash = trust->users && jwt->subject ? htpasswd_find(trust->users, jwt->subject) : NULL;
	return hash && strcmp(mark_of(arena, own, hash), jwt->mark) == 0;
}

static const char *judge(struct arena *arena, const struct token_trust *trust,
			 const struct jwt *jwt, const struct token_key *own)
{
	const char *issuer = own ? own_issuer : trust->issuer;

	if (!jwt->issuer || !issuer || strcmp(jwt->issuer, issuer) != 0)
		return "it is from another issuer";
	if (!is_for(jwt, trust->service))
		return "it is for another service";
	if (jwt->expires + TOKEN_LEEWAY_SECONDS <= trust->now)
		return "it has expired";
	if (jwt->not_before > trust->now + TOKEN_LEEWAY_SECONDS)
		return "it is not valid yet";
	if (jwt->subject && *jwt->subject && !user_valid(jwt->subject))
		return "its subject cannot be a user";
	if (!holds(arena, trust, jwt, own))
		return "its user is gone, or has another password";
	return NULL;
}

bool token_read(struct arena *arena, const struct token_trust *trust, const char *text,
		size_t length, struct token *token, const char **reason)
{
	const struct token_key *own;
	struct jwt jwt;

	if (!jwt_open(arena, text, length, &jwt, reason))
		return false;
	*reason = "it is signed by nobody who is trusted here";
	if (!verify(trust, &jwt, &own) || !jwt_read_claims(arena, &jwt, reason))
		return false;
	*reason = judge(arena, trust, &jwt, own);
	*token = (struct token){
		.user = jwt.subject && *jwt.subject ? jwt.subject : NULL,
		.is_foreign = !own,
		.grants = jwt.grants,
		.grant_count = jwt.grant_count,
	};
	return !*reason;
}

static bool has_action(const struct jwt_grant *grant, const char *action)
{
	for (size_t i = 0; i < grant->action_count; i++)
		if (strcmp(grant->actions[i], action) == 0 || strcmp(grant->actions[i], "*") == 0)
			return true;
	return false;
}

bool token_covers(const struct token *token, enum right right, const char *name)
{
	const char *type = name ? "repository" : "registry";

	for (size_t i = 0; i < token->grant_count; i++)
		if (strcmp(token->grants[i].type, type) == 0 &&
		    strcmp(token->grants[i].name, name ? name : "catalog") == 0 &&
		    has_action(&token->grants[i], right_name(right)))
			return true;
	return false;
}

static void add_part(struct text *token, const struct text *json)
{
	base64_encode(token, BASE64_URL, json->bytes, json->length);
}

static void add_claims(struct text *json, const struct token_key *key,
		       const struct token_claims *claims)
{
	text_add_format(json, "{\"iss\":\"%s\",\"sub\":", own_issuer);
	text_add_json(json, claims->user ? claims->user : "");
	text_add(json, ",\"aud\":");
	text_add_json(json, claims->service);
	text_add_format(json, ",\"exp\":%lld,\"nbf\":%lld,\"iat\":%lld,\"jti\":\"%s\"",
			(long long)claims->now + claims->seconds, (long long)claims->now,
			(long long)claims->now, file_unique(json->arena));
	if (claims->hash)
		text_add_format(json, ",\"mark\":\"%s\"", mark_of(json->arena, key, claims->hash));
	text_add_format(json, ",\"access\":%s}", claims->access);
}

const char *token_issue(struct arena *arena, const struct token_key *key,
			const struct token_claims *claims)
{
	unsigned char mac[HASH_MAC_BYTES];
	struct text token, json;

	text_init(&token, arena);
	text_init(&json, arena);
	text_add(&json, "{\"typ\":\"JWT\",\"alg\":\"HS256\",\"kid\":");
	text_add_json(&json, key->name);
	text_add(&json, "}");
	add_part(&token, &json);
	text_add(&token, ".");
	text_init(&json, arena);
	add_claims(&json, key, claims);
	add_part(&token, &json);
	hash_mac(key->secret, strlen(key->secret), token.bytes, token.length, mac);
	text_add(&token, ".");
	base64_encode(&token, BASE64_URL, mac, sizeof(mac));
	return token.bytes;
}
