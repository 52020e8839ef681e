/* access_rules.h - the access file: who may do what, hythe-access(5)
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_ACCESS_RULES_H
#define HYTHE_ACCESS_RULES_H

#include <stdbool.h>
#include "right.h"
#include "watched.h"

struct access_rules;

/* A line that allows or denies. */
struct access_rule {
	unsigned line;    /* its number in the file, from 1 */
	const char *text; /* as it stands there */
	bool allows;
	unsigned rights;  /* a bit for each, 1 << enum right */
	const char *pattern;
	const char *who;
	const struct access_group *group; /* that `who` names, or NULL */
};

/* The rules as a watched file: its value is a struct access_rules. */
extern const struct watched_kind access_rules_kind;

/* Read the text of an access file, which is cut up.  NULL after logging every
 * fault with `path` and line. */
const struct access_rules *access_rules_parse(struct arena *arena, const char *path, char *text);

/* The first line for this user (NULL: not logged in), right and repository; it
 * decides.  NULL if there is none, which denies.  With no repository, `name`
 * NULL, the first line that allows the right on any. */
const struct access_rule *access_rules_find(const struct access_rules *rules, const char *user,
					    enum right right, const char *name);

#endif
