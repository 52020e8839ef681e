/* test_tarsum.c - tarsum.h
 * SPDX-License-Identifier: ISC */
#include "tarsum.h"

#include "tap.h"

#define HEX16 "0123456789abcdef"
#define HEX63 HEX16 HEX16 HEX16 "0123456789abcde"
#define HEX64 HEX63 "f"

static void test_parse(void)
{
	static const struct {
		const char *text;
		bool good;
		enum tarsum_version version;
	} cases[] = {
		{ "tarsum+sha256:" HEX64, true, TARSUM_V0 },
		{ "tarsum.v1+sha256:" HEX64, true, TARSUM_V1 },
		{ "tarsum.dev+sha256:" HEX64, true, TARSUM_DEV },
		{ "tarsum.v0+sha256:" HEX64, false, 0 },
		{ "tarsum.v2+sha256:" HEX64, false, 0 },
		{ "tarsum.+sha256:" HEX64, false, 0 },
		{ "tarsum.v1sha256:" HEX64, false, 0 },
		{ "tarsum.v1 sha256:" HEX64, false, 0 },
		{ "tarsum.v1%2Bsha256:" HEX64, false, 0 },
		{ "tarsum.v1++sha256:" HEX64, false, 0 },
		{ "tarsum.V1+sha256:" HEX64, false, 0 },
		{ "Tarsum+sha256:" HEX64, false, 0 },
		{ "tarsum:" HEX64, false, 0 },
		{ "tarsum+:" HEX64, false, 0 },
		{ "tarsum+" HEX64, false, 0 },
		{ "tarsum", false, 0 },
		{ "tarsum+sha256:" HEX63, false, 0 },
		{ "tarsum+sha256:" HEX63 "F", false, 0 },
		{ "tarsum+sha256:" HEX63 "/", false, 0 },
		{ "tarsum+sha256:" HEX64 "0", false, 0 },
		{ "tarsum+sha256:" HEX64 "\n", false, 0 },
		{ " tarsum+sha256:" HEX64, false, 0 },
		{ "tarsum+sha512:" HEX64 HEX64, false, 0 },
		{ "tarsum+md5:" HEX16 HEX16, false, 0 },
		{ "tarsum+tarsum+sha256:" HEX64, false, 0 },
		{ "sha256:" HEX64, false, 0 },
		{ "", false, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tarsum tarsum = { TARSUM_V0, "" };
		bool good = tarsum_parse(cases[i].text, &tarsum);

		is_number(good, cases[i].good, cases[i].text);
		if (!good)
			continue;
		is_number(tarsum.version, cases[i].version, "its version");
		is_text(tarsum.text, cases[i].text, "it reads as it stands");
		is_text(tarsum_hex(&tarsum), HEX64, "its digits");
	}
}

static void test_make(void)
{
	struct tarsum made, read;
	struct digest digest;

	digest_parse("sha256:" HEX64, &digest);
	tarsum_make(&made, TARSUM_DEV, &digest);
	is_text(made.text, "tarsum.dev+sha256:" HEX64, "made of a digest");
	is_number((long long)strlen(made.text), TARSUM_TEXT_MAX, "the longest text");
	ok(tarsum_parse(made.text, &read) && tarsum_equal(&made, &read), "equals itself, read");
	tarsum_make(&read, TARSUM_V1, &digest);
	ok(!tarsum_equal(&made, &read), "and not that of another version");
	is_text(tarsum_version_name(TARSUM_V0), "v0", "the first version");
	is_text(tarsum_version_name(TARSUM_V1), "v1", "the second");
	is_text(tarsum_version_name(TARSUM_DEV), "dev", "the one in development");
}

int main(void)
{
	test_parse();
	test_make();
	return done_testing();
}
