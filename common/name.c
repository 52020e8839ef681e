/* name.c - names of repositories
 * SPDX-License-Identifier: ISC */
#include "name.h"

#include <string.h>

/* One or more of a-z and 0-9; what stands behind them, or NULL. */
static const char *skip_word(const char *text)
{
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789");

	return length ? text + length : NULL;
}

/* What may stand between words: a dot, a slash, one or two underscores, or
 * any number of dashes.  What stands behind it; `text` if there is none. */
static const char *skip_separator(const char *text)
{
	switch (*text) {
	case '.':
	case '/':
		return text + 1;
	case '_':
		return text + (text[1] == '_' ? 2 : 1);
	case '-':
		return text + strspn(text, "-");
	default:
		return text;
	}
}

bool name_valid(const char *text)
{
	const char *end = text + strnlen(text, NAME_MAX_LENGTH + 1);

	if (end - text > NAME_MAX_LENGTH)
		return false;
	while ((text = skip_word(text)) != NULL && text != end) {
		const char *separator = text;

		text = skip_separator(separator);
		if (text == separator)
			return false;
	}
	return text == end;
}
