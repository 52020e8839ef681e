/* test_tarsum_hash.c - tarsum_hash.h
 * SPDX-License-Identifier: ISC */
#include "tarsum_hash.h"

#include "arena.h"
#include "tap.h"
#include "tar_build.h"

static struct arena arena;
static const char *reason;

/* The tarsum of the bytes, added in pieces of this size; "" if there is none. */
static const char *sum_of(enum tarsum_version version, const void *bytes, size_t length,
			  size_t piece)
{
	static struct tarsum tarsum;
	struct tarsum_hash *hash = tarsum_hash_begin(&arena, version);

	for (size_t at = 0; at < length; at += piece)
		tarsum_hash_add(hash, (const char *)bytes + at,
				length - at < piece ? length - at : piece);
	tarsum.text[0] = '\0';
	reason = tarsum_hash_end(hash, &tarsum);
	return tarsum.text;
}

static const char *sum_of_tar(enum tarsum_version version)
{
	return sum_of(version, tar, tar_length, tar_length);
}

/* The SHA-256 that stands behind a tarsum. */
static const char *hex_of(const char *sum)
{
	const char *colon = strchr(sum, ':');

	return arena_printf(&arena, "%s", colon ? colon + 1 : "none");
}

/* The figures that docker's own tests have, of the same archives. */

