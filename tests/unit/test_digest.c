/* test_digest.c - digest.h
 * SPDX-License-Identifier: ISC */
#include "digest.h"

#include "tap.h"

#define HEX16 "0123456789abcdef"
#define HEX64 HEX16 HEX16 HEX16 HEX16
#define HEX63 HEX16 HEX16 HEX16 "0123456789abcde"
#define HEX128 HEX64 HEX64

static void test_parse(void)
{
	static const struct {
		const char *text;
		bool good;
		enum algorithm algorithm;
	} cases[] = {
		{ "sha256:" HEX64, true, SHA256 },
		{ "sha512:" HEX128, true, SHA512 },
		{ "sha256:" HEX63, false, 0 },
		{ "sha256:" HEX64 "0", false, 0 },
		{ "sha256:" HEX128, false, 0 },
		{ "sha512:" HEX64, false, 0 },
		{ "sha512:" HEX64 HEX63, false, 0 },
		{ "sha512:" HEX128 "f", false, 0 },
		{ "sha256:" HEX63 "F", false, 0 },
		{ "sha256:" HEX63 "g", false, 0 },
		{ "sha256:" HEX63 " ", false, 0 },
		{ "sha256:" HEX64 "\n", false, 0 },
		{ " sha256:" HEX64, false, 0 },
		{ "sha256: " HEX63, false, 0 },
		{ "SHA256:" HEX64, false, 0 },
		{ "sha256" HEX64, false, 0 },
		{ "sha256-" HEX64, false, 0 },
		{ "sha2567:" HEX64, false, 0 },
		{ "sha384:" HEX64 HEX16 HEX16, false, 0 },
		{ "md5:" HEX16 HEX16, false, 0 },
		{ "tarsum+sha256:" HEX64, false, 0 },
		{ ":" HEX64, false, 0 },
		{ HEX64, false, 0 },
		{ "sha256:", false, 0 },
		{ "sha256", false, 0 },
		{ "s", false, 0 },
		{ "", false, 0 },
		{ "sha256:../../../../../../../etc/passwd/////////////////////////////////////",
		  false, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct digest digest = { SHA256, "" };
		bool good = digest_parse(cases[i].text, &digest);

		is_number(good, cases[i].good, cases[i].text);
		if (good)
			ok(digest.algorithm == cases[i].algorithm &&
			   strcmp(digest.text, cases[i].text) == 0, "it reads as it stands");
	}
}

static void test_bytes(void)
{
	unsigned char bytes[64];
	struct digest made, read;

	for (int i = 0; i < 64; i++)
		bytes[i] = (unsigned char)(i * 37 + 0xa5);
	digest_from_bytes(&made, SHA256, bytes);
	ok(digest_parse(made.text, &read), "sha256 from bytes is a digest");
	ok(digest_equal(&made, &read), "and equals itself, read");
	is_number(strncmp(digest_hex(&made), "a5caef14", 8), 0, "high digit first");
	is_number((long long)strlen(digest_hex(&made)), 64, "64 digits");
	is_number(digest_shard(&made), 0xa5, "the shard is the first byte");
	digest_from_bytes(&made, SHA512, bytes);
	ok(!digest_equal(&made, &read), "sha512 of the same bytes differs");
	ok(digest_parse(made.text, &read) && read.algorithm == SHA512, "sha512 from bytes");
	is_number((long long)strlen(made.text), DIGEST_TEXT_MAX, "the longest text");
	is_number((long long)strlen(digest_hex(&made)), 128, "128 digits");
	for (unsigned shard = 0; shard < 256; shard++) {
		bytes[0] = (unsigned char)shard;
		digest_from_bytes(&made, SHA256, bytes);
		if (digest_shard(&made) != shard)
			ok(false, "shard %u", shard);
	}
}

static void test_algorithm(void)
{
	enum algorithm algorithm = SHA256;

	is_text(algorithm_name(SHA256), "sha256", "sha256 has its name");
	is_text(algorithm_name(SHA512), "sha512", "sha512 has its name");
	ok(algorithm_parse("sha512", &algorithm) && algorithm == SHA512, "sha512 is known");
	ok(algorithm_parse("sha256", &algorithm) && algorithm == SHA256, "sha256 is known");
	ok(!algorithm_parse("sha256:", &algorithm), "with a colon it is not");
	ok(!algorithm_parse("sha", &algorithm), "nor cut short");
	ok(!algorithm_parse("SHA256", &algorithm), "nor in capitals");
	ok(!algorithm_parse("", &algorithm), "nor empty");
}

int main(void)
{
	test_parse();
	test_bytes();
	test_algorithm();
	return done_testing();
}
