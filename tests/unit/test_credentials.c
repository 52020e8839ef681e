/* test_credentials.c - credentials.h
 * SPDX-License-Identifier: ISC */
#include "credentials.h"

#include <stdlib.h>

#include "arena.h"
#include "tap.h"

#define NONE CREDENTIALS_NONE
#define BASIC CREDENTIALS_BASIC
#define BEARER CREDENTIALS_BEARER
#define OTHER CREDENTIALS_OTHER
#define BAD CREDENTIALS_BAD

static struct arena arena;

static const struct {
	const char *header;
	enum credentials_scheme scheme;
	const char *user, *password, *token;
} cases[] = {
	{ NULL, NONE, NULL, NULL, NULL },
	{ "", NONE, NULL, NULL, NULL },
	{ "Basic Og==", NONE, NULL, NULL, NULL },
	{ "basic Og==", NONE, NULL, NULL, NULL },
	{ "Basic YWxpY2U6c2VjcmV0", BASIC, "alice", "secret", NULL },
	{ "BASIC   YWxpY2U6c2VjcmV0", BASIC, "alice", "secret", NULL },
	{ "Basic YWxpY2U6", BASIC, "alice", "", NULL },
	{ "Basic OnNlY3JldA==", BASIC, "", "secret", NULL },
	{ "Basic YWxpY2U6YTpiOmM=", BASIC, "alice", "a:b:c", NULL },
	{ "Basic w6k6w6k=", BASIC, "\xc3\xa9", "\xc3\xa9", NULL },
	{ "Basic YWxpY2U=", BAD, NULL, NULL, NULL },       /* no colon */
	{ "Basic YTpiAGM=", BAD, NULL, NULL, NULL },       /* a:b NUL c */
	{ "Basic AGE6Yg==", BAD, NULL, NULL, NULL },       /* NUL a:b */
	{ "Basic Og", BAD, NULL, NULL, NULL },
	{ "Basic Oh==", BAD, NULL, NULL, NULL },
	{ "Basic", BAD, NULL, NULL, NULL },
	{ "Basic ", BAD, NULL, NULL, NULL },
	{ "Basic Og== ", BAD, NULL, NULL, NULL },
	{ "Basic Og==, Basic YWxpY2U6c2VjcmV0", BAD, NULL, NULL, NULL },
	{ "Basic YWxpY2U6c2VjcmV0, Basic Og==", BAD, NULL, NULL, NULL },
	{ "Basic YWxpY2U6c2VjcmV0,Bearer abc", BAD, NULL, NULL, NULL },
	{ "Basic,Basic YWxpY2U6c2VjcmV0", BAD, NULL, NULL, NULL },
	{ "Basic\tYWxpY2U6c2VjcmV0", OTHER, NULL, NULL, NULL },
	{ "BasicYWxpY2U6c2VjcmV0", OTHER, NULL, NULL, NULL },
	{ " Basic YWxpY2U6c2VjcmV0", OTHER, NULL, NULL, NULL },
	{ "Bearer a.b.c", BEARER, NULL, NULL, "a.b.c" },
	{ "bearer a.b.c", BEARER, NULL, NULL, "a.b.c" },
	{ "Bearer", BAD, NULL, NULL, NULL },
	{ "Bearer ", BAD, NULL, NULL, NULL },
	{ "Bearer a.b.c, Bearer d.e.f", BAD, NULL, NULL, NULL },
	{ "Bearer a b", BAD, NULL, NULL, NULL },
	{ "Negotiate abc", OTHER, NULL, NULL, NULL },
	{ "Digest username=\"alice\", realm=\"x\"", OTHER, NULL, NULL, NULL },
	{ ", Basic YWxpY2U6c2VjcmV0", OTHER, NULL, NULL, NULL },
};

int main(void)
{
	char large[9000] = "Bearer ";

	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *header = cases[i].header ? cases[i].header : "no header";
		struct credentials got = credentials_parse(&arena, cases[i].header);

		is_number(got.scheme, cases[i].scheme, header);
		if (got.scheme == BASIC) {
			is_text(got.user, cases[i].user, "its user");
			is_text(got.password, cases[i].password, "its password");
		} else if (got.scheme == BEARER) {
			is_text(arena_copy(&arena, got.token, got.token_length), cases[i].token,
				"its token");
		}
	}
	memset(large + 7, 'x', sizeof(large) - 8);
	is_number(credentials_parse(&arena, large).scheme, BAD, "one of 9000 bytes");
	large[8000] = '\0';
	is_number(credentials_parse(&arena, large).scheme, BEARER, "one of 8000 bytes");
	arena_reset(&arena);
	return done_testing();
}
