/* test_token.c - token.h
 * SPDX-License-Identifier: ISC */
#include "token.h"

#include <stdlib.h>

#include "arena.h"
#include "base64.h"
#include "foreign_tokens.h"
#include "hash.h"
#include "htpasswd.h"
#include "jwks.h"
#include "tap.h"
#include "text.h"
#include "token_keys.h"

#define HASH_ALICE "$5$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA"
#define HASH_BOB "$5$saltsalt$peCIf/aMQFeNmV6rqOkX/YcYB7S/s75QcIDS9BqabiB"

enum { NOW = 1500 };

static struct arena arena;
static const struct token_key old_key = {
	"old", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", NULL
};
static const struct token_key key = {
	"new", "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", &old_key
};
static const struct token_key other_key = {
	"new", "fe112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", NULL
};
static struct token_trust trust;

static const char *check(const char *text, struct token *token)
{
	const char *reason = NULL;

	return token_read(&arena, &trust, text, strlen(text), token, &reason) ? NULL : reason;
}

/* A token with this header and these claims, signed as ours are. */
static const char *sign(const struct token_key *by, const char *header, const char *claims)
{
	unsigned char mac[HASH_MAC_BYTES];
	struct text text;

	text_init(&text, &arena);
	base64_encode(&text, BASE64_URL, header, strlen(header));
	text_add(&text, ".");
	base64_encode(&text, BASE64_URL, claims, strlen(claims));
	hash_mac(by->secret, strlen(by->secret), text.bytes, text.length, mac);
	text_add(&text, ".");
	base64_encode(&text, BASE64_URL, mac, sizeof(mac));
	return text.bytes;
}

#define HEADER "{\"alg\":\"HS256\",\"kid\":\"new\"}"
#define CLAIMS(sub, aud, exp, nbf, more) \
	"{\"iss\":\"hythe\",\"sub\":" sub ",\"aud\":" aud ",\"exp\":" exp ",\"nbf\":" nbf more "}"
#define AUD "\"registry.example\""

static const struct {
	const struct token_key *by;
	const char *header, *claims;
	const char *reason; /* NULL: good */
} ours[] = {
	{ &key, HEADER, CLAIMS("\"alice\"", AUD, "1600", "1400", ""), NULL },
	{ &old_key, "{\"alg\":\"HS256\",\"kid\":\"old\"}",
	  CLAIMS("\"alice\"", AUD, "1600", "1400", ""), NULL },
	{ &key, HEADER, CLAIMS("\"\"", AUD, "1600", "1400", ""), NULL },
	{ &key, HEADER, CLAIMS("\"alice\"", "[\"x\"," AUD "]", "1600", "1400", ""), NULL },
	{ &key, HEADER, CLAIMS("\"alice\"", AUD, "1441", "1400", ""), NULL },
	{ &key, HEADER, CLAIMS("\"alice\"", AUD, "1440", "1400", ""), "it has expired" },
	{ &key, HEADER, CLAIMS("\"alice\"", AUD, "0", "0", ""), "it has expired" },
	{ &key, HEADER, CLAIMS("\"alice\"", AUD, "-1e15", "0", ""), "it has expired" },
	{ &key, HEADER, CLAIMS("\"alice\"", AUD, "1600", "1560", ""), NULL },
	{ &key, HEADER, CLAIMS("\"alice\"", AUD, "1600", "1561", ""), "it is not valid yet" },
	{ &key, HEADER, CLAIMS("\"alice\"", "\"other\"", "1600", "1400", ""),
	  "it is for another service" },
	{ &key, HEADER, CLAIMS("\"alice\"", "[]", "1600", "1400", ""),
	  "it is for another service" },
	{ &key, HEADER, "{\"iss\":\"hythe\",\"exp\":1600}", "it is for another service" },
	{ &key, HEADER, "{\"iss\":\"other\",\"aud\":" AUD ",\"exp\":1600}",
	  "it is from another issuer" },
	{ &key, HEADER, "{\"iss\":\"https://other.example\",\"aud\":" AUD ",\"exp\":1600}",
	  "it is from another issuer" },
	{ &key, HEADER, "{\"aud\":" AUD ",\"exp\":1600}", "it is from another issuer" },
	{ &key, HEADER, CLAIMS("\"*\"", AUD, "1600", "1400", ""), "its subject cannot be a user" },
	{ &key, HEADER, CLAIMS("\"a b\"", AUD, "1600", "1400", ""),
	  "its subject cannot be a user" },
	{ &key, HEADER, CLAIMS("\"alice\"", AUD, "1600", "1400", ",\"mark\":\"x\""),
	  "its user is gone, or has another password" },
	{ &other_key, HEADER, CLAIMS("\"alice\"", AUD, "1600", "1400", ""),
	  "it is signed by nobody who is trusted here" },
	{ &old_key, HEADER, CLAIMS("\"alice\"", AUD, "1600", "1400", ""),
	  "it is signed by nobody who is trusted here" },
	{ &key, "{\"alg\":\"HS256\"}", CLAIMS("\"alice\"", AUD, "1600", "1400", ""),
	  "it is signed by nobody who is trusted here" },
	{ &key, "{\"alg\":\"HS256\",\"kid\":\"none\"}",
	  CLAIMS("\"alice\"", AUD, "1600", "1400", ""),
	  "it is signed by nobody who is trusted here" },
	{ &key, "{\"alg\":\"none\",\"kid\":\"new\"}",
	  CLAIMS("\"alice\"", AUD, "1600", "1400", ""),
	  "its algorithm is none of HS256, RS256, ES256" },
	{ &key, "{\"alg\":\"RS256\",\"kid\":\"rsa\"}",
	  CLAIMS("\"alice\"", AUD, "1600", "1400", ""),
	  "it is signed by nobody who is trusted here" },
	{ &key, HEADER, "{\"exp\":1600,", "its claims are no JSON object" },
};

