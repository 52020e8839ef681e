/* json_string.c - the strings in JSON text
 * SPDX-License-Identifier: ISC */
#include "json_string.h"

#include <string.h>
#include "text.h"

enum { POINTER_KEY_MAX = 256 };

/* Read `\u` and four digits. */
static bool next_unit(const char **at, const char *end, uint32_t *unit)
{
	*unit = 0;
	if (end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u')
		return false;
	for (int i = 2; i < 6; i++) {
		static const char digits[] = "0123456789abcdefABCDEF";
		const char *digit = memchr(digits, (*at)[i], sizeof(digits) - 1);

		if (!digit)
			return false;
		*unit = *unit << 4 | (uint32_t)(digit - digits - (digit - digits > 15 ? 6 : 0));
	}
	*at += 6;
	return true;
}

/* Read `\uXXXX`, or two of them that are a pair of surrogates. */
static bool next_unicode(const char **at, const char *end, uint32_t *character)
{
	uint32_t low;

	if (!next_unit(at, end, character) || *character == 0)
		return false;
	if (*character < 0xD800 || *character > 0xDFFF)
		return true;
	if (*character > 0xDBFF || !next_unit(at, end, &low) || low < 0xDC00 || low > 0xDFFF)
		return false;
	*character = 0x10000 + ((*character - 0xD800) << 10) + (low - 0xDC00);
	return true;
}

static bool next_escape(const char **at, const char *end, uint32_t *character)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	const char *letter = end - *at < 2 ? NULL : memchr(letters, (*at)[1], sizeof(letters) - 1);

	if (!letter)
		return next_unicode(at, end, character);
	*character = (unsigned char)meanings[letter - letters];
	*at += 2;
	return true;
}

/* Read one character and step over it.  False at the closing quote and at
 * what no string may hold. */
static bool next_character(const char **at, const char *end, uint32_t *character)
{
	size_t length;

	if (*at == end || **at == '"')
		return false;
	if (**at == '\\')
		return next_escape(at, end, character);
	length = text_utf8(*at, (size_t)(end - *at), character);
	*at += length;
	return length > 0 && *character >= ' ';
}

static bool is_plain(char byte)
{
	return byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\';
}

bool json_string_read(const char **at, const char *end, struct json_string *string)
{
	const char *next = *at;
	uint32_t character;

	if (next == end || *next != '"')
		return false;
	string->start = ++next;
	do {
		while (next < end && is_plain(*next))
			next++;
		*at = next;
	} while (next_character(&next, end, &character));
	string->end = *at;
	if (*at == end || **at != '"')
		return false;
	++*at;
	return true;
}

int json_string_compare(const struct json_string *a, const struct json_string *b)
{
	const char *x = a->start, *y = b->start;

	for (;;) {
		uint32_t left = 0, right = 0;
		bool more_left, more_right;

		while (x < a->end && y < b->end && *x == *y && is_plain(*x))
			x++, y++;
		more_left = next_character(&x, a->end, &left);
		more_right = next_character(&y, b->end, &right);
		if (!more_left || !more_right)
			return more_left - more_right;
		if (left != right)
			return left < right ? -1 : 1;
	}
}

char *json_string_text(struct arena *arena, const struct json_string *string, size_t most)
{
	const char *at = string->start;
	struct text text;
	uint32_t character;

	text_init(&text, arena);
	do {
		const char *plain = at;

		for (; most && at < string->end && is_plain(*at); most--)
			at++;
		text_add_bytes(&text, plain, (size_t)(at - plain));
		if (!most-- || !next_character(&at, string->end, &character))
			break;
		text_add_utf8(&text, character);
	} while (most);
	return text.bytes;
}

void json_pointer_add(struct text *pointer, const char *key)
{
	size_t length = strnlen(key, POINTER_KEY_MAX + 1);

	if (length > POINTER_KEY_MAX)
		for (length = POINTER_KEY_MAX; (key[length] & 0xC0) == 0x80; length--)
			;
	text_add(pointer, "/");
	for (size_t i = 0; i < length; i++) {
		if (key[i] == '~' || key[i] == '/')
			text_add(pointer, key[i] == '~' ? "~0" : "~1");
		else
			text_add_bytes(pointer, key + i, 1);
	}
}
