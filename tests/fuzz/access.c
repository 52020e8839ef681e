/* access.c - fuzz target: the access file, and the patterns in it.  The input is a right's
 * number, a user ("" for none), a repository, and the file
 * SPDX-License-Identifier: ISC */
#include "access_rules.h"

#include <stdbool.h>
#include <string.h>

#include "arena.h"
#include "fuzz.h"
#include "glob.h"
#include "lines.h"
#include "name.h"
#include "text.h"
#include "user.h"

/* The plain way takes long for many stars. */
enum { PLAIN_MAX = 20 };

#define USER "{user}"

/* As glob.h says it, a case a line. */
static bool matches(const char *pattern, const char *user, const char *text)
{
	if (!*pattern)
		return !*text;
	if (strncmp(pattern, "**", 2) == 0)
		return matches(pattern + 2, user, text) ||
		       (*text && matches(pattern, user, text + 1));
	if (*pattern == '*')
		return matches(pattern + 1, user, text) ||
		       (*text && *text != '/' && matches(pattern, user, text + 1));
	if (strncmp(pattern, USER, strlen(USER)) == 0)
		return user && name_valid(user) && !strchr(user, '/') &&
		       strncmp(text, user, strlen(user)) == 0 &&
		       matches(pattern + strlen(USER), user, text + strlen(user));
	return *text && (*pattern == '?' ? *text != '/' : *text == *pattern) &&
	       matches(pattern + 1, user, text + 1);
}

static void check_pattern(const char *pattern, const char *user, const char *text)
{
	if (strlen(pattern) <= PLAIN_MAX && strlen(text) <= PLAIN_MAX)
		must(glob_matches(pattern, user, text) == matches(pattern, user, text));
}

static const struct access_rules *read_rules(struct arena *arena, const char *text)
{
	return access_rules_parse(arena, "access", arena_copy(arena, text, strlen(text)));
}

/* The lines that count, and nothing else. */
static const char *print(struct arena *arena, const char *text)
{
	struct text printed;
	struct lines lines;
	const char *line;

	text_init(&printed, arena);
	lines_init(&lines, arena_copy(arena, text, strlen(text)));
	while ((line = lines_next(&lines)))
		text_add_format(&printed, "%s\n", line);
	return printed.bytes;
}

static void same(const struct access_rule *a, const struct access_rule *b)
{
	must(!a == !b);
	if (!a)
		return;
	must(strcmp(a->text, b->text) == 0 && a->rights == b->rights && a->allows == b->allows);
	must(strcmp(a->pattern, b->pattern) == 0 && strcmp(a->who, b->who) == 0);
}

static void check_rule(const struct access_rule *rule, const char *user, enum right right,
		       const char *name)
{
	must(rule->line && (rule->rights & 1u << right) && !(rule->rights & ~(unsigned)RIGHTS_ALL));
	must(glob_valid(rule->pattern, "abcdefghijklmnopqrstuvwxyz0123456789._-/{"));
	must(strlen(rule->pattern) <= GLOB_TEXT_MAX);
	must((*rule->who == '@') == (rule->group != NULL));
	must(name ? glob_matches(rule->pattern, user, name) : rule->allows);
	if (user_valid(rule->who))
		must(user && strcmp(rule->who, user) == 0);
}

/* What decides is the first line; a file with a wrong one decides nothing. */
static void check_others(struct arena *arena, const char *text, const char *user, enum right right,
			 const char *name, bool good)
{
	const struct access_rules *denies, *more;
	const struct access_rule *rule;

	denies = read_rules(arena, arena_printf(arena, "deny * ** all\n%s", text));
	more = read_rules(arena, arena_printf(arena, "%s\nallow * ** all", text));
	must((denies != NULL) == good && (more != NULL) == good);
	must(!read_rules(arena, arena_printf(arena, "%s\nallow", text)));
	if (!good || strlen(name) > GLOB_TEXT_MAX)
		return;
	rule = access_rules_find(denies, user, right, name);
	must(rule && !rule->allows && rule->line == 1);
	rule = access_rules_find(more, user, right, name);
	must(rule || !user);
}

static void check(struct arena *arena, const char *text, const char *user, enum right right,
		  const char *name)
{
	const struct access_rules *rules = read_rules(arena, text), *again;
	const char *const names[] = { name, NULL };

	check_others(arena, text, user, right, name, rules != NULL);
	if (!rules)
		return;
	again = read_rules(arena, print(arena, text));
	must(again);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct access_rule *rule = access_rules_find(rules, user, right, names[i]);

		same(rule, access_rules_find(again, user, right, names[i]));
		if (!rule)
			continue;
		check_rule(rule, user, right, names[i]);
		check_pattern(rule->pattern, user, name);
	}
}

int fuzz_access(const uint8_t *bytes, size_t length)
{
	struct fuzz_input input;
	struct arena arena;
	enum right right;
	const char *user, *name, *text;

	arena_init(&arena);
	fuzz_begin(&input, bytes, length);
	right = RIGHT_PULL + fuzz_byte(&input) % (RIGHT_COUNT - RIGHT_PULL);
	user = fuzz_take(&input);
	user = *user ? user : NULL;
	name = fuzz_take(&input);
	text = fuzz_take(&input);
	check_pattern(text, user, name);
	check(&arena, text, user, right, name);
	arena_reset(&arena);
	fuzz_end(&input);
	return 0;
}