static void test_ours(void)
{
	struct token token;

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		const char *text = sign(ours[i].by, ours[i].header, ours[i].claims);

		is_text(check(text, &token), ours[i].reason, ours[i].claims);
		if (!ours[i].reason)
			ok(!token.is_foreign, "it is ours");
	}
}

/* Whoever knows a public key must not be able to sign with it. */
static void test_confusion(void)
{
	static const char pem[] = RSA_PEM, modulus[] = RSA_N, point[] = EC_X EC_Y;
	static const char *const secrets[] = { pem, modulus, point, "", "rsa" };
	static const char *const headers[] = {
		"{\"alg\":\"HS256\",\"kid\":\"rsa\"}", "{\"alg\":\"HS256\",\"kid\":\"ec\"}",
		"{\"alg\":\"HS256\",\"kid\":\"new\"}", "{\"alg\":\"HS256\"}",
		"{\"alg\":\"HS256\",\"kid\":\"\"}",
		"{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"\"}}",
	};
	static const char claims[] = "{\"iss\":\"https://other.example\",\"sub\":\"carol\",\"aud\":"
				     AUD ",\"exp\":1600}";
	struct token token;

	for (size_t i = 0; i < sizeof(secrets) / sizeof(*secrets); i++)
		for (size_t k = 0; k < sizeof(headers) / sizeof(*headers); k++) {
			struct token_key by = { "x", secrets[i], NULL };

			ok(check(sign(&by, headers[k], claims), &token) != NULL,
			   "secret %zu, header %s", i, headers[k]);
		}
}

