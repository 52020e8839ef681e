/* range.c - byte ranges in requests
 * SPDX-License-Identifier: ISC */
#include "range.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#define OFF_MAX INT64_MAX /* off_t has 64 bits, by the build's settings */

_Static_assert(sizeof(off_t) == sizeof(int64_t), "large files");

/* Read digits, at least one, from `*text` and step over them.  What is too
 * large for a file becomes the largest offset: it is a number all the same,
 * and beyond every end. */
static bool read_offset(const char **text, off_t *offset)
{
	const char *start = *text;

	for (*offset = 0; **text >= '0' && **text <= '9'; (*text)++) {
		int digit = **text - '0';

		*offset = *offset > (OFF_MAX - digit) / 10 ? OFF_MAX : *offset * 10 + digit;
	}
	return *text != start;
}

/* Step over `word`, in any case. */
static bool skip_word(const char **text, const char *word)
{
	size_t length = strlen(word);

	if (strncasecmp(*text, word, length) != 0)
		return false;
	*text += length;
	return true;
}

static bool at_end(const char *text)
{
	return text[strspn(text, " \t")] == '\0';
}

/* `-count`, the last bytes of the content, behind the dash. */
static enum range_kind parse_suffix(const char *text, off_t size, struct range *range)
{
	off_t count;

	if (!read_offset(&text, &count) || !at_end(text))
		return RANGE_WHOLE;
	if (count == 0)
		return RANGE_UNSATISFIABLE;
	if (size == 0)
		return RANGE_WHOLE; /* all of nothing; no Content-Range can say so */
	range->first = count < size ? size - count : 0;
	range->last = size - 1;
	return RANGE_PART;
}

enum range_kind range_parse(const char *text, off_t size, struct range *range)
{
	off_t first, last = OFF_MAX;

	if (!text || !skip_word(&text, "bytes="))
		return RANGE_WHOLE;
	text += strspn(text, " \t");
	if (skip_word(&text, "-"))
		return parse_suffix(text, size, range);
	if (!read_offset(&text, &first) || !skip_word(&text, "-"))
		return RANGE_WHOLE;
	if (!at_end(text) && !(read_offset(&text, &last) && at_end(text)))
		return RANGE_WHOLE;
	if (last < first || first >= size)
		return RANGE_UNSATISFIABLE;
	range->first = first;
	range->last = last < size ? last : size - 1;
	return RANGE_PART;
}

/* `/size` or `/` and a star, behind the last byte's number. */
static bool parse_complete(const char *text, off_t last)
{
	off_t size = OFF_MAX;

	if (!skip_word(&text, "/"))
		return false;
	return (skip_word(&text, "*") || read_offset(&text, &size)) && at_end(text) && last < size;
}

bool content_range_parse(const char *text, struct range *range)
{
	bool with_unit = skip_word(&text, "bytes ");

	if (!read_offset(&text, &range->first) || !skip_word(&text, "-") ||
	    !read_offset(&text, &range->last))
		return false;
	if (range->last < range->first || range->last == OFF_MAX)
		return false;
	return with_unit ? parse_complete(text, range->last) : at_end(text);
}
