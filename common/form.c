/* form.c - parameters as forms encode them
 * SPDX-License-Identifier: ISC */
#include "form.h"

#include <stddef.h>
#include <string.h>

#include "arena.h"
#include "text.h"

static const char *decode(struct arena *arena, const char *bytes, size_t length)
{
	char *copy = arena_copy(arena, bytes, length);

	for (char *c = copy; *c; c++)
		if (*c == '+')
			*c = ' ';
	return strlen(copy) == length ? text_decode(arena, copy, length) : NULL;
}

bool form_each(struct arena *arena, const char *text,
	       bool (*each)(const char *name, const char *value, void *context), void *context)
{
	while (*text) {
		size_t length = strcspn(text, "&"), name_length = strcspn(text, "=&");
		size_t before = name_length + (name_length < length);
		const char *name = decode(arena, text, name_length);
		const char *value = decode(arena, text + before, length - before);

		if (!name || !value || (length && !each(name, value, context)))
			return false;
		text += length + (text[length] == '&');
	}
	return true;
}