static void test_foreign(void)
{
	static const struct {
		const char *text, *user, *reason;
	} cases[] = {
		{ rs256, "carol", NULL },
		{ es256, "carol", NULL },
		{ es256_no_kid, "carol", NULL },
		{ es256_list, "carol", NULL },
		{ es256_anonymous, NULL, NULL },
		{ es256_mark, "carol", NULL },
		{ es256_issuer, NULL, "it is from another issuer" },
		{ es256_service, NULL, "it is for another service" },
		{ es256_crit, NULL, "its header asks for what is not known here" },
	};
	struct token token;
	struct token_trust usual = trust;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		is_text(check(cases[i].text, &token), cases[i].reason, "another issuer's token");
		if (cases[i].reason)
			continue;
		is_text(token.user, cases[i].user, "its user");
		ok(token.is_foreign && token_covers(&token, RIGHT_PULL, "a/b") &&
		   !token_covers(&token, RIGHT_PUSH, "a/b"), "what it covers");
	}
	trust.now = 2060;
	is_text(check(rs256, &token), "it has expired", "later");
	trust.now = 939;
	is_text(check(rs256, &token), "it is not valid yet", "earlier");
	trust = usual;
	trust.issuer_keys = NULL;
	ok(check(rs256, &token) != NULL, "nobody's without keys");
	trust = usual;
	trust.issuer = NULL;
	ok(check(rs256, &token) != NULL, "nobody's without an issuer");
	trust = usual;
	trust.keys = NULL;
	is_text(check(rs256, &token), NULL, "ours are not needed for it");
	ok(check(sign(&key, HEADER, ours[0].claims), &token) != NULL, "but for ours");
	trust = usual;
}

static void test_issue(void)
{
	struct token_claims claims = {
		.service = "registry.example", .user = "alice", .hash = HASH_ALICE,
		.access = "[{\"type\":\"repository\",\"name\":\"a/b\",\"actions\":[\"pull\",\"push\"]},"
			  "{\"type\":\"registry\",\"name\":\"catalog\",\"actions\":[\"*\"]}]",
		.now = NOW, .seconds = 300,
	};
	const struct htpasswd *users = trust.users;
	const char *text = token_issue(&arena, &key, &claims), *again;
	struct token token;

	is_text(check(text, &token), NULL, "a token that was issued");
	is_text(token.user, "alice", "to whom");
	ok(token_covers(&token, RIGHT_PULL, "a/b") && token_covers(&token, RIGHT_PUSH, "a/b") &&
	   token_covers(&token, RIGHT_CATALOG, NULL), "for what");
	ok(!token_covers(&token, RIGHT_DELETE, "a/b") && !token_covers(&token, RIGHT_PULL, "a") &&
	   !token_covers(&token, RIGHT_PULL, "a/b/c") &&
	   !token_covers(&token, RIGHT_PULL, "catalog") &&
	   !token_covers(&token, RIGHT_CATALOG, "a/b"), "and for what not");
	again = token_issue(&arena, &key, &claims);
	ok(strcmp(text, again) != 0, "no two are the same");
	trust.now = NOW + 359;
	is_text(check(text, &token), NULL, "it lasts as long as it says, and a minute");
	trust.now = NOW + 360;
	is_text(check(text, &token), "it has expired", "and no longer");
	trust.now = NOW;
	trust.users = htpasswd_parse(&arena, "x", arena_printf(&arena, "alice:%s\n", HASH_BOB));
	ok(check(text, &token) != NULL, "another password ends it");
	trust.users = htpasswd_parse(&arena, "x", arena_printf(&arena, "bob:%s\n", HASH_ALICE));
	ok(check(text, &token) != NULL, "and so does the end of the user");
	trust.users = NULL;
	ok(check(text, &token) != NULL, "and of all users");
	claims.hash = NULL;
	is_text(check(token_issue(&arena, &key, &claims), &token), NULL,
		"but not where there was no password");
	claims.user = NULL;
	is_text(check(token_issue(&arena, &key, &claims), &token), NULL, "a token for nobody");
	ok(!token.user, "has no user");
	trust.users = users;
}

/* Changes of every kind; what the next one is comes from `step`, so every run is
 * the same. */
static uint32_t step = 1;

static uint32_t next(uint32_t below)
{
	step = step * 1664525 + 1013904223;
	return (step >> 8) % below;
}

static const char *change(const char *text)
{
	static const char characters[] = "ABCxyz019-_.=+/{}[]\",: \x01\x7f\xff";
	size_t length = strlen(text);
	char *changed = arena_alloc(&arena, 2 * length + 2);
	size_t at = length ? next((uint32_t)length) : 0;

	strcpy(changed, text);
	switch (next(6)) {
	case 0:
		changed[at] = (char)(changed[at] ^ 1 << next(7));
		break;
	case 1:
		changed[at] = characters[next(sizeof(characters) - 1)];
		break;
	case 2:
		memmove(changed + at, changed + at + 1, length - at);
		break;
	case 3:
		memmove(changed + at + 1, text + at, length - at + 1);
		changed[at] = characters[next(sizeof(characters) - 1)];
		break;
	case 4:
		changed[at] = '\0';
		break;
	default:
		strcpy(changed + length, text + at);
		break;
	}
	return changed;
}

