/* test_glob.c - glob.h
 * SPDX-License-Identifier: ISC */
#include "glob.h"

#include <time.h>

#include "tap.h"

static const struct {
	const char *pattern, *user, *text;
	bool matches;
} cases[] = {
	{ "alice", NULL, "alice", true },
	{ "alice", NULL, "alic", false },
	{ "alice", NULL, "alicex", false },
	{ "alice", NULL, "alice/x", false },
	{ "*", NULL, "a", true },
	{ "*", NULL, "a/b", false },
	{ "*", NULL, "", true },
	{ "**", NULL, "a", true },
	{ "**", NULL, "a/b/c", true },
	{ "**", NULL, "", true },
	{ "***", NULL, "a/b", true },
	{ "alice/**", NULL, "alice/x", true },
	{ "alice/**", NULL, "alice/x/y", true },
	{ "alice/**", NULL, "alice", false },
	{ "alice/**", NULL, "alicex/y", false },
	{ "alice**", NULL, "alicex/y", true },
	{ "team/*", NULL, "team/x", true },
	{ "team/*", NULL, "team/x/y", false },
	{ "team/*", NULL, "team", false },
	{ "*/x", NULL, "a/x", true },
	{ "*/x", NULL, "a/b/x", false },
	{ "**/x", NULL, "a/b/x", true },
	{ "**/x", NULL, "x", false },
	{ "a*c", NULL, "abbbc", true },
	{ "a*c", NULL, "ac", true },
	{ "a*c", NULL, "ab/bc", false },
	{ "a**c", NULL, "ab/bc", true },
	{ "a*b*c", NULL, "aXbXbXc", true },
	{ "a*b*c", NULL, "aXcXb", false },
	{ "*/**/z", NULL, "a/b/c/z", true },
	{ "*/**/z", NULL, "a/z", false },
	{ "?", NULL, "a", true },
	{ "?", NULL, "", false },
	{ "?", NULL, "/", false },
	{ "a?c", NULL, "abc", true },
	{ "a?c", NULL, "a/c", false },
	{ "v?.*", NULL, "v1.2", true },
	{ "v?.*", NULL, "v10.2", false },
	{ "", NULL, "", true },
	{ "", NULL, "a", false },
	{ "{user}/**", "alice", "alice/x", true },
	{ "{user}/**", "alice", "alice", false },
	{ "{user}/**", "alice", "bob/x", false },
	{ "{user}/**", "alice", "alicia/x", false },
	{ "{user}/**", "al", "alice/x", false },
	{ "{user}", "alice", "alice", true },
	{ "home-{user}-x/*", "bob", "home-bob-x/y", true },
	{ "{user}{user}", "ab", "abab", true },
	{ "{user}/**", NULL, "alice/x", false },
	{ "{user}/**", "", "/x", false },
	{ "{user}/**", "*", "alice/x", false },
	{ "{user}/**", "**", "alice/x", false },
	{ "{user}/**", "?????", "alice/x", false },
	{ "{user}/**", "{user}", "{user}/x", false },
	{ "{user}/**", "alice/x", "alice/x/y", false },
	{ "{user}/**", "Alice", "alice/x", false },
	{ "{user}/**", "Alice", "Alice/x", false },
	{ "{user}/**", "a.b", "a.b/x", true },
	{ "{user}/**", "a.b", "axb/x", false },
	{ "[ab]", NULL, "a", false },
	{ "\\*", NULL, "*", false },
};

static const struct {
	const char *pattern, *literals;
	bool valid;
} patterns[] = {
	{ "a", "abc/", true },
	{ "a/*", "abc/", true },
	{ "**", "", true },
	{ "?", "", true },
	{ "", "abc", false },
	{ "d", "abc", false },
	{ "A", "abc", false },
	{ "{user}/a", "abc/{", true },
	{ "{user}", "abc", false },
	{ "{user", "abcuser{", false },
	{ "{}", "abc{}", false },
	{ "{users}", "abcuser{}", false },
	{ "a b", "ab", false },
	{ "a b", "ab ", true },
};

static const struct {
	const char *patterns, *text;
	bool matches;
} lists[] = {
	{ "", "v1", false },
	{ "   ", "v1", false },
	{ "v*", "v1", true },
	{ "v*", "latest", false },
	{ "release-* v*", "v1", true },
	{ "  release-* \t v*  ", "v1", true },
	{ "release-* v*", "release-9", true },
	{ "release-* v*", "x", false },
	{ "v", "v1", false },
};

static void test_length(void)
{
	char text[GLOB_TEXT_MAX + 2], pattern[2000];
	clock_t begin = clock();

	memset(text, 'a', sizeof(text));
	text[GLOB_TEXT_MAX] = '\0';
	ok(glob_matches("**", NULL, text), "a text of the greatest length");
	/* What would take an ordinary matcher for ever. */
	for (size_t i = 0; i + 2 < sizeof(pattern); i += 2)
		memcpy(pattern + i, "*a", 2);
	pattern[1998] = '\0';
	ok(!glob_matches(pattern, NULL, text), "999 wildcards do not match 255 characters");
	pattern[400] = 'b';
	pattern[401] = '\0';
	ok(!glob_matches(pattern, NULL, text), "nor do 200, and a letter that is not there");
	pattern[400] = '\0';
	ok(glob_matches(pattern, NULL, text), "200 do");
	ok(clock() - begin < CLOCKS_PER_SEC, "and soon");
	text[GLOB_TEXT_MAX] = 'a';
	text[GLOB_TEXT_MAX + 1] = '\0';
	ok(!glob_matches("**", NULL, text), "a longer one never matches");
	ok(!glob_matches(text, NULL, text), "not even itself");
}

int main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ok(glob_matches(cases[i].pattern, cases[i].user, cases[i].text) ==
			   cases[i].matches,
		   "'%s' of '%s' and '%s': %d", cases[i].pattern,
		   cases[i].user ? cases[i].user : "nobody", cases[i].text, cases[i].matches);
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		ok(glob_valid(patterns[i].pattern, patterns[i].literals) == patterns[i].valid,
		   "'%s' is a pattern of '%s': %d", patterns[i].pattern, patterns[i].literals,
		   patterns[i].valid);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		ok(glob_any(lists[i].patterns, lists[i].text) == lists[i].matches,
		   "one of '%s' matches '%s': %d", lists[i].patterns, lists[i].text,
		   lists[i].matches);
	test_length();
	return done_testing();
}
