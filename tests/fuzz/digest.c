/* digest.c - fuzz target: digests, tarsums, and base64
 * SPDX-License-Identifier: ISC */
#include "digest.h"

#include <regex.h>
#include <stdbool.h>
#include <string.h>

#include "arena.h"
#include "base64.h"
#include "fuzz.h"
#include "tarsum.h"
#include "text.h"

struct pattern {
	const char *text;
	regex_t compiled;
	bool ready;
};

static struct pattern digests = { .text = "^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$" };
static struct pattern tarsums = { .text = "^tarsum(|\\.v1|\\.dev)\\+sha256:[0-9a-f]{64}$" };

static bool matches(struct pattern *pattern, const char *text)
{
	if (!pattern->ready)
		pattern->ready = regcomp(&pattern->compiled, pattern->text,
					 REG_EXTENDED | REG_NOSUB) == 0;
	must(pattern->ready);
	return regexec(&pattern->compiled, text, 0, NULL, 0) == 0;
}

static void test_digest(const char *text)
{
	struct digest digest, again;
	unsigned char raw[DIGEST_BYTES_MAX];
	bool good = digest_parse(text, &digest);

	must(good == matches(&digests, text));
	if (!good)
		return;
	must(strcmp(digest.text, text) == 0);
	digest_to_bytes(&digest, raw);
	digest_from_bytes(&again, digest.algorithm, raw);
	must(digest_equal(&digest, &again) && digest.algorithm == again.algorithm);
	must(digest_shard(&digest) == raw[0]);
}

static void test_tarsum(const char *text)
{
	struct tarsum tarsum, again;
	struct digest digest;
	bool good = tarsum_parse(text, &tarsum);

	must(good == matches(&tarsums, text));
	if (!good)
		return;
	must(strcmp(tarsum.text, text) == 0 && digest_parse(strchr(text, '+') + 1, &digest));
	tarsum_make(&again, tarsum.version, &digest);
	must(tarsum_equal(&tarsum, &again));
}

/* There is one text for the same bytes. */
static void test_base64(struct arena *arena, enum base64_form form, const char *text)
{
	struct text again;
	size_t size;
	const char *bytes = base64_decode(arena, form, text, strlen(text), &size);

	if (!bytes)
		return;
	must(bytes[size] == '\0');
	text_init(&again, arena);
	base64_encode(&again, form, bytes, size);
	must(strcmp(again.bytes, text) == 0);
}

int fuzz_digest(const uint8_t *bytes, size_t length)
{
	struct fuzz_input input;
	struct arena arena;
	const char *text;

	arena_init(&arena);
	fuzz_begin(&input, bytes, length);
	text = fuzz_take(&input);
	test_digest(text);
	test_tarsum(text);
	test_base64(&arena, BASE64_PADDED, text);
	test_base64(&arena, BASE64_URL, text);
	arena_reset(&arena);
	fuzz_end(&input);
	return 0;
}
