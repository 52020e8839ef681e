/* login.c - fuzz target: the Authorization header, bearer tokens, and what they are asked
 * for.  The input is a header, and a form; or, where it begins with a star, the two
 * JSON parts of a token, a NUL between them: encoded, they would never be reached
 * SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <string.h>

#include "arena.h"
#include "base64.h"
#include "credentials.h"
#include "form.h"
#include "fuzz.h"
#include "jwt.h"
#include "name.h"
#include "scope.h"
#include "text.h"

static const char *encode(struct arena *arena, const char *text)
{
	struct text encoded;

	text_init(&encoded, arena);
	base64_encode(&encoded, BASE64_URL, text, strlen(text));
	return encoded.bytes;
}

static void check_claims(const struct jwt *jwt)
{
	must(jwt->grant_count <= JWT_GRANTS_MAX && jwt->audience_count <= JWT_AUDIENCES_MAX);
	for (size_t i = 0; i < jwt->audience_count; i++)
		must(jwt->audiences[i]);
	for (size_t i = 0; i < jwt->grant_count; i++) {
		must(jwt->grants[i].type && jwt->grants[i].name);
		for (size_t j = 0; j < jwt->grants[i].action_count; j++)
			must(jwt->grants[i].actions[j]);
	}
}

static void test_token(struct arena *arena, const char *token, size_t length)
{
	struct jwt jwt;
	const char *reason = NULL;

	if (!jwt_open(arena, token, length, &jwt, &reason)) {
		must(reason);
		return;
	}
	must(length <= JWT_BYTES_MAX && jwt.algorithm < JWT_ALGORITHM_COUNT);
	must(jwt.signed_length < length && memcmp(jwt.signed_part, token, jwt.signed_length) == 0);
	must(token[jwt.signed_length] == '.');
	if (jwt_read_claims(arena, &jwt, &reason))
		check_claims(&jwt);
	else
		must(reason);
}

static void test_header(struct arena *arena, const char *header)
{
	struct credentials credentials = credentials_parse(arena, header);

	if (credentials.scheme == CREDENTIALS_BASIC)
		must(credentials.user && credentials.password && !strchr(credentials.user, ':'));
	if (credentials.scheme != CREDENTIALS_BEARER)
		return;
	must(credentials.token && credentials.token_length);
	must(credentials.token_length <= strlen(header));
	test_token(arena, credentials.token, credentials.token_length);
}

static bool test_parameter(const char *name, const char *value, void *context)
{
	struct scope scope;

	must(name && value);
	if (scope_parse(context, value, strlen(value), &scope))
		must(!scope.name || name_valid(scope.name));
	return true;
}

int fuzz_login(const uint8_t *bytes, size_t length)
{
	struct fuzz_input input;
	struct arena arena;
	const char *header, *rest;

	arena_init(&arena);
	fuzz_begin(&input, bytes, length);
	header = fuzz_take(&input);
	rest = fuzz_take(&input);
	if (*header == '*') {
		header = arena_printf(&arena, "Bearer %s.%s.%s", encode(&arena, header + 1),
				      encode(&arena, rest), encode(&arena, "signature"));
		rest = "";
	}
	test_header(&arena, header);
	form_each(&arena, rest, test_parameter, &arena);
	arena_reset(&arena);
	fuzz_end(&input);
	return 0;
}
