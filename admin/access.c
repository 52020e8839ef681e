/* access.c - hythe access: which line of the access file decides
 * SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "access.h"
#include "access_rules.h"
#include "arena.h"
#include "command.h"
#include "maintenance.h"
#include "name.h"
#include "settings.h"
#include "user.h"
#include "watched.h"

/* What is asked. */
struct question {
	const char *user; /* NULL: who has not logged in */
	const char *name;
	enum right right;
};

static bool refuse(const char *what, const char *value)
{
	fprintf(stderr, "hythe: %s '%s'\n", what, value);
	return false;
}

static bool read_question(char **words, struct question *question)
{
	question->user = strcmp(words[0], USER_ANONYMOUS) == 0 ? NULL : words[0];
	question->name = words[1];
	if (question->user && !user_valid(question->user))
		return refuse("this cannot be a user:", question->user);
	if (!name_valid(question->name))
		return refuse("this is no valid repository name:", question->name);
	return right_parse(words[2], strlen(words[2]), &question->right) ||
	       refuse("there is no right", words[2]);
}

/* Whatever the rules say, a setting may forbid it to everybody. */
static void print_settings(struct arena *arena, const struct settings *settings, enum right right)
{
	if (!right_changes(right))
		return;
	if (settings->read_only)
		puts("but read_only = yes, so there are no changes at all");
	if (settings->read_only_file && maintenance_notice(arena, settings->read_only_file))
		printf("but %s is there, so there are no changes at all\n",
		       settings->read_only_file);
	if (right == RIGHT_DELETE && !settings->delete_allowed)
		puts("but delete = no, so nothing is deleted");
}

static bool decide_without_file(const struct settings *settings, enum right right)
{
	bool allows = access_may_allow(settings, right);

	printf("%s: there is no access file, and open = %s\n", allows ? "allowed" : "denied",
	       settings->open ? "yes" : "no");
	return allows;
}

static bool decide(struct arena *arena, const struct settings *settings,
		   const struct question *question)
{
	const struct access_rules *rules =
		watched_get(watched_open(arena, settings->access, &access_rules_kind), arena);
	const struct access_rule *rule;

	if (!rules) {
		printf("denied: %s cannot be used, so everything is\n", settings->access);
		return false;
	}
	rule = access_rules_find(rules, question->user, question->right, question->name);
	if (rule)
		printf("%s by %s:%u: %s\n", rule->allows ? "allowed" : "denied", settings->access,
		       rule->line, rule->text);
	else
		printf("denied: no line of %s is about this\n", settings->access);
	return rule && rule->allows;
}

static int check(char **words)
{
	struct settings settings;
	struct question question;
	struct arena arena;
	bool allows = false;

	arena_init(&arena);
	if (read_question(words, &question) && settings_read(&settings, &arena, environ)) {
		allows = settings.access ? decide(&arena, &settings, &question)
					 : decide_without_file(&settings, question.right);
		if (allows)
			print_settings(&arena, &settings, question.right);
	}
	arena_reset(&arena);
	return allows ? EXIT_SUCCESS : EXIT_FAILURE;
}

int command_access(int argc, char **argv)
{
	if (argc != 5 || strcmp(argv[1], "check") != 0)
		return EXIT_USAGE;
	return check(argv + 2);
}
