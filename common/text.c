/* text.c - strings: a builder, percent-encoding, numbers, times
 * SPDX-License-Identifier: ISC */
#include "text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "arena.h"

enum { ROOM_FIRST = 64, REPLACEMENT = 0xFFFD };

void text_init(struct text *text, struct arena *arena)
{
	text->arena = arena;
	text->length = 0;
	text->room = ROOM_FIRST;
	text->bytes = arena_alloc(arena, text->room);
}

/* Make room for `more` bytes and the NUL. */
static void reserve(struct text *text, size_t more)
{
	char *bytes;

	if (more < text->room - text->length)
		return;
	while (more >= text->room - text->length)
		text->room *= 2;
	bytes = arena_alloc(text->arena, text->room);
	memcpy(bytes, text->bytes, text->length);
	text->bytes = bytes;
}

void text_add(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

void text_add_bytes(struct text *text, const void *bytes, size_t length)
{
	reserve(text, length);
	if (length)
		memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}

/* At once if there is room already: measuring takes as long as formatting. */
void text_add_list(struct text *text, const char *format, va_list list)
{
	va_list again;
	int length;

	va_copy(again, list);
	length = vsnprintf(text->bytes + text->length, text->room - text->length, format, list);
	if (length >= 0 && (size_t)length >= text->room - text->length) {
		reserve(text, (size_t)length);
		vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
	}
	va_end(again);
	if (length >= 0)
		text->length += (size_t)length;
}

void text_add_format(struct text *text, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	text_add_list(text, format, list);
	va_end(list);
}

/* How many bytes a UTF-8 character has by its first one; 0 if none begins
 * so.  `*least` is the first character that needs as many. */
static size_t utf8_length(unsigned char first, uint32_t *least)
{
	static const struct {
		unsigned char mask, lead;
		uint32_t least;
	} forms[] = {
		{ 0x80, 0x00, 0 },
		{ 0xE0, 0xC0, 0x80 },
		{ 0xF0, 0xE0, 0x800 },
		{ 0xF8, 0xF0, 0x10000 },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if ((first & forms[i].mask) == forms[i].lead) {
			*least = forms[i].least;
			return i + 1;
		}
	}
	return 0;
}

size_t text_utf8(const char *bytes, size_t length, uint32_t *character)
{
	const unsigned char *byte = (const unsigned char *)bytes;
	uint32_t least = 0;
	size_t needed = length ? utf8_length(byte[0], &least) : 0;

	if (needed == 0 || needed > length)
		return 0;
	*character = needed == 1 ? byte[0] : byte[0] & (0x7Fu >> needed);
	for (size_t i = 1; i < needed; i++) {
		if ((byte[i] & 0xC0) != 0x80)
			return 0;
		*character = *character << 6 | (byte[i] & 0x3F);
	}
	if (*character < least || *character > 0x10FFFF || (*character & ~0x7FFu) == 0xD800)
		return 0;
	return needed;
}

size_t text_step(const char *bytes, size_t length, bool *control)
{
	uint32_t character = 0;
	size_t step = text_utf8(bytes, length, &character);

	*control = !step || character < ' ' || (character >= 127 && character < 160);
	return step ? step : 1;
}

void text_add_utf8(struct text *text, uint32_t character)
{
	static const unsigned char leads[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
	size_t length = 1 + (character > 0x7F) + (character > 0x7FF) + (character > 0xFFFF);
	char bytes[4];

	for (size_t i = length; i-- > 1; character >>= 6)
		bytes[i] = (char)(0x80 | (character & 0x3F));
	bytes[0] = (char)(leads[length] | character);
	text_add_bytes(text, bytes, length);
}

static void add_json_character(struct text *text, uint32_t character)
{
	if (character == '"' || character == '\\')
		text_add_format(text, "\\%c", (char)character);
	else if (character >= ' ' && character <= '~')
		text_add_bytes(text, &(char){ (char)character }, 1);
	else if (character <= 0xFFFF)
		text_add_format(text, "\\u%04x", character);
	else /* a pair of surrogates */
		text_add_format(text, "\\u%04x\\u%04x", 0xD7C0 + (character >> 10),
				0xDC00 + (character & 0x3FF));
}

void text_add_json(struct text *text, const char *string)
{
	size_t left = strlen(string);

	text_add(text, "\"");
	while (left) {
		uint32_t character = REPLACEMENT;
		size_t length = text_utf8(string, left, &character);

		if (length == 0) {
			length = 1;
			character = REPLACEMENT;
		}
		add_json_character(text, character);
		string += length;
		left -= length;
	}
	text_add(text, "\"");
}

static bool is_unreserved(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || strchr("-._~", byte);
}

void text_add_percent(struct text *text, const char *string, const char *keep)
{
	for (; *string; string++) {
		if (is_unreserved(*string) || strchr(keep, *string))
			text_add_bytes(text, string, 1);
		else
			text_add_format(text, "%%%02X", (unsigned char)*string);
	}
}

static int hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

/* The byte that the escape at `bytes`, behind its percent sign, stands for;
 * -1 if it is broken. */
static int unescape(const char *bytes, const char *end)
{
	int high = end - bytes >= 2 ? hex_value(bytes[0]) : -1;
	int low = high >= 0 ? hex_value(bytes[1]) : -1;

	return low < 0 ? -1 : high << 4 | low;
}

char *text_decode(struct arena *arena, const char *bytes, size_t length)
{
	const char *end = bytes + length;
	char *decoded = arena_alloc(arena, length + 1), *out = decoded;

	while (bytes < end) {
		int byte = (unsigned char)*bytes++;

		if (byte == '%' && (byte = unescape(bytes, end)) >= 0)
			bytes += 2;
		if (byte < ' ' || byte == 0x7F)
			return NULL;
		*out++ = (char)byte;
	}
	return decoded;
}

bool text_number(const char *bytes, size_t length, uint64_t most, uint64_t *number)
{
	uint64_t value = 0;

	for (size_t i = 0; i < length; i++) {
		uint64_t digit = (uint64_t)(bytes[i] - '0');

		if (bytes[i] < '0' || bytes[i] > '9' || digit > most || value > (most - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*number = value;
	return length > 0;
}

const struct text_unit text_bytes[] = {
	{ 'k', 1ull << 10 }, { 'm', 1ull << 20 }, { 'g', 1ull << 30 }, { 't', 1ull << 40 }, { 0, 0 },
};

const struct text_unit text_times[] = {
	{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 0, 0 },
};

bool text_quantity(const char *text, const struct text_unit *units, uint64_t least, uint64_t most,
		   uint64_t *number)
{
	size_t length = strlen(text);
	uint64_t factor = 1, count;

	for (; units && units->suffix && length; units++) {
		if (tolower((unsigned char)text[length - 1]) != units->suffix)
			continue;
		factor = units->factor;
		length--;
		break;
	}
	if (!text_number(text, length, most / factor, &count) || count * factor < least)
		return false;
	*number = count * factor;
	return true;
}
