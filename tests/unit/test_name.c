/* test_name.c - name.h
 * SPDX-License-Identifier: ISC */
#include "name.h"

#include "tap.h"

static const struct {
	const char *text;
	bool good;
} cases[] = {
	{ "a", true },
	{ "0", true },
	{ "library/alpine", true },
	{ "a/b/c/d/e/f/g/h/i/j", true },
	{ "a.b_c__d-e--f-----g", true },
	{ "blobs/uploads", true },
	{ "manifests/tags/list", true },
	{ "v2/v2", true },
	{ "", false },
	{ "/", false },
	{ "/a", false },
	{ "a/", false },
	{ "a//b", false },
	{ ".", false },
	{ "..", false },
	{ "a/..", false },
	{ "a/../b", false },
	{ "./a", false },
	{ "a..b", false },
	{ ".a", false },
	{ "a.", false },
	{ "a./b", false },
	{ "a/.b", false },
	{ "_a", false },
	{ "a_", false },
	{ "a___b", false },
	{ "a____b", false },
	{ "a/_b", false },
	{ "_uploads", false },
	{ "-a", false },
	{ "a-", false },
	{ "a---", false },
	{ "a-_b", false },
	{ "a.-b", false },
	{ "a_.b", false },
	{ "A", false },
	{ "aB", false },
	{ "a b", false },
	{ "a:b", false },
	{ "a@b", false },
	{ "a%2fb", false },
	{ "a\\b", false },
	{ "a\n", false },
	{ "a\x01", false },
	{ "\xc3\xa9", false },
	{ "localhost:5000/a", false },
};

/* Names of `length` bytes, made of `piece` again and again. */
static bool valid_repeated(const char *piece, size_t length)
{
	static char name[1 << 20];

	for (size_t i = 0; i < length; i++)
		name[i] = piece[i % strlen(piece)];
	name[length] = '\0';
	return name_valid(name);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_number(name_valid(cases[i].text), cases[i].good, cases[i].text);
	ok(valid_repeated("a", 254), "254 bytes");
	ok(valid_repeated("a", 255), "255 bytes");
	ok(!valid_repeated("a", 256), "256 bytes");
	ok(valid_repeated("a/", 255), "255 bytes of components");
	ok(!valid_repeated("a/", 254), "254 bytes that end with a slash");
	ok(!valid_repeated("a/", 257), "257 bytes of components");
	ok(!valid_repeated("a", (1 << 20) - 1), "a megabyte");
	ok(!valid_repeated("-", 255), "nothing but dashes");
	return done_testing();
}
