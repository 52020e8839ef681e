/* scope.c - what a client asks a token for
 * SPDX-License-Identifier: ISC */
#include "scope.h"

#include <string.h>

#include "arena.h"
#include "name.h"
#include "right.h"

static unsigned read_actions(const char *text)
{
	unsigned rights = 0;

	while (*text) {
		size_t length = strcspn(text, ",");
		enum right right;

		if (length == 1 && *text == '*')
			rights = RIGHTS_ALL;
		else if (right_parse(text, length, &right))
			rights |= 1u << right;
		text += length + (text[length] == ',');
	}
	return rights;
}

bool scope_parse(struct arena *arena, const char *text, size_t length, struct scope *scope)
{
	char *type = arena_copy(arena, text, length);
	char *name = strchr(type, ':');
	char *actions = name ? strrchr(type, ':') : NULL;

	if (!actions || actions == name)
		return false;
	*name++ = '\0';
	*actions++ = '\0';
	type[strcspn(type, "(")] = '\0';
	*scope = (struct scope){ .name = name, .rights = read_actions(actions) };
	if (strcmp(type, "repository") == 0)
		return name_valid(name);
	scope->name = NULL;
	return strcmp(type, "registry") == 0 && strcmp(name, "catalog") == 0;
}