/* What the text says is changed, and signed: only what a real signer could have
 * meant may come of it, and nothing may break. */
static void test_changed_claims(void)
{
	struct token token;
	unsigned good = 0;

	for (int i = 0; i < 20000; i++) {
		const char *header = HEADER, *claims = CLAIMS("\"alice\"", AUD, "1600", "1400",
			",\"access\":[{\"type\":\"repository\",\"name\":\"a\",\"actions\":[\"*\"]}]");

		for (uint32_t times = next(4); times; times--)
			claims = change(claims);
		if (next(8) == 0)
			header = change(header);
		if (!check(sign(&key, header, claims), &token)) {
			good++;
			token_covers(&token, RIGHT_PULL, "a");
		}
		if (i % 100 == 0)
			arena_reset(&arena);
	}
	ok(good > 1000 && good < 20000, "of 20000 changed and signed tokens %u are good", good);
}

static void test_changed_tokens(void)
{
	static const char *const tokens[] = { rs256, es256, NULL };
	struct token token;
	bool refused = true;

	for (int i = 0; i < 6000; i++) {
		const char *good = tokens[i % 30 < 28 ? 2 : i % 30 - 28];
		const char *changed;

		if (!good)
			good = sign(&key, HEADER, ours[0].claims);
		changed = change(good);
		if (strcmp(changed, good) != 0 && !check(changed, &token)) {
			printf("# taken for good: %s\n", changed);
			refused = false;
		}
		if (i % 100 == 0)
			arena_reset(&arena);
	}
	ok(refused, "of 6000 changed tokens none is good");
}

/* Every byte of a good token matters, and so does its end. */
static void test_every_byte(const char *good, const char *name)
{
	size_t length = strlen(good);
	struct token token;
	bool refused = true;

	for (size_t at = 0; at < length; at++) {
		for (int bit = 0; bit < 7; bit += 3) {
			char *changed = arena_copy(&arena, good, length);

			changed[at] = (char)(changed[at] ^ 1 << bit);
			refused = refused && check(changed, &token);
		}
		refused = refused && check(arena_copy(&arena, good, at), &token) &&
			  check(arena_printf(&arena, "%s%c", good, good[at]), &token);
		if (at % 100 == 99)
			arena_reset(&arena);
	}
	ok(length > 100 && refused, "%s: %zu bytes, each changed, cut off, and added", name, length);
}

static void test_random(void)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789-_......";
	struct token token;
	bool refused = true;

	for (int i = 0; i < 50000; i++) {
		char text[300];
		size_t length = next(sizeof(text));

		for (size_t k = 0; k < length; k++)
			text[k] = i % 5 ? letters[next(sizeof(letters) - 1)]
					: (char)(1 + next(255));
		text[length] = '\0';
		refused = refused && check(text, &token);
		if (i % 100 == 99)
			arena_reset(&arena);
	}
	ok(refused, "of 50000 random strings none is good");
}

int main(void)
{
	static struct arena kept;
	const char *good;

	arena_init(&arena);
	arena_init(&kept);
	trust = (struct token_trust){
		.service = "registry.example",
		.keys = &key,
		.users = htpasswd_parse(&kept, "x", arena_printf(&kept, "alice:%s\n", HASH_ALICE)),
		.issuer = "https://other.example",
		.issuer_keys = jwks_parse(&kept, "x", JWKS),
		.now = NOW,
	};
	test_ours();
	test_confusion();
	test_foreign();
	test_issue();
	test_changed_claims();
	test_changed_tokens();
	good = sign(&key, HEADER, ours[0].claims);
	test_every_byte(arena_copy(&kept, good, strlen(good)), "HS256");
	test_every_byte(rs256, "RS256");
	test_every_byte(es256, "ES256");
	test_random();
	arena_reset(&arena);
	arena_reset(&kept);
	return done_testing();
}
