/* base64.c - bytes as text and back
 * SPDX-License-Identifier: ISC */
#include "base64.h"

#include <stdint.h>

#include "arena.h"
#include "text.h"

static const char *const alphabets[] = {
	[BASE64_PADDED] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
	[BASE64_URL] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

/* The characters before the padding; 0 where that is wrong. */
static size_t without_padding(const char *text, size_t length)
{
	if (length == 0 || length % 4 != 0)
		return 0;
	length -= text[length - 1] == '=';
	return length - (text[length - 1] == '=');
}

/* What a letter stands for, 0 to 63; negative if it is none. */
static int value_of(enum base64_form form, char letter)
{
	if (letter >= 'A' && letter <= 'Z')
		return letter - 'A';
	if (letter >= 'a' && letter <= 'z')
		return letter - 'a' + 26;
	if (letter >= '0' && letter <= '9')
		return letter - '0' + 52;
	return letter == alphabets[form][62] ? 62 : letter == alphabets[form][63] ? 63 : -1;
}

char *base64_decode(struct arena *arena, enum base64_form form, const char *text, size_t length,
		    size_t *size)
{
	size_t count = form == BASE64_PADDED ? without_padding(text, length) : length;
	char *bytes = arena_alloc(arena, count * 3 / 4 + 1);
	uint32_t bits = 0;
	unsigned have = 0;

	*size = 0;
	if (count % 4 == 1 || (length > 0 && count == 0))
		return NULL;
	for (size_t i = 0; i < count; i++) {
		int value = value_of(form, text[i]);

		if (value < 0)
			return NULL;
		bits = (bits << 6 | (uint32_t)value) & 0xffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			bytes[(*size)++] = (char)(bits >> have & 0xff);
		}
	}
	return bits & ((1u << have) - 1) ? NULL : bytes;
}

void base64_encode(struct text *text, enum base64_form form, const void *bytes, size_t size)
{
	const unsigned char *from = bytes;
	const char *alphabet = alphabets[form];

	for (size_t i = 0; i < size; i += 3) {
		size_t count = size - i < 3 ? size - i : 3;
		uint32_t bits = 0;
		char group[] = { '=', '=', '=', '=' };

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < count ? from[i + k] : 0);
		for (size_t k = 0; k <= count; k++)
			group[k] = alphabet[bits >> (18 - 6 * k) & 63];
		text_add_bytes(text, group, form == BASE64_PADDED ? 4 : count + 1);
	}
}
