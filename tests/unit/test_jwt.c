/* test_jwt.c - jwt.h
 * SPDX-License-Identifier: ISC */
#include "jwt.h"

#include <stdlib.h>

#include "arena.h"
#include "base64.h"
#include "tap.h"
#include "text.h"

static struct arena arena;

/* The three parts, encoded; no signature is looked at here. */
static const char *token_of(const char *header, const char *claims)
{
	struct text text;

	text_init(&text, &arena);
	base64_encode(&text, BASE64_URL, header, strlen(header));
	text_add(&text, ".");
	base64_encode(&text, BASE64_URL, claims, strlen(claims));
	text_add(&text, ".c2ln");
	return text.bytes;
}

static bool open_token(const char *token, struct jwt *jwt, const char **reason)
{
	return jwt_open(&arena, token, strlen(token), jwt, reason);
}

static const struct {
	const char *header;
	bool good;
} headers[] = {
	{ "{\"alg\":\"HS256\"}", true },
	{ "{\"alg\":\"RS256\",\"kid\":\"1\"}", true },
	{ "{\"typ\":\"JWT\",\"alg\":\"ES256\"}", true },
	{ " { \"alg\" : \"HS256\" } ", true },
	{ "{\"alg\":\"\\u0048S256\"}", true },
	{ "{\"alg\":\"none\"}", false },
	{ "{\"alg\":\"None\"}", false },
	{ "{\"alg\":\"NONE\"}", false },
	{ "{\"alg\":\"\"}", false },
	{ "{\"alg\":null}", false },
	{ "{\"alg\":1}", false },
	{ "{\"alg\":[\"HS256\"]}", false },
	{ "{\"alg\":\"hs256\"}", false },
	{ "{\"alg\":\"HS512\"}", false },
	{ "{\"alg\":\"PS256\"}", false },
	{ "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", false },
	{ "{\"alg\":\"HS256\",\"crit\":null}", false },
	{ "{\"alg\":\"HS256\",\"alg\":\"none\"}", false },
	{ "{\"alg\":\"none\",\"alg\":\"HS256\"}", false },
	{ "{\"alg\":\"HS256\",\"\\u0061lg\":\"none\"}", false },
	{ "{\"Alg\":\"HS256\"}", false },
	{ "{}", false },
	{ "[]", false },
	{ "\"HS256\"", false },
	{ "", false },
	{ "{\"alg\":\"HS256\"", false },
	{ "{\"alg\":\"HS256\"}}", false },
	{ "{\"alg\":\"HS256\\u0000\"}", false },
};

static const struct {
	const char *token;
	bool good;
} forms[] = {
	{ "eyJhbGciOiJIUzI1NiJ9.e30.c2ln", true },
	{ "eyJhbGciOiJIUzI1NiJ9.e30.", true }, /* no signature is none that verifies */
	{ "eyJhbGciOiJIUzI1NiJ9..c2ln", true },
	{ "", false },
	{ ".", false },
	{ "..", false },
	{ "...", false },
	{ "eyJhbGciOiJIUzI1NiJ9", false },
	{ "eyJhbGciOiJIUzI1NiJ9.e30", false },
	{ "eyJhbGciOiJIUzI1NiJ9.e30.c2ln.c2ln", false },
	{ "eyJhbGciOiJIUzI1NiJ9.e30.c2ln.", false },
	{ ".e30.c2ln", false },
	{ "eyJhbGciOiJIUzI1NiJ9.e30=.c2ln", false },
	{ "eyJhbGciOiJIUzI1NiJ9.e30.c2l+", false },
	{ "eyJhbGciOiJIUzI1NiJ9.e30.c2l/", false },
	{ "eyJhbGciOiJIUzI1NiJ9.e3.c2ln", false },
	{ "eyJhbGciOiJIUzI1NiJ9.e.c2ln", false },
	{ " eyJhbGciOiJIUzI1NiJ9.e30.c2ln", false },
	{ "eyJhbGciOiJIUzI1NiJ9.e30.c2ln ", false },
	{ "eyJhbGciOiJIUzI1NiJ9\n.e30.c2ln", false },
};

#define EXP "\"exp\":1"

static const struct {
	const char *claims;
	bool good;
} claims[] = {
	{ "{" EXP "}", true },
	{ "{" EXP ",\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"a\",\"nbf\":1,\"iat\":1,\"jti\":\"x\"}",
	  true },
	{ "{" EXP ",\"aud\":[\"a\",\"b\"]}", true },
	{ "{" EXP ",\"aud\":[]}", true },
	{ "{" EXP ",\"aud\":null}", true },
	{ "{" EXP ",\"access\":[]}", true },
	{ "{" EXP ",\"access\":null}", true },
	{ "{" EXP ",\"access\":[{\"type\":\"t\",\"name\":\"n\",\"actions\":[\"pull\"]}]}", true },
	{ "{" EXP ",\"access\":[{\"type\":\"t\",\"name\":\"n\",\"actions\":[]}]}", true },
	{ "{" EXP ",\"access\":[{\"type\":\"t\",\"name\":\"n\"}]}", true },
	{ "{\"exp\":1.5}", true },
	{ "{\"exp\":-1}", true },
	{ "{" EXP ",\"other\":{\"a\":[1,2]}}", true },
	{ "{}", false },
	{ "[]", false },
	{ "", false },
	{ "7", false },
	{ "{" EXP, false },
	{ "{" EXP ",\"exp\":9}", false },
	{ "{\"exp\":null}", false },
	{ "{\"exp\":\"1\"}", false },
	{ "{\"exp\":true}", false },
	{ "{\"exp\":1e99}", false },
	{ "{\"exp\":99999999999999999999}", false },
	{ "{" EXP ",\"nbf\":\"1\"}", false },
	{ "{" EXP ",\"nbf\":null}", false },
	{ "{" EXP ",\"iat\":{}}", false },
	{ "{" EXP ",\"iss\":1}", false },
	{ "{" EXP ",\"iss\":null}", false },
	{ "{" EXP ",\"sub\":[\"a\"]}", false },
	{ "{" EXP ",\"sub\":\"a\\u0000b\"}", false },
	{ "{" EXP ",\"mark\":1}", false },
	{ "{" EXP ",\"aud\":1}", false },
	{ "{" EXP ",\"aud\":[1]}", false },
	{ "{" EXP ",\"aud\":{\"a\":1}}", false },
	{ "{" EXP ",\"access\":{}}", false },
	{ "{" EXP ",\"access\":[[]]}", false },
	{ "{" EXP ",\"access\":[null]}", false },
	{ "{" EXP ",\"access\":[{\"type\":\"t\"}]}", false },
	{ "{" EXP ",\"access\":[{\"type\":\"t\",\"name\":1,\"actions\":[]}]}", false },
	{ "{" EXP ",\"access\":[{\"type\":1,\"name\":\"n\",\"actions\":[]}]}", false },
	{ "{" EXP ",\"access\":[{\"type\":\"t\",\"name\":\"n\",\"actions\":[1]}]}", false },
	{ "{" EXP ",\"access\":[{\"type\":\"t\",\"name\":\"n\",\"actions\":{}}]}", false },
};

