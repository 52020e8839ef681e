/* base64.c - bytes as text  [RFC 4648 4]
 * SPDX-License-Identifier: ISC */
#include "base64.h"

#include <stdint.h>
#include <string.h>

#include "arena.h"

/* What a letter stands for, 0 to 63; negative if it is none. */
static int value(char letter)
{
	if (letter >= 'A' && letter <= 'Z')
		return letter - 'A';
	if (letter >= 'a' && letter <= 'z')
		return letter - 'a' + 26;
	if (letter >= '0' && letter <= '9')
		return letter - '0' + 52;
	return letter == '+' ? 62 : letter == '/' ? 63 : -1;
}

const void *base64_decode(struct arena *arena, const char *text, size_t *length)
{
	size_t letters = strcspn(text, "="), padding = strspn(text + letters, "=");
	unsigned char *bytes = arena_alloc(arena, letters / 4 * 3 + 3);
	uint32_t bits = 0;

	if (text[letters + padding] || padding > 2 || (letters + padding) % 4 != 0)
		return NULL;
	*length = 0;
	for (size_t i = 0; i < letters; i++) {
		int six = value(text[i]);

		if (six < 0)
			return NULL;
		bits = bits << 6 | (uint32_t)six;
		if (i % 4 != 0)
			bytes[(*length)++] = (unsigned char)(bits >> (6 - i % 4 * 2));
	}
	/* What is left over belongs to no byte, and is 0. */
	return bits & ((1u << padding * 2) - 1) ? NULL : bytes;
}
