/* lines.c - text files of one thing a line
 * SPDX-License-Identifier: ISC */
#include "lines.h"

#include <stddef.h>
#include <string.h>

static const char blanks[] = " \t\r";

char *lines_trim(char *text)
{
	char *end;

	text += strspn(text, blanks);
	end = text + strlen(text);
	while (end > text && strchr(blanks, end[-1]))
		*--end = '\0';
	return text;
}

void lines_init(struct lines *lines, char *text)
{
	*lines = (struct lines){ .rest = text };
}

char *lines_next(struct lines *lines)
{
	while (lines->rest) {
		char *line = lines->rest, *end = strchr(line, '\n');

		if (end)
			*end++ = '\0';
		lines->rest = end;
		lines->number++;
		line = lines_trim(line);
		if (*line && *line != '#')
			return line;
	}
	return NULL;
}

char *lines_word(char **rest)
{
	char *word = *rest + strspn(*rest, blanks);
	size_t length = strcspn(word, blanks);

	*rest = word + length;
	if (**rest)
		*(*rest)++ = '\0';
	return length ? word : NULL;
}
