/* test_reference.c - reference.h
 * SPDX-License-Identifier: ISC */
#include "reference.h"

#include "tap.h"

#define HEX16 "0123456789abcdef"
#define HEX64 HEX16 HEX16 HEX16 HEX16
#define TAG128 HEX64 HEX64

static const struct {
	const char *text;
	enum reference_kind kind;
} cases[] = {
	{ "latest", REFERENCE_TAG },
	{ "1", REFERENCE_TAG },
	{ "_", REFERENCE_TAG },
	{ "_.-", REFERENCE_TAG },
	{ "V1.0-rc_2", REFERENCE_TAG },
	{ "sha256", REFERENCE_TAG },
	{ "sha256-" HEX64 ".sig", REFERENCE_TAG },
	{ HEX64, REFERENCE_TAG },
	{ TAG128, REFERENCE_TAG },
	{ TAG128 "a", REFERENCE_BAD_TAG },
	{ TAG128 TAG128, REFERENCE_BAD_TAG },
	{ "", REFERENCE_BAD_TAG },
	{ ".", REFERENCE_BAD_TAG },
	{ "..", REFERENCE_BAD_TAG },
	{ ".tmp", REFERENCE_BAD_TAG },
	{ "-a", REFERENCE_BAD_TAG },
	{ "a b", REFERENCE_BAD_TAG },
	{ "a/b", REFERENCE_BAD_TAG },
	{ "a+b", REFERENCE_BAD_TAG },
	{ "a@b", REFERENCE_BAD_TAG },
	{ "a\n", REFERENCE_BAD_TAG },
	{ "\xc3\xa9", REFERENCE_BAD_TAG },
	{ "sha256:" HEX64, REFERENCE_DIGEST },
	{ "sha512:" HEX64 HEX64, REFERENCE_DIGEST },
	{ "sha256:" HEX64 "0", REFERENCE_BAD_DIGEST },
	{ "sha256:ABCDEF" HEX16, REFERENCE_BAD_DIGEST },
	{ "sha256:", REFERENCE_BAD_DIGEST },
	{ "md5:" HEX16 HEX16, REFERENCE_BAD_DIGEST },
	{ "tarsum.v1+sha256:" HEX64, REFERENCE_BAD_DIGEST },
	{ "a:b", REFERENCE_BAD_DIGEST },
	{ ":", REFERENCE_BAD_DIGEST },
	{ TAG128 ":", REFERENCE_BAD_DIGEST },
};

int main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct digest digest = { SHA256, "untouched" };
		enum reference_kind kind = reference_parse(cases[i].text, &digest);

		is_number(kind, cases[i].kind, cases[i].text);
		ok(tag_valid(cases[i].text) == (cases[i].kind == REFERENCE_TAG), "as a tag");
		if (kind == REFERENCE_DIGEST)
			is_text(digest.text, cases[i].text, "the digest is read");
	}
	return done_testing();
}
