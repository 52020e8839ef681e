/* access_rules.c - the access file
 * SPDX-License-Identifier: ISC */
#include "access_rules.h"

#include <stddef.h>
#include <string.h>

#include "arena.h"
#include "glob.h"
#include "lines.h"
#include "log.h"
#include "user.h"

enum { FILE_BYTES_MAX = 1 << 20 };

/* A group's members stand in any number of lines. */
struct access_group {
	const char *name;
	bool known; /* there is a line for it */
	struct member *members;
	struct access_group *next;
};

struct member {
	const char *user;
	struct member *next;
};

struct node {
	struct access_rule rule;
	struct node *next;
};

struct access_rules {
	struct node *first, **last;
	struct access_group *groups;
};

/* One file being read. */
struct reading {
	struct arena *arena;
	const char *path;
	unsigned line;
	const char *text; /* of the line, whole */
	struct access_rules *rules;
	bool good;
};

/* Returns false, for whoever found the fault to do so too. */
static bool fault(struct reading *reading, const char *what, const char *value)
{
	log_line("%s:%u: %s '%s'", reading->path, reading->line, what, value ? value : "");
	reading->good = false;
	return false;
}

static struct access_group *find_group(struct reading *reading, const char *name)
{
	struct access_group *group = reading->rules->groups;

	while (group && strcmp(group->name, name) != 0)
		group = group->next;
	if (group)
		return group;
	group = arena_alloc(reading->arena, sizeof(*group));
	*group = (struct access_group){ .name = name, .next = reading->rules->groups };
	reading->rules->groups = group;
	return group;
}

static bool read_group(struct reading *reading, char *rest)
{
	const char *name = lines_word(&rest), *user;
	struct access_group *group;

	if (!name || !user_valid(name))
		return fault(reading, "this cannot be the name of a group:", name);
	group = find_group(reading, name);
	group->known = true;
	while ((user = lines_word(&rest))) {
		struct member *member = arena_alloc(reading->arena, sizeof(*member));

		if (*user == '#')
			break;
		if (!user_valid(user))
			return fault(reading, "this cannot be a user:", user);
		*member = (struct member){ user, group->members };
		group->members = member;
	}
	return true;
}

static bool read_subject(struct reading *reading, struct access_rule *rule, const char *word)
{
	static const char *const words[] = { USER_ANONYMOUS, "*" };

	if (!word)
		return fault(reading, "this line says not who:", reading->text);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(word, words[i]) != 0)
			continue;
		rule->who = words[i];
		return true;
	}
	rule->who = word;
	if (*word == '@')
		rule->group = find_group(reading, word + 1);
	return user_valid(word + (*word == '@')) ||
	       fault(reading, "this cannot be a user or group:", word);
}

static bool read_pattern(struct reading *reading, struct access_rule *rule, const char *word)
{
	if (!word)
		return fault(reading, "this line says not which repositories:", reading->text);
	rule->pattern = word;
	return (strlen(word) <= GLOB_TEXT_MAX &&
		glob_valid(word, "abcdefghijklmnopqrstuvwxyz0123456789._-/{")) ||
	       fault(reading, "this cannot be the name of a repository, nor a pattern:", word);
}

static bool read_rights(struct reading *reading, struct access_rule *rule, char *rest)
{
	const char *word;
	enum right right;

	while ((word = lines_word(&rest)) && *word != '#') {
		if (strcmp(word, "all") == 0)
			rule->rights = RIGHTS_ALL;
		else if (right_parse(word, strlen(word), &right))
			rule->rights |= 1u << right;
		else
			return fault(reading, "there is no right", word);
	}
	return rule->rights || fault(reading, "this line says no right:", reading->text);
}

static bool read_rule(struct reading *reading, bool allows, char *rest)
{
	struct node *node = arena_alloc(reading->arena, sizeof(*node));
	struct access_rule *rule = &node->rule;

	*rule = (struct access_rule){
		.line = reading->line,
		.text = reading->text,
		.allows = allows,
	};
	if (!read_subject(reading, rule, lines_word(&rest)) ||
	    !read_pattern(reading, rule, lines_word(&rest)) || !read_rights(reading, rule, rest))
		return false;
	*reading->rules->last = node;
	reading->rules->last = &node->next;
	return true;
}

static bool read_line(struct reading *reading, char *line)
{
	const char *word = lines_word(&line);

	if (strcmp(word, "allow") == 0)
		return read_rule(reading, true, line);
	if (strcmp(word, "deny") == 0)
		return read_rule(reading, false, line);
	if (strcmp(word, "group") == 0)
		return read_group(reading, line);
	return fault(reading, "a line begins with allow, deny or group, not with", word);
}

/* A group that is misspelt must not be an empty one. */
static void check_groups(struct reading *reading)
{
	for (const struct node *node = reading->rules->first; node; node = node->next) {
		reading->line = node->rule.line;
		if (node->rule.group && !node->rule.group->known)
			fault(reading, "there is no line for the group", node->rule.group->name);
	}
}

const struct access_rules *access_rules_parse(struct arena *arena, const char *path, char *text)
{
	struct access_rules *rules = arena_alloc(arena, sizeof(*rules));
	struct reading reading = { .arena = arena, .path = path, .rules = rules, .good = true };
	struct lines lines;
	char *line;

	rules->last = &rules->first;
	lines_init(&lines, text);
	while ((line = lines_next(&lines))) {
		reading.line = lines.number;
		reading.text = arena_copy(arena, line, strlen(line));
		read_line(&reading, line);
	}
	check_groups(&reading);
	return reading.good ? rules : NULL;
}

static const void *parse(struct arena *arena, const char *path, char *text)
{
	return access_rules_parse(arena, path, text);
}

const struct watched_kind access_rules_kind = { .most = FILE_BYTES_MAX, .parse = parse };

static bool is_member(const struct access_group *group, const char *user)
{
	for (const struct member *member = group->members; member; member = member->next)
		if (strcmp(member->user, user) == 0)
			return true;
	return false;
}

/* What is allowed without a login is allowed with one; and what is denied to all who
 * have one, nobody gets by leaving it. */
static bool is_for(const struct access_rule *rule, const char *user)
{
	if (strcmp(rule->who, USER_ANONYMOUS) == 0)
		return !user || rule->allows;
	if (strcmp(rule->who, "*") == 0)
		return user || !rule->allows;
	if (!user)
		return false;
	return rule->group ? is_member(rule->group, user) : strcmp(rule->who, user) == 0;
}

static bool is_about(const struct access_rule *rule, const char *user, const char *name)
{
	return name ? glob_matches(rule->pattern, user, name) : rule->allows;
}

const struct access_rule *access_rules_find(const struct access_rules *rules, const char *user,
					    enum right right, const char *name)
{
	for (const struct node *node = rules->first; node; node = node->next) {
		const struct access_rule *rule = &node->rule;

		if ((rule->rights & 1u << right) && is_for(rule, user) &&
		    is_about(rule, user, name))
			return rule;
	}
	return NULL;
}
