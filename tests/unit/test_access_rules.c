/* test_access_rules.c - access_rules.h
 * SPDX-License-Identifier: ISC */
#include "access_rules.h"

#include <stdlib.h>
#include <time.h>

#include "arena.h"
#include "scratch.h"
#include "tap.h"

static struct arena arena;
static const char *said;

static const struct access_rules *parse(const char *text)
{
	const struct access_rules *rules;

	scratch_listen();
	rules = access_rules_parse(&arena, "/etc/access",
				   arena_copy(&arena, text, strlen(text)));
	said = scratch_said();
	return rules;
}

/* `line` is that of the only fault; 0: there is none. */
static const struct {
	const char *text;
	unsigned line;
} files[] = {
	{ "", 0 },
	{ "# nothing\n\n", 0 },
	{ "allow alice alice/** pull push delete catalog", 0 },
	{ "\tallow  alice\talice/**  pull \r\n", 0 },
	{ "allow * {user}/** all\n", 0 },
	{ "allow anonymous ** pull # and a comment\n", 0 },
	{ "deny bob ** push\n", 0 },
	{ "group dev a b c # some\ngroup dev d\nallow @dev x pull\n", 0 },
	{ "allow @dev x pull\ngroup dev\n", 0 },
	{ "permit alice ** pull\n", 1 },
	{ "Allow alice ** pull\n", 1 },
	{ "\n\nallow\n", 3 },
	{ "allow alice\n", 1 },
	{ "allow alice **\n", 1 },
	{ "allow alice ** # pull\n", 1 },
	{ "allow alice ** pul\n", 1 },
	{ "allow alice ** pull,push\n", 1 },
	{ "allow alice ** Pull\n", 1 },
	{ "allow alice ** none\n", 1 },
	{ "allow alice Alice/** pull\n", 1 },
	{ "allow alice a:b pull\n", 1 },
	{ "allow alice {group}/** pull\n", 1 },
	{ "allow alice {user pull\n", 1 },
	{ "allow @dev ** pull\n", 1 },
	{ "group dev a\nallow @dev ** pull\nallow @dve ** pull\n", 3 },
	{ "allow @ ** pull\n", 1 },
	{ "allow - ** pull\n", 1 },
	{ "allow # ** pull\n", 1 },
	{ "group\n", 1 },
	{ "group @dev a\n", 1 },
	{ "group * a\n", 1 },
	{ "group dev @other\n", 1 },
	{ "group dev *\n", 1 },
	{ "group dev anonymous\n", 1 },
	{ "allow \xff ** pull\n", 1 },
	{ "allow alice ** pull\n\x1b[2J\n", 2 },
};

static void test_files(void)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const char *place = arena_printf(&arena, "/etc/access:%u: ", files[i].line);

		ok(!parse(files[i].text) == (files[i].line > 0), "file %zu is as good as it is",
		   i);
		if (files[i].line)
			ok(strstr(said, place) && strchr(said, '\n') == strrchr(said, '\n') &&
			   !strchr(said, '\x1b'), "said of line %u: %s", files[i].line, said);
		else
			is_text(said, "", "nothing is said of it");
	}
	parse("permit\nallow alice ** pull\ndeny bob ** x\nallow @nobody ** pull\n");
	ok(strstr(said, ":1:") && !strstr(said, ":2:") && strstr(said, ":3:") &&
	   strstr(said, ":4:"), "every fault is said");
}

static const char file[] =
	/* 1 */ "group dev carol dave\n"
	/* 2 */ "group ops erin\n"
	/* 3 */ "deny  mallory   **               pull push delete catalog\n"
	/* 4 */ "allow @ops      **               all\n"
	/* 5 */ "deny  *         prod/**          push delete\n"
	/* 6 */ "allow *         {user}/**        all\n"
	/* 7 */ "allow @dev      team/*           pull push\n"
	/* 8 */ "allow bob       team/one         pull\n"
	/* 9 */ "deny  anonymous public/secret/** pull\n"
	/* 10 */ "deny  *         public/closed    pull\n"
	/* 11 */ "allow anonymous public/**        pull catalog\n"
	/* 12 */ "allow *         prod/**          pull push\n";

