/* digest.c - content digests
 * SPDX-License-Identifier: ISC */
#include "digest.h"

#include <string.h>

static const char hex_digits[] = "0123456789abcdef";

static const struct {
	const char *name;
	size_t digits;
} algorithms[] = {
	[SHA256] = { "sha256", 64 },
	[SHA512] = { "sha512", 128 },
};

_Static_assert(sizeof(algorithms) / sizeof(algorithms[0]) == ALGORITHM_COUNT,
	       "every algorithm has a row");

/* Write the `name:` that begins a digest; returns where the hex goes. */
static char *begin_text(struct digest *digest, enum algorithm algorithm)
{
	size_t length = strlen(algorithms[algorithm].name);

	memcpy(digest->text, algorithms[algorithm].name, length);
	digest->text[length] = ':';
	digest->algorithm = algorithm;
	return digest->text + length + 1;
}

static bool parse_as(enum algorithm algorithm, const char *text, struct digest *digest)
{
	size_t digits = algorithms[algorithm].digits;
	size_t length = strlen(algorithms[algorithm].name);
	const char *hex = text + length + 1;
	char *end;

	if (strncmp(text, algorithms[algorithm].name, length) != 0 || text[length] != ':')
		return false;
	if (strspn(hex, hex_digits) != digits || hex[digits] != '\0')
		return false;
	end = begin_text(digest, algorithm);
	memcpy(end, hex, digits + 1);
	return true;
}

bool digest_parse(const char *text, struct digest *digest)
{
	for (enum algorithm algorithm = 0; algorithm < ALGORITHM_COUNT; algorithm++)
		if (parse_as(algorithm, text, digest))
			return true;
	return false;
}

void digest_from_bytes(struct digest *digest, enum algorithm algorithm, const unsigned char *bytes)
{
	char *hex = begin_text(digest, algorithm);

	for (size_t i = 0; i < algorithms[algorithm].digits; i += 2) {
		*hex++ = hex_digits[*bytes >> 4];
		*hex++ = hex_digits[*bytes++ & 15];
	}
	*hex = '\0';
}

static unsigned char value_of(char digit)
{
	return (unsigned char)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

void digest_to_bytes(const struct digest *digest, unsigned char *bytes)
{
	for (const char *hex = digest_hex(digest); *hex; hex += 2)
		*bytes++ = (unsigned char)(value_of(hex[0]) << 4 | value_of(hex[1]));
}

size_t algorithm_bytes(enum algorithm algorithm)
{
	return algorithms[algorithm].digits / 2;
}

bool digest_equal(const struct digest *a, const struct digest *b)
{
	return strcmp(a->text, b->text) == 0;
}

const char *digest_hex(const struct digest *digest)
{
	return digest->text + strlen(algorithms[digest->algorithm].name) + 1;
}

const char *algorithm_name(enum algorithm algorithm)
{
	return algorithms[algorithm].name;
}

bool algorithm_parse(const char *text, enum algorithm *algorithm)
{
	for (enum algorithm a = 0; a < ALGORITHM_COUNT; a++) {
		if (strcmp(text, algorithms[a].name) == 0) {
			*algorithm = a;
			return true;
		}
	}
	return false;
}

unsigned digest_shard(const struct digest *digest)
{
	const char *hex = digest_hex(digest);

	return (unsigned)value_of(hex[0]) << 4 | value_of(hex[1]);
}
