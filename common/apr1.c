/* apr1.c - Apache's own password hashes
 * SPDX-License-Identifier: ISC
 *
 * The MD5 scheme of FreeBSD's crypt with another prefix: a thousand rounds over
 * password, salt and the sum so far, in a mixture that nothing explains. */
#include "apr1.h"

#include <stdint.h>
#include <string.h>

#include "arena.h"
#include "hash.h"
#include "text.h"

enum { SALT_MAX = 8, ROUNDS = 1000 };

struct mixture {
	struct arena *arena;
	const char *password;
	size_t password_length;
	const char *salt;
	size_t salt_length;
	unsigned char sum[HASH_MD5_BYTES];
};

static bool sum_of(struct mixture *mixture, const struct text *text)
{
	return hash_md5(text->bytes, text->length, mixture->sum);
}

static void add_password(struct text *text, const struct mixture *mixture)
{
	text_add_bytes(text, mixture->password, mixture->password_length);
}

static void add_salt(struct text *text, const struct mixture *mixture)
{
	text_add_bytes(text, mixture->salt, mixture->salt_length);
}

static void add_sum(struct text *text, const struct mixture *mixture)
{
	text_add_bytes(text, mixture->sum, sizeof(mixture->sum));
}

static bool begin(struct mixture *mixture, struct text *text)
{
	add_password(text, mixture);
	add_salt(text, mixture);
	add_password(text, mixture);
	if (!sum_of(mixture, text))
		return false;
	text->length = 0;
	add_password(text, mixture);
	text_add(text, APR1_PREFIX);
	add_salt(text, mixture);
	for (size_t left = mixture->password_length; left > 0;) {
		size_t part = left < HASH_MD5_BYTES ? left : HASH_MD5_BYTES;

		text_add_bytes(text, mixture->sum, part);
		left -= part;
	}
	for (size_t bits = mixture->password_length; bits; bits >>= 1)
		text_add_bytes(text, bits & 1 ? "" : mixture->password, 1);
	return sum_of(mixture, text);
}

static bool go_round(struct mixture *mixture, struct text *text, unsigned round)
{
	text->length = 0;
	if (round % 2)
		add_password(text, mixture);
	else
		add_sum(text, mixture);
	if (round % 3)
		add_salt(text, mixture);
	if (round % 7)
		add_password(text, mixture);
	if (round % 2)
		add_sum(text, mixture);
	else
		add_password(text, mixture);
	return sum_of(mixture, text);
}

static void add_digits(struct text *text, uint32_t value, int count)
{
	static const char digits[] =
		"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	for (; count > 0; count--, value >>= 6)
		text_add_bytes(text, &digits[value & 63], 1);
}

static const char *format(const struct mixture *mixture)
{
	const unsigned char *sum = mixture->sum;
	struct text text;

	text_init(&text, mixture->arena);
	text_add_format(&text, APR1_PREFIX "%.*s$", (int)mixture->salt_length, mixture->salt);
	for (int i = 0; i < 5; i++)
		add_digits(&text,
			   (uint32_t)sum[i] << 16 | (uint32_t)sum[i + 6] << 8 |
				   sum[i == 4 ? 5 : i + 12],
			   4);
	add_digits(&text, sum[11], 2);
	return text.bytes;
}

const char *apr1(struct arena *arena, const char *password, const char *setting)
{
	const char *salt = setting + strlen(APR1_PREFIX);
	struct mixture mixture = {
		.arena = arena,
		.password = password, .password_length = strlen(password),
		.salt = salt, .salt_length = strcspn(salt, "$"),
	};
	struct text text;
	bool good;

	if (mixture.salt_length == 0 || mixture.salt_length > SALT_MAX)
		return NULL;
	text_init(&text, arena);
	good = begin(&mixture, &text);
	for (unsigned round = 0; round < ROUNDS && good; round++)
		good = go_round(&mixture, &text, round);
	return good ? format(&mixture) : NULL;
}
