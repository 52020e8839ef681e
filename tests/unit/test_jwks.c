/* test_jwks.c - jwks.h and public_key.h
 * SPDX-License-Identifier: ISC */
#include "jwks.h"

#include <stdlib.h>

#include "arena.h"
#include "base64.h"
#include "foreign_tokens.h"
#include "public_key.h"
#include "scratch.h"
#include "tap.h"

static struct arena arena;
static const char *said;

static const struct jwks *parse(const char *text)
{
	const struct jwks *keys;

	scratch_listen();
	keys = jwks_parse(&arena, "/etc/jwks", text);
	said = scratch_said();
	return keys;
}

static bool verifies(const struct public_key *key, const char *text, const char *signature)
{
	size_t size;
	const char *bytes = base64_decode(&arena, BASE64_URL, signature, strlen(signature), &size);

	return key && bytes && public_key_verifies(key, text, strlen(text), bytes, size);
}

/* Every bit of a signature counts. */
static bool refuses_changes(const struct public_key *key, const char *signature)
{
	size_t size;
	char *bytes = base64_decode(&arena, BASE64_URL, signature, strlen(signature), &size);
	bool refuses = true;

	for (size_t i = 0; i < 8 * size; i += 7) {
		bytes[i / 8] = (char)(bytes[i / 8] ^ 1 << i % 8);
		refuses = refuses && !public_key_verifies(key, "signed", 6, bytes, size);
		bytes[i / 8] = (char)(bytes[i / 8] ^ 1 << i % 8);
	}
	return refuses && public_key_verifies(key, "signed", 6, bytes, size) &&
	       !public_key_verifies(key, "signed", 6, bytes, size - 1) &&
	       !public_key_verifies(key, "signed", 6, "", 0);
}

static void test_signatures(void)
{
	static const char zero[64];
	const struct jwks *keys = parse(JWKS);
	const struct public_key *rsa, *ec;

	if (!ok(keys != NULL, "a key set"))
		return;
	rsa = jwks_find(keys, JWT_RS256, "rsa");
	ec = jwks_find(keys, JWT_ES256, "ec");
	ok(verifies(rsa, "signed", signed_by_rsa), "a signature by RSA");
	ok(verifies(ec, "signed", signed_by_ec), "a signature by P-256");
	ok(!verifies(rsa, "Signed", signed_by_rsa), "of something else");
	ok(!verifies(ec, "Signed", signed_by_ec), "of something else");
	ok(!verifies(rsa, "signed", signed_by_ec), "by another key");
	ok(!verifies(ec, "signed", signed_by_rsa), "by another key");
	ok(refuses_changes(rsa, signed_by_rsa), "RSA: no changed signature");
	ok(refuses_changes(ec, signed_by_ec), "P-256: no changed signature");
	ok(!public_key_verifies(ec, "signed", 6, zero, 64), "zeros sign nothing");
}

static void test_find(void)
{
	const struct jwks *keys = parse(JWKS);

	ok(jwks_find(keys, JWT_RS256, NULL) != NULL, "the only key needs no name");
	ok(!jwks_find(keys, JWT_RS256, "ec"), "a key is for its own algorithm");
	ok(!jwks_find(keys, JWT_ES256, "rsa"), "either of them");
	ok(!jwks_find(keys, JWT_HS256, "rsa") && !jwks_find(keys, JWT_HS256, NULL),
	   "and none is a secret");
	ok(!jwks_find(keys, JWT_RS256, ""), "no key has no name");
	keys = parse("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"1\",\"x\":\"" EC_X
		     "\",\"y\":\"" EC_Y "\"},{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"2\","
		     "\"x\":\"" EC_X "\",\"y\":\"" EC_Y "\"}]}");
	ok(keys && !jwks_find(keys, JWT_ES256, NULL), "of two keys one must be named");
	ok(keys && jwks_find(keys, JWT_ES256, "1") && jwks_find(keys, JWT_ES256, "2"),
	   "and then each is found");
}

#define EC(members) "{\"keys\":[{\"kty\":\"EC\"," members "}]}"
#define RSA(members) "{\"keys\":[{\"kty\":\"RSA\"," members "}]}"
#define POINT "\"crv\":\"P-256\",\"x\":\"" EC_X "\",\"y\":\"" EC_Y "\""
#define NUMBERS "\"n\":\"" RSA_N "\",\"e\":\"AQAB\""

static const struct {
	const char *text;
	bool good;
} files[] = {
	{ EC(POINT), true },
	{ RSA(NUMBERS), true },
	{ EC(POINT ",\"use\":\"sig\",\"alg\":\"ES256\",\"key_ops\":[\"verify\"]"), true },
	{ "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"},{\"kty\":\"EC\"," POINT "}]}", true },
	{ "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"AA\",\"y\":\"AA\"},"
	  "{\"kty\":\"EC\"," POINT "}]}", true },
	{ "{\"keys\":[7,null,{\"kty\":\"EC\"," POINT "}]}", true },
	{ "", false },
	{ "{}", false },
	{ "[]", false },
	{ "null", false },
	{ "{\"keys\":{}}", false },
	{ "{\"keys\":[]}", false },
	{ "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}", false },
	{ EC(POINT ",\"use\":\"enc\""), false },
	{ EC(POINT ",\"alg\":\"ES384\""), false },
	{ EC("\"crv\":\"P-256\",\"x\":\"" EC_X "\""), false },
	{ EC("\"crv\":\"P-256\",\"x\":\"" EC_X "\",\"y\":\"" EC_X "\""), false }, /* no point */
	{ EC("\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\""), false },
	{ EC("\"crv\":\"P-256\",\"x\":\"" EC_X "=\",\"y\":\"" EC_Y "=\""), false },
	{ EC("\"crv\":\"P-256\",\"x\":7,\"y\":[]"), false },
	{ RSA("\"n\":\"" RSA_N "\""), false },
	{ RSA("\"n\":\"" RSA_N "\",\"e\":\"AQ\""), false },     /* 1 */
	{ RSA("\"n\":\"" RSA_N "\",\"e\":\"AQAA\""), false },   /* even */
	{ RSA("\"n\":\"" RSA_N "\",\"e\":\"\""), false },
	{ RSA("\"n\":\"\",\"e\":\"AQAB\""), false },
	{ EC(POINT) " ", true },
	{ EC(POINT) "x", false },
	{ EC(POINT ",\"kty\":\"EC\""), false }, /* twice */
};

/* The first bits of the modulus, which is odd enough. */
static void test_short(void)
{
	static const struct {
		int letters;
		bool good;
	} cases[] = { { 172, false }, { 336, false }, { 340, false }, { 342, true } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ok(!parse(arena_printf(&arena, "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"%.*s\","
				       "\"e\":\"AQAB\"}]}", cases[i].letters, RSA_N)) ==
			   !cases[i].good, "an RSA key of %d bits", cases[i].letters * 6);
}

int main(void)
{
	scratch_make();
	arena_init(&arena);
	test_signatures();
	test_find();
	test_short();
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		ok(!parse(files[i].text) == !files[i].good, "set %zu: %.60s", i, files[i].text);
		ok(files[i].good ? !*said : strncmp(strchr(said, ' '), " /etc/jwks:", 11) == 0,
		   "what is wrong is said: %s", said);
	}
	arena_reset(&arena);
	scratch_remove();
	return done_testing();
}