static void test_sized(void)
{
	static const struct {
		char typeflag;
		const char *hex;
	} cases[] = {
		{ '\0', "8bf12d7e67c51ee2e8306cba569398b1b9f419969521a12ffb9d8875e8836738" },
		{ '0', "75258b2c5dcd9adfe24ce71eeca5fc5019c7e669912f15703ede92b1a60cb11f" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned char *header = tar_header(cases[i].typeflag, "/testdata0", 1 << 20);

		tar_set_number(header, 100, 8, 0755);
		tar_blocks(1 << 20);
		tar_end();
		is_text(hex_of(sum_of_tar(TARSUM_V0)), cases[i].hex, "a megabyte of zeros");
		tar_empty();
	}
}

static void add_file(bool first)
{
	unsigned char *header = tar_header('0', "file", 6);

	tar_set_number(header, 100, 8, 0644);
	tar_set_number(header, 108, 8, 1000);
	tar_set_number(header, 116, 8, 1000);
	tar_set_number(header, 136, 12, first ? 012402144462 : 012402144551);
	memcpy(header + 257, "ustar  ", 8);
	tar_set(header, 265, "vbatts");
	tar_set(header, 297, "vbatts");
	tar_content(first ? "farts\n" : "HOWDY\n", 6);
}

static void test_twice(void)
{
	static const struct {
		const char *files;
		const char *hex;
	} cases[] = {
		{ "01", "08653904a68d3ab5c59e65ef58c49c1581caa3c34744f8d354b3f575ea04424a" },
		{ "10", "b51c13fbefe158b5ce420d2b930eef54c5cd55c50a2ee4abdddea8fa9f081e0d" },
		{ "1", "381547080919bb82691e995508ae20ed33ce0f6948d41cafbeb70ce20c73ee8e" },
		{ "0", "f886e431c08143164a676805205979cd8fa535dfcef714db5515650eea5a7c0f" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (const char *file = cases[i].files; *file; file++)
			add_file(*file == '0');
		tar_end();
		is_text(hex_of(sum_of_tar(TARSUM_V0)), cases[i].hex, cases[i].files);
		tar_empty();
	}
}

static void test_fields(void)
{
	static const struct {
		enum tarsum_version version;
		const char *name, *content;
		bool owned;
		const char *records[2];
		const char *hex;
	} cases[] = {
		{ TARSUM_V0, "file.txt", "", false, { NULL },
		  "626c4a2e9a467d65c33ae81f7f3dedd4de8ccaee72af73223c4bc4718cbc7bbd" },
		{ TARSUM_DEV, "file.txt", "", false, { NULL },
		  "6ffd43a1573a9913325b4918e124ee982a99c0f3cba90fc032a65f5e20bdd465" },
		{ TARSUM_DEV, "another.txt", "test", true, { NULL },
		  "b38166c059e11fb77bef30bf16fba7584446e80fcc156ff46d47e36c5305d8ef" },
		{ TARSUM_DEV, "xattrs.txt", "test", true,
		  { "SCHILY.xattr.user.key2=value2", "SCHILY.xattr.user.key1=value1" },
		  "4cc2e71ac5d31833ab2be9b4f7842a14ce595ec96a37af4ed08f87bc374228cd" },
		{ TARSUM_DEV, "xattrs.txt", "test", true,
		  { "SCHILY.xattr.user.key2=value2", "SCHILY.xattr.user.KEY1=value1" },
		  "65f4284fa32c0d4112dd93c3637697805866415b570587e4fd266af241503760" },
		{ TARSUM_V0, "xattrs.txt", "test", true,
		  { "SCHILY.xattr.user.NOT=CALCULATED", "comment=none" },
		  "c12bb6f1303a9ddbf4576c52da74973c00d14c109bcfa76b708d5da1154a07fa" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned char *header;

		if (cases[i].records[0])
			tar_add_pax('x', cases[i].records, 2);
		header = tar_header('0', cases[i].name, strlen(cases[i].content));
		if (cases[i].owned) {
			tar_set_number(header, 108, 8, 1000);
			tar_set_number(header, 116, 8, 1000);
			tar_set(header, 265, "slartibartfast");
			tar_set(header, 297, "users");
		}
		tar_content(cases[i].content, strlen(cases[i].content));
		tar_end();
		is_text(hex_of(sum_of_tar(cases[i].version)), cases[i].hex, cases[i].name);
		tar_empty();
	}
}

#define NONE "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void test_empty(void)
{
	static const char *const sums[] = {
		"tarsum+sha256:" NONE, "tarsum.v1+sha256:" NONE, "tarsum.dev+sha256:" NONE,
	};

	for (enum tarsum_version version = 0; version < TARSUM_VERSION_COUNT; version++) {
		is_text(sum_of(version, "", 0, 1), sums[version], "nothing at all");
		tar_end();
		is_text(sum_of_tar(version), sums[version], "an archive of nothing");
		tar_compress();
		is_text(sum_of_tar(version), sums[version], "compressed");
		tar_empty();
	}
}

static void test_versions(void)
{
	static const char *const records[] = { "SCHILY.xattr.user.a=b", "mtime=1.5" };
	const char *sums[2][TARSUM_VERSION_COUNT];

	for (int with = 0; with < 2; with++) {
		if (with)
			tar_add_pax('x', records, 2);
		tar_add('0', "a", "content");
		tar_end();
		for (enum tarsum_version version = 0; version < TARSUM_VERSION_COUNT; version++)
			sums[with][version] = hex_of(sum_of_tar(version));
		tar_empty();
	}
	is_text(sums[1][TARSUM_V1], sums[1][TARSUM_DEV], "v1 and dev are alike");
	ok(strcmp(sums[0][TARSUM_V0], sums[1][TARSUM_V0]) != 0, "mtime counts in v0");
	ok(strcmp(sums[0][TARSUM_V1], sums[1][TARSUM_V1]) != 0, "attributes count in v1");
	tar_set_number(tar_header('0', "a", 7), 136, 12, 1);
	tar_content("content", 7);
	is_text(hex_of(sum_of_tar(TARSUM_V0)), sums[1][TARSUM_V0], "they do not in v0");
	is_text(hex_of(sum_of_tar(TARSUM_V1)), sums[0][TARSUM_V1], "nor does mtime in v1");
	tar_empty();
	arena_reset(&arena);
}

/* Each field that can differ makes another sum. */
static void test_every_field(void)
{
	static const struct {
		size_t at;
		const char *text;
	} cases[] = {
		{ 0, "b" }, { 100, "0000001" }, { 108, "0000001" }, { 116, "0000001" },
		{ 156, "7" }, { 157, "a" }, { 265, "a" }, { 297, "a" }, { 329, "0000001" },
		{ 337, "0000001" }, { 345, "a" }, { 512, "D" },
	};
	const char *before;
	size_t alike = 0;

	tar_add('0', "a", "content");
	before = hex_of(sum_of_tar(TARSUM_V1));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned char block[1024];

		memcpy(block, tar, sizeof(block));
		tar_set(tar, cases[i].at, cases[i].text);
		alike += strcmp(hex_of(sum_of_tar(TARSUM_V1)), before) == 0;
		memcpy(tar, block, sizeof(block));
	}
	is_number((long long)alike, 0, "every field counts");
	is_text(hex_of(sum_of_tar(TARSUM_V1)), before, "and nothing else does");
	tar_empty();
	arena_reset(&arena);
}

/* Of what may be told apart by order alone. */
static void test_order(void)
{
	static const struct {
		const char *first, *second;
		bool one_path;
	} cases[] = {
		{ "a", "b", false }, { "a", "a", true }, { "./a", "a", true }, { "a/", "a", true },
		{ "./a/", "a", true }, { "./", "", true }, { "././a", "./a", false },
		{ "a//", "a", false }, { "a//", "a/", false }, { "/a", "a", false },
		{ ".a", "a", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *sums[2];

		for (int turned = 0; turned < 2; turned++) {
			tar_add('0', turned ? cases[i].second : cases[i].first, turned ? "2" : "1");
			tar_add('0', turned ? cases[i].first : cases[i].second, turned ? "1" : "2");
			tar_end();
			sums[turned] = hex_of(sum_of_tar(TARSUM_V1));
			tar_empty();
		}
		ok((strcmp(sums[0], sums[1]) != 0) == cases[i].one_path, "'%s' and '%s'",
		   cases[i].first, cases[i].second);
	}
	arena_reset(&arena);
}

/* However the bytes come, compressed or not. */
static void test_pieces(void)
{
	static const size_t pieces[] = { 1, 2, 3, 511, 512, 513, 100000 };
	static char content[100000];
	const char *plain;

	for (size_t i = 0; i < sizeof(content); i++)
		content[i] = (char)(i * i >> 7);
	tar_header('0', "a", sizeof(content));
	tar_content(content, sizeof(content));
	tar_add('0', "b", "");
	tar_end();
	plain = hex_of(sum_of_tar(TARSUM_V1));
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		is_text(hex_of(sum_of(TARSUM_V1, tar, tar_length, pieces[i])), plain, "in pieces");
	tar_compress();
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		is_text(hex_of(sum_of(TARSUM_V1, tar, tar_length, pieces[i])), plain, "compressed");
	tar_empty();
	arena_reset(&arena);
}

static void refused(const char *wanted, const char *name)
{
	is_text(sum_of_tar(TARSUM_V1), "", name);
	is_text(reason, wanted, "the reason");
}

static void test_refused(void)
{
	unsigned char *bytes;

	is_text(sum_of(TARSUM_V1, "x", 1, 1), "", "a byte");
	is_text(reason, "the archive ends within an entry", "the reason");
	is_text(sum_of(TARSUM_V1, "\x1f", 1, 1), "", "half of what begins a gzip member");
	is_text(reason, "the archive ends within an entry", "the reason");
	is_text(sum_of(TARSUM_V1, "\x1f\x8b", 2, 1), "", "all of it");
	is_text(reason, "the gzip data ends too early", "the reason");
	tar_add('0', "a", "x");
	tar_content("This is no header.", 18);
	refused("a header has a wrong checksum, or is none", "no archive");
	tar_compress();
	refused("a header has a wrong checksum, or is none", "compressed");
	tar_empty();
	tar_add('0', "a", "x");
	tar_end();
	tar_compress();
	tar_length--;
	refused("the gzip data ends too early", "a byte of the check is missing");
	tar[tar_length - 7] ^= 1;
	tar_length++;
	refused("the gzip data is damaged, or is none", "a wrong check");
	tar_empty();
	bytes = tar_blocks(512);
	memcpy(bytes, "BZh91AY&SY", 10);
	refused("a header has a wrong checksum, or is none", "another compression");
	tar_empty();
	arena_reset(&arena);
}

int main(void)
{
	arena_init(&arena);
	test_sized();
	test_twice();
	test_fields();
	test_empty();
	test_versions();
	test_every_field();
	test_order();
	test_pieces();
	test_refused();
	arena_reset(&arena);
	return done_testing();
}