/* line 0: none, so it is denied. */
static const struct {
	const char *user;
	enum right right;
	const char *name;
	unsigned line;
	bool allows;
} cases[] = {
	{ "alice", RIGHT_PULL, "alice/x", 6, true },
	{ "alice", RIGHT_DELETE, "alice/x/y", 6, true },
	{ "alice", RIGHT_PULL, "alice", 0, false },
	{ "alice", RIGHT_PULL, "bob/x", 0, false },
	{ "alice", RIGHT_PUSH, "prod/x", 5, false },
	{ "alice", RIGHT_PULL, "prod/x", 12, true },
	{ "prod", RIGHT_PUSH, "prod/x", 5, false },
	{ "prod", RIGHT_CATALOG, "prod/x", 6, true },
	{ "erin", RIGHT_PUSH, "prod/x", 4, true },
	{ "erin", RIGHT_CATALOG, "prod/x", 4, true },
	{ "carol", RIGHT_PUSH, "team/one", 7, true },
	{ "carol", RIGHT_DELETE, "team/one", 0, false },
	{ "carol", RIGHT_PUSH, "team/one/two", 0, false },
	{ "dave", RIGHT_PULL, "team/two", 7, true },
	{ "dev", RIGHT_PULL, "team/two", 0, false },
	{ "@dev", RIGHT_PULL, "team/two", 0, false },
	{ "bob", RIGHT_PULL, "team/one", 8, true },
	{ "bob", RIGHT_PUSH, "team/one", 0, false },
	{ "bob", RIGHT_PULL, "team/two", 0, false },
	{ "bo", RIGHT_PULL, "team/one", 0, false },
	{ "Bob", RIGHT_PULL, "team/one", 0, false },
	{ "mallory", RIGHT_PULL, "mallory/x", 3, false },
	{ "mallory", RIGHT_PULL, "public/x", 3, false },
	{ NULL, RIGHT_PULL, "public/x", 11, true },
	{ NULL, RIGHT_PULL, "public/secret/x", 9, false },
	{ NULL, RIGHT_PUSH, "public/x", 0, false },
	{ NULL, RIGHT_PULL, "prod/x", 0, false },
	{ NULL, RIGHT_PUSH, "prod/x", 5, false },
	{ NULL, RIGHT_PULL, "alice/x", 0, false },
	{ NULL, RIGHT_PULL, "public/closed", 10, false },
	{ "alice", RIGHT_PULL, "public/closed", 10, false },
	{ "alice", RIGHT_PULL, "public/x", 11, true },
	{ "alice", RIGHT_PULL, "public/secret/x", 11, true },
	{ "alice", RIGHT_PUSH, "public/x", 0, false },
	{ NULL, RIGHT_CATALOG, NULL, 11, true },
	{ "alice", RIGHT_CATALOG, NULL, 6, true },
	{ "mallory", RIGHT_CATALOG, NULL, 6, true },
	{ NULL, RIGHT_CATALOG, "prod/x", 0, false },
	{ "*", RIGHT_PULL, "prod/x", 12, true },
};

static void test_decisions(void)
{
	const struct access_rules *rules = parse(file);

	if (!ok(rules != NULL, "a file"))
		return;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *user = cases[i].user ? cases[i].user : "nobody";
		const char *name = cases[i].name ? cases[i].name : "the catalog";
		const struct access_rule *rule = access_rules_find(
			rules, cases[i].user, cases[i].right, cases[i].name);

		is_number(rule ? rule->line : 0, cases[i].line,
			  arena_printf(&arena, "%s, %s of %s: the line", user,
				       right_name(cases[i].right), name));
		ok((rule && rule->allows) == cases[i].allows, "and what it says");
	}
	is_text(access_rules_find(rules, "bob", RIGHT_PULL, "team/one")->text,
		"allow bob       team/one         pull", "the text of a line");
	ok(!access_rules_find(parse(""), "alice", RIGHT_PULL, "alice/x"), "an empty file");
}

/* The more lines of a file there are, the more is allowed or denied: what is cut
 * short on its way to the disk never allows what the whole denies. */
static void test_cuts(void)
{
	const struct access_rules *whole = parse(file);
	bool good = true;

	for (size_t length = 0; length < sizeof(file); length++) {
		const struct access_rules *part = parse(arena_copy(&arena, file, length));

		for (size_t i = 0; part && i < sizeof(cases) / sizeof(cases[0]); i++) {
			const struct access_rule *rule = access_rules_find(
				part, cases[i].user, cases[i].right, cases[i].name);
			const struct access_rule *of_whole = access_rules_find(
				whole, cases[i].user, cases[i].right, cases[i].name);

			good = good && (!rule || !rule->allows ||
					(of_whole && of_whole->allows));
		}
	}
	ok(good, "no beginning of the file allows what the file does not");
}

static void test_right(void)
{
	enum right right;

	for (right = RIGHT_PULL; right < RIGHT_COUNT; right++) {
		enum right parsed;

		ok(right_parse(right_name(right), strlen(right_name(right)), &parsed) &&
			   parsed == right,
		   "the right %s", right_name(right));
		ok(right_changes(right) == (right == RIGHT_PUSH || right == RIGHT_DELETE),
		   "changes the store, or not");
	}
	ok(!right_parse("pul", 3, &right) && !right_parse("pullx", 5, &right) &&
	   !right_parse("", 0, &right), "no other words");
	ok(right_parse("pull,push", 4, &right) && right == RIGHT_PULL, "only as long as told");
	ok(!right_name(RIGHT_NONE) && !right_name(RIGHT_PING), "nobody is given these");
}

int main(void)
{
	scratch_make();
	arena_init(&arena);
	test_files();
	test_decisions();
	test_cuts();
	test_right();
	arena_reset(&arena);
	scratch_remove();
	return done_testing();
}
