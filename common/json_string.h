/* json_string.h - the strings in JSON text
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_JSON_STRING_H
#define HYTHE_JSON_STRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct text;

/* What stands between the quotes; json_string_read() has found it good. */
struct json_string {
	const char *start;
	const char *end;
};

/* Read the string that begins at `*at` with its opening quote, up to `end`,
 * and step over it.  False, with `*at` where the fault is, if it is cut short
 * or holds a control character, NUL even if escaped, an unknown escape, half
 * of a surrogate pair, or what is not UTF-8. */
bool json_string_read(const char **at, const char *end, struct json_string *string);

/* Less than, equal to or greater than 0, as the unescaped `a` is to `b`. */
int json_string_compare(const struct json_string *a, const struct json_string *b);

/* The first characters, at most `most` of them, unescaped. */
char *json_string_text(struct arena *arena, const struct json_string *string, size_t most);

/* Append `key` to a JSON pointer [RFC 6901], cut at 256 bytes. */
void json_pointer_add(struct text *pointer, const char *key);

#endif
