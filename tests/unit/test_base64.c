/* test_base64.c - base64.h
 * SPDX-License-Identifier: ISC */
#include "base64.h"

#include <stdlib.h>

#include "arena.h"
#include "tap.h"
#include "text.h"

static struct arena arena;

/* The vectors of RFC 4648 10, and more; bytes NULL: this is not base64. */
static const struct {
	enum base64_form form;
	const char *text, *bytes;
} cases[] = {
	{ BASE64_PADDED, "", "" },
	{ BASE64_PADDED, "Zg==", "f" },
	{ BASE64_PADDED, "Zm8=", "fo" },
	{ BASE64_PADDED, "Zm9v", "foo" },
	{ BASE64_PADDED, "Zm9vYg==", "foob" },
	{ BASE64_PADDED, "Zm9vYmE=", "fooba" },
	{ BASE64_PADDED, "Zm9vYmFy", "foobar" },
	{ BASE64_PADDED, "Og==", ":" },
	{ BASE64_PADDED, "+/+/", "\xfb\xff\xbf" },
	{ BASE64_PADDED, "Zg", NULL },
	{ BASE64_PADDED, "Zg=", NULL },
	{ BASE64_PADDED, "Zg===", NULL },
	{ BASE64_PADDED, "Z===", NULL },
	{ BASE64_PADDED, "====", NULL },
	{ BASE64_PADDED, "==", NULL },
	{ BASE64_PADDED, "=", NULL },
	{ BASE64_PADDED, "Zh==", NULL },
	{ BASE64_PADDED, "Zm9=", NULL },
	{ BASE64_PADDED, "Zg==Zg==", NULL },
	{ BASE64_PADDED, "Zm=v", NULL },
	{ BASE64_PADDED, "Zg=v", NULL },
	{ BASE64_PADDED, "=Zm9", NULL },
	{ BASE64_PADDED, "===", NULL },
	{ BASE64_PADDED, "Zm+=", NULL },
	{ BASE64_PADDED, "Zm9.", NULL },
	{ BASE64_PADDED, "Zm9v\n", NULL },
	{ BASE64_PADDED, " Zm9v", NULL },
	{ BASE64_PADDED, "Zm 9v", NULL },
	{ BASE64_PADDED, "-_-_", NULL },
	{ BASE64_PADDED, "\xc3\xa9\xc3\xa9", NULL },
	{ BASE64_URL, "", "" },
	{ BASE64_URL, "Zg", "f" },
	{ BASE64_URL, "Zm8", "fo" },
	{ BASE64_URL, "Zm9v", "foo" },
	{ BASE64_URL, "-_-_", "\xfb\xff\xbf" },
	{ BASE64_URL, "Zg==", NULL },
	{ BASE64_URL, "+/+/", NULL },
	{ BASE64_URL, "Z", NULL },
	{ BASE64_URL, "Zm9vY", NULL },
	{ BASE64_URL, "Zh", NULL },
	{ BASE64_URL, "Zm9", NULL },
	{ BASE64_URL, "=", NULL },
};

/* Every six bits there are, and bytes that are 0. */
static void test_values(void)
{
	static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
			  bytes[] =
		"\x00\x10\x83\x10\x51\x87\x20\x92\x8b\x30\xd3\x8f\x41\x14\x93\x51\x55\x97\x61"
		"\x96\x9b\x71\xd7\x9f\x82\x18\xa3\x92\x59\xa7\xa2\x9a\xab\xb2\xdb\xaf\xc3\x1c"
		"\xb3\xd3\x5d\xb7\xe3\x9e\xbb\xf3\xdf\xbf";
	size_t size;
	const char *decoded = base64_decode(&arena, BASE64_PADDED, all, 64, &size);

	ok(decoded && size == 48 && memcmp(decoded, bytes, 48) == 0, "every letter");
	decoded = base64_decode(&arena, BASE64_PADDED, "AAAA", 4, &size);
	ok(decoded && size == 3 && memcmp(decoded, "\0\0\0", 3) == 0, "zeros");
}

static void test_round(enum base64_form form)
{
	unsigned char bytes[64];
	bool same = true;

	for (size_t size = 0; size <= sizeof(bytes); size++) {
		struct text text;
		size_t again;
		const char *decoded;

		for (size_t i = 0; i < size; i++)
			bytes[i] = (unsigned char)rand();
		text_init(&text, &arena);
		base64_encode(&text, form, bytes, size);
		decoded = base64_decode(&arena, form, text.bytes, text.length, &again);
		same = same && decoded && again == size && memcmp(decoded, bytes, size) == 0;
	}
	ok(same, "random bytes of every length up to 64 come back");
}

int main(void)
{
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t size;
		const char *bytes = base64_decode(&arena, cases[i].form, cases[i].text,
						  strlen(cases[i].text), &size);
		struct text text;

		is_text(bytes, cases[i].bytes, cases[i].text);
		if (!bytes)
			continue;
		is_number((long long)size, (long long)strlen(cases[i].bytes), "its length");
		text_init(&text, &arena);
		base64_encode(&text, cases[i].form, bytes, size);
		is_text(text.bytes, cases[i].text, "encoded again");
	}
	is_text(base64_decode(&arena, BASE64_URL, "Zm9v.x", 4, &(size_t){ 0 }), "foo",
		"no more than it is told");
	test_values();
	test_round(BASE64_PADDED);
	test_round(BASE64_URL);
	arena_reset(&arena);
	return done_testing();
}
