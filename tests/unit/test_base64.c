/* test_base64.c - base64.h
 * SPDX-License-Identifier: ISC */
#include "base64.h"

#include "arena.h"
#include "tap.h"

static struct arena arena;

/* RFC 4648 10, and bytes of every value of six bits. */
static void test_good(void)
{
	static const struct {
		const char *text, *bytes;
		size_t length;
	} cases[] = {
		{ "", "", 0 },
		{ "Zg==", "f", 1 },
		{ "Zm8=", "fo", 2 },
		{ "Zm9v", "foo", 3 },
		{ "Zm9vYg==", "foob", 4 },
		{ "Zm9vYmE=", "fooba", 5 },
		{ "Zm9vYmFy", "foobar", 6 },
		{ "AAAA", "\0\0", 3 },
		{ "/w==", "\xff", 1 },
		{ "+/+/", "\xfb\xff\xbf", 3 },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
		  "\x00\x10\x83\x10\x51\x87\x20\x92\x8b\x30\xd3\x8f\x41\x14\x93\x51\x55\x97\x61"
		  "\x96\x9b\x71\xd7\x9f\x82\x18\xa3\x92\x59\xa7\xa2\x9a\xab\xb2\xdb\xaf\xc3\x1c"
		  "\xb3\xd3\x5d\xb7\xe3\x9e\xbb\xf3\xdf\xbf", 48 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t length = 77;
		const void *bytes = base64_decode(&arena, cases[i].text, &length);

		ok(bytes != NULL, "'%s' is base64", cases[i].text);
		is_number((long long)length, (long long)cases[i].length, "of its length");
		ok(bytes && memcmp(bytes, cases[i].bytes, cases[i].length) == 0, "and its bytes");
	}
}

static void test_bad(void)
{
	static const char *const cases[] = {
		"Z", "Zg", "Zg=", "Zm8", "Zm9vY", "Zg===", "Zg==Zg==", "Z===", "=", "==", "===", "====",
		"Zm 9v", "Zm9v\n", " Zm9v", "Zm9-", "Zm9_", "Zm9.", "Z\xc3\xbf""v", "=Zm9", "Zg=v",
		"Zh==", "Zv==", "Zm9=", "Zm+=",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t length;

		ok(!base64_decode(&arena, cases[i], &length), "case %zu is no base64", i);
	}
}

int main(void)
{
	arena_init(&arena);
	test_good();
	test_bad();
	arena_reset(&arena);
	return done_testing();
}
