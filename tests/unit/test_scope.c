/* test_scope.c - scope.h
 * SPDX-License-Identifier: ISC */
#include "scope.h"

#include <stdlib.h>

#include "arena.h"
#include "right.h"
#include "tap.h"

#define PULL (1u << RIGHT_PULL)
#define PUSH (1u << RIGHT_PUSH)
#define DELETE (1u << RIGHT_DELETE)
#define ALL ((unsigned)RIGHTS_ALL)

static const struct {
	const char *text;
	bool good;
	const char *name;
	unsigned rights;
} cases[] = {
	{ "repository:a/b:pull", true, "a/b", PULL },
	{ "repository:a/b:pull,push", true, "a/b", PULL | PUSH },
	{ "repository:a/b:push,pull,delete", true, "a/b", PULL | PUSH | DELETE },
	{ "repository:a/b:*", true, "a/b", ALL },
	{ "repository:a/b:pull,*", true, "a/b", ALL },
	{ "repository:a/b:pull,fly", true, "a/b", PULL },
	{ "repository:a/b:fly", true, "a/b", 0 },
	{ "repository:a/b:", true, "a/b", 0 },
	{ "repository:a/b:,,pull,", true, "a/b", PULL },
	{ "repository:a/b:Pull", true, "a/b", 0 },
	{ "repository(plugin):a/b:pull", true, "a/b", PULL },
	{ "registry:catalog:*", true, NULL, ALL },
	{ "repository:A/b:pull", false, NULL, 0 },
	{ "repository:a/../b:pull", false, NULL, 0 },
	{ "repository:localhost:5000/a:pull", false, NULL, 0 },
	{ "repository::pull", false, NULL, 0 },
	{ "repository:a/b", false, NULL, 0 },
	{ "repository", false, NULL, 0 },
	{ "repositories:a/b:pull", false, NULL, 0 },
	{ "registry:other:*", false, NULL, 0 },
	{ "registry:catalog", false, NULL, 0 },
	{ ":a/b:pull", false, NULL, 0 },
	{ "", false, NULL, 0 },
	{ "::", false, NULL, 0 },
	{ "repository:a\"b:pull", false, NULL, 0 },
};

int main(void)
{
	struct arena arena;
	struct scope scope;

	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool good = scope_parse(&arena, cases[i].text, strlen(cases[i].text), &scope);

		ok(good == cases[i].good, "'%s'", cases[i].text);
		if (!good || !cases[i].good)
			continue;
		is_text(scope.name, cases[i].name, "its name");
		is_number(scope.rights, cases[i].rights, "its rights");
	}
	ok(scope_parse(&arena, "repository:a:pull repository:b:push", 17, &scope) &&
	   strcmp(scope.name, "a") == 0, "no more than it is told");
	arena_reset(&arena);
	return done_testing();
}