static void test_values(void)
{
	const char *reason, *token = token_of(
		"{\"alg\":\"ES256\",\"kid\":\"k\\u00e9\"}",
		"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":[\"a\",\"b\"],\"exp\":10,\"nbf\":2,\"iat\":3,"
		"\"mark\":\"m\",\"access\":[{\"type\":\"repository\",\"name\":\"a/b\",\"actions\":"
		"[\"pull\",\"push\"]},{\"type\":\"registry\",\"name\":\"catalog\",\"actions\":\"*\"}]}");
	struct jwt jwt;

	ok(open_token(token, &jwt, &reason) && jwt_read_claims(&arena, &jwt, &reason), "a token");
	is_number(jwt.algorithm, JWT_ES256, "its algorithm");
	is_text(jwt.key_id, "k\xc3\xa9", "its key");
	is_text(arena_copy(&arena, jwt.signature, jwt.signature_length), "sig", "its signature");
	is_text(arena_copy(&arena, jwt.signed_part, jwt.signed_length),
		arena_copy(&arena, token, strlen(token) - 5), "what that is on");
	is_text(jwt.issuer, "i", "its issuer");
	is_text(jwt.subject, "s", "its subject");
	is_text(jwt.mark, "m", "its mark");
	ok(jwt.audience_count == 2 && strcmp(jwt.audiences[1], "b") == 0, "its audience");
	ok(jwt.expires == 10 && jwt.not_before == 2 && jwt.issued == 3, "its times");
	is_number((long long)jwt.grant_count, 2, "its grants");
	is_text(jwt.grants[0].name, "a/b", "the first");
	ok(jwt.grants[0].action_count == 2 && strcmp(jwt.grants[0].actions[1], "push") == 0,
	   "with two actions");
	ok(jwt.grants[1].action_count == 1 && strcmp(jwt.grants[1].actions[0], "*") == 0,
	   "the second, with an action that is no list");
	token = token_of("{\"alg\":\"HS256\"}", "{" EXP "}");
	ok(open_token(token, &jwt, &reason) && jwt_read_claims(&arena, &jwt, &reason) &&
	   !jwt.key_id && !jwt.issuer && !jwt.subject && !jwt.mark && !jwt.audience_count &&
	   !jwt.grant_count && jwt.not_before == INT64_MIN, "what is absent is nothing");
}

static void test_many(void)
{
	static const char grant[] = "{\"type\":\"t\",\"name\":\"n\"}";
	struct jwt jwt;
	const char *reason;
	struct text text;
	char *token = arena_alloc(&arena, JWT_BYTES_MAX + 2);

	for (unsigned count = 127; count <= 129; count++) {
		text_init(&text, &arena);
		for (unsigned i = 0; i < count; i++)
			text_add_format(&text, "%s%s", i ? "," : "{" EXP ",\"access\":[", grant);
		text_add(&text, "]}");
		ok(open_token(token_of("{\"alg\":\"HS256\"}", text.bytes), &jwt, &reason) &&
			   jwt_read_claims(&arena, &jwt, &reason) == (count <= JWT_GRANTS_MAX),
		   "%u grants", count);
	}
	memset(token, 'A', JWT_BYTES_MAX + 1);
	memcpy(token, "eyJhbGciOiJIUzI1NiJ9.e30.", 25);
	ok(!open_token(token, &jwt, &reason), "a token that is too long");
	is_text(reason, "it is longer than a token may be", "is not read");
	memset(token, '.', JWT_BYTES_MAX);
	token[JWT_BYTES_MAX] = '\0';
	ok(!open_token(token, &jwt, &reason), "many dots");
}

int main(void)
{
	struct jwt jwt;
	const char *reason;

	arena_init(&arena);
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		ok(open_token(token_of(headers[i].header, "{}"), &jwt, &reason) ==
			   headers[i].good, "header %s", headers[i].header);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		ok(open_token(forms[i].token, &jwt, &reason) == forms[i].good, "token '%s'",
		   forms[i].token);
	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++)
		ok(open_token(token_of("{\"alg\":\"HS256\"}", claims[i].claims), &jwt, &reason) &&
			   jwt_read_claims(&arena, &jwt, &reason) == claims[i].good,
		   "claims %s", claims[i].claims);
	test_values();
	test_many();
	arena_reset(&arena);
	return done_testing();
}
