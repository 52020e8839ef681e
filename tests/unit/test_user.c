/* test_user.c - user.h
 * SPDX-License-Identifier: ISC */
#include "user.h"

#include "tap.h"

static const struct {
	const char *name;
	bool valid;
} cases[] = {
	{ "a", true },
	{ "alice", true },
	{ "Alice", true },
	{ "alice@example.org", true },
	{ "EXAMPLE\\alice", true },
	{ "system:builder", true },
	{ "a/b", true },
	{ "a*", true },
	{ "a#b", true },
	{ "--", true },
	{ "Anonymous", true },
	{ "\xc3\xa9lise", true },
	{ "", false },
	{ "-", false },
	{ "*", false },
	{ "anonymous", false },
	{ "@dev", false },
	{ "#alice", false },
	{ "a b", false },
	{ " a", false },
	{ "a\tb", false },
	{ "a\nb", false },
	{ "a\x7f", false },
	{ "a\x01", false },
	{ "a\xc2\xa0" "b", false },
	{ "a\xc2\x85" "b", false },
	{ "a\xff", false },
	{ "a\xc3", false },
};

int main(void)
{
	char name[USER_MAX_LENGTH + 2];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_number(user_valid(cases[i].name), cases[i].valid, cases[i].name);
	memset(name, 'a', sizeof(name));
	name[USER_MAX_LENGTH] = '\0';
	ok(user_valid(name), "the longest name");
	name[USER_MAX_LENGTH] = 'a';
	name[USER_MAX_LENGTH + 1] = '\0';
	ok(!user_valid(name), "a longer one");
	return done_testing();
}
