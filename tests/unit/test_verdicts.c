/* test_verdicts.c - verdicts.h
 * SPDX-License-Identifier: ISC */
#include "verdicts.h"

#include <stdlib.h>

#include "arena.h"
#include "tap.h"

static struct arena arena;

static const struct {
	const char *user, *password, *hash;
	bool has;
} cases[] = {
	{ "alice", "secret", "$hash", true },
	{ "alice", "secre", "$hash", false },
	{ "alice", "secrets", "$hash", false },
	{ "alice", "", "$hash", false },
	{ "alic", "esecret", "$hash", false },
	{ "alices", "ecret", "$hash", false },
	{ "bob", "secret", "$hash", false },
	{ "alice", "secret", "$other", false },
	{ "alice", "secret$", "hash", false },
	{ "alice", "$hash", "secret", false },
};

int main(void)
{
	struct verdicts *verdicts, *other;
	unsigned kept = 0;

	arena_init(&arena);
	verdicts = verdicts_open(&arena);
	ok(!verdicts_has(verdicts, &arena, "alice", "secret", "$hash"), "an empty list");
	verdicts_add(verdicts, &arena, "alice", "secret", "$hash");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ok(verdicts_has(verdicts, &arena, cases[i].user, cases[i].password,
				cases[i].hash) == cases[i].has,
		   "%s, %s, %s: %d", cases[i].user, cases[i].password, cases[i].hash,
		   cases[i].has);
	for (int i = 0; i < 10000; i++)
		verdicts_add(verdicts, &arena, arena_printf(&arena, "u%d", i), "secret", "$hash");
	for (int i = 0; i < 10000; i++)
		kept += verdicts_has(verdicts, &arena, arena_printf(&arena, "u%d", i), "secret",
				     "$hash");
	ok(kept > 200 && kept <= 256, "of 10000 verdicts %u are kept", kept);
	other = verdicts_open(&arena);
	ok(!verdicts_has(other, &arena, "u9999", "secret", "$hash"), "each list is its own");
	arena_reset(&arena);
	return done_testing();
}
