/* json_top.c - a member of a document's outermost object, without a tree
 * SPDX-License-Identifier: ISC
 *
 * The document is known to be good, so values that are not looked for are
 * stepped over by their brackets and quotes alone. */
#include <stdint.h>
#include <string.h>
#include "json_scan.h"
#include "json_string.h"

static const char *skip_space(const char *at, const char *end)
{
	while (at < end && memchr(" \t\n\r", *at, 4))
		at++;
	return at;
}

/* The closing quote of the string whose opening one is at `at`, or `end`. */
static const char *string_end(const char *at, const char *end)
{
	for (at++; at < end && *at != '"'; at++)
		if (*at == '\\' && end - at > 1)
			at++;
	return at;
}

/* The comma or bracket behind the value at `at`; `end` if there is none. */
static const char *value_end(const char *at, const char *end)
{
	size_t depth = 0;

	for (; at < end; at++) {
		switch (*at) {
		case '"':
			at = string_end(at, end);
			if (at == end)
				return end;
			break;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (depth-- == 0)
				return at;
			break;
		case ',':
			if (depth == 0)
				return at;
			break;
		}
	}
	return end;
}

/* The value of the member `key`, or NULL. */
static const char *find(const char *at, const char *end, const char *key)
{
	const struct json_string wanted = { key, key + strlen(key) };
	char before = '{';

	for (;;) {
		struct json_string found;

		at = skip_space(at, end);
		if (at >= end || *at != before)
			return NULL;
		at = skip_space(at + 1, end);
		if (!json_string_read(&at, end, &found))
			return NULL;
		at = skip_space(at, end);
		if (at == end || *at != ':')
			return NULL;
		at = skip_space(at + 1, end);
		if (json_string_compare(&found, &wanted) == 0)
			return at;
		at = value_end(at, end);
		before = ',';
	}
}

const char *json_top_string(struct arena *arena, const char *bytes, size_t length,
			    const char *key, bool *present)
{
	const char *end = bytes + length;
	const char *value = find(bytes, end, key);
	struct json_string string;

	*present = value && value < end;
	if (!*present || !json_string_read(&value, end, &string))
		return NULL;
	return json_string_text(arena, &string, SIZE_MAX);
}
