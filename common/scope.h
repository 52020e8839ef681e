/* scope.h - what a client asks a token for: `repository:a/b:pull,push`
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_SCOPE_H
#define HYTHE_SCOPE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct scope {
	const char *name; /* of a repository; NULL for the catalog */
	unsigned rights;  /* a bit for each, 1 << enum right; all for `*` */
};

/* Read `length` characters.  False for what is neither `repository:NAME:ACTIONS`,
 * the name valid and the actions separated by commas, nor
 * `registry:catalog:ACTIONS`.  A class, `repository(plugin)`, and actions that
 * are no rights are ignored. */
bool scope_parse(struct arena *arena, const char *text, size_t length, struct scope *scope);

#endif
