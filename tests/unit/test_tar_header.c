/* test_tar_header.c - tar_header.h
 * SPDX-License-Identifier: ISC */
#include "tar_header.h"

#include "tap.h"
#include "tar_build.h"

static const char *const no_checksum = "a header has a wrong checksum, or is none";
static const char *const no_number = "a header has a number that is none";
static const char *const no_size = "a header has a negative size";

static struct tar_header strings;

/* A header with `length` bytes at `at` replaced. */
static const char *read_with(size_t at, const char *bytes, size_t length, struct tar_entry *entry)
{
	unsigned char *header = tar_header('0', "name", 0);

	memcpy(header + at, bytes, length);
	tar_sum(header);
	return tar_header_read(header, &strings, entry);
}

static void test_plain(void)
{
	unsigned char *header = tar_header('3', "dev/null", 07777);
	struct tar_entry entry;

	tar_set_number(header, 100, 8, 0666);
	tar_set_number(header, 108, 8, 01234567);
	tar_set_number(header, 116, 8, 0);
	tar_set_number(header, 136, 12, 013371337133);
	tar_set_number(header, 329, 8, 1);
	tar_set_number(header, 337, 8, 3);
	tar_set(header, 157, "elsewhere");
	tar_set(header, 265, "root");
	tar_set(header, 297, "wheel");
	is_text(tar_header_read(header, &strings, &entry), NULL, "a header");
	is_text(entry.name, "dev/null", "its name");
	is_text(entry.linkname, "elsewhere", "its linkname");
	is_text(entry.uname, "root", "its uname");
	is_text(entry.gname, "wheel", "its gname");
	is_number(entry.mode, 0666, "its mode");
	is_number(entry.uid, 01234567, "its uid");
	is_number(entry.gid, 0, "its gid");
	is_number(entry.size, 07777, "its size");
	is_number(entry.mtime, 013371337133, "its mtime");
	is_number(entry.devmajor, 1, "its devmajor");
	is_number(entry.devminor, 3, "its devminor");
	is_number(entry.typeflag, '3', "its typeflag");
	is_number((long long)entry.xattr_count, 0, "no attributes");
	tar_empty();
}

/* The uid, of eight bytes, and the size, of twelve. */
static void test_numbers(void)
{
	static const struct {
		size_t at;
		const char *bytes;
		long long number;
		bool bad;
	} cases[] = {
		{ 108, "0000000\0", 0, false },
		{ 108, "0001750\0", 01750, false },
		{ 108, "0001750 ", 01750, false },
		{ 108, "00001750", 01750, false },
		{ 108, "77777777", 077777777, false },
		{ 108, "   1750 ", 01750, false },
		{ 108, " \0 1750\0", 01750, false },
		{ 108, "1750 \0\0\0", 01750, false },
		{ 108, "1750\0\0\0\0", 01750, false },
		{ 108, "1750\0xyz", 01750, false },
		{ 108, "\0\0\0\0\0\0\0\0", 0, false },
		{ 108, "        ", 0, false },
		{ 108, "0001758\0", 0, true },
		{ 108, "x001750\0", 0, true },
		{ 108, "-001750\0", 0, true },
		{ 108, "+001750\0", 0, true },
		{ 108, "17 50\0\0\0", 0, true },
		{ 108, "0x1750\0\0", 0, true },
		{ 108, "\x80\0\0\0\0\0\x12\x34", 0x1234, false },
		{ 108, "\x80\x7f\xff\xff\xff\xff\xff\xff", 0x7fffffffffffff, false },
		{ 108, "\xbf\xff\xff\xff\xff\xff\xff\xff", 0x3fffffffffffffff, false },
		{ 108, "\xff\xff\xff\xff\xff\xff\xff\xff", -1, false },
		{ 108, "\xff\xff\xff\xff\xff\xff\xff\x00", -256, false },
		{ 108, "\xc0\0\0\0\0\0\0\0", -0x4000000000000000, false },
		{ 124, "00000000010\0", 8, false },
		{ 124, "777777777777", 0777777777777, false },
		{ 124, "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", 0x7fffffffffffffff, false },
		{ 124, "\x80\0\0\0\x80\0\0\0\0\0\0\0", 0, true },
		{ 124, "\x80\0\0\x01\0\0\0\0\0\0\0\0", 0, true },
		{ 124, "\xbf\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 0, true },
		{ 136, "\xff\xff\xff\xff\x80\0\0\0\0\0\0\0", -0x7fffffffffffffff - 1, false },
		{ 136, "\xff\xff\xff\xff\x7f\xff\xff\xff\xff\xff\xff\xff", 0, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tar_entry entry;
		size_t at = cases[i].at;
		const char *reason = read_with(at, cases[i].bytes, at == 108 ? 8 : 12, &entry);
		int64_t number = at == 108 ? entry.uid : at == 124 ? entry.size : entry.mtime;

		is_text(reason, cases[i].bad ? no_number : NULL, "a number, or none");
		if (!reason)
			is_number(number, cases[i].number, "what it says");
		tar_empty();
	}
}

static void test_every_number(void)
{
	static const size_t places[] = { 100, 108, 116, 124, 136, 329, 337 };
	struct tar_entry entry;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		is_text(read_with(places[i], "9", 1, &entry), no_number, "no number in a field");
		tar_empty();
	}
	is_text(read_with(124, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12, &entry),
		no_size, "less than no bytes");
	tar_empty();
}

static void test_strings(void)
{
	static const char hundred[] = "01234567890123456789012345678901234567890123456789"
				      "01234567890123456789012345678901234567890123456789";
	unsigned char *header = tar_header('0', hundred, 0);
	struct tar_entry entry;

	memcpy(header + 157, hundred, 100);
	memcpy(header + 265, hundred, 32);
	memcpy(header + 297, hundred, 32);
	for (size_t i = 0; i < 155; i++)
		header[345 + i] = 'p';
	tar_sum(header);
	is_text(tar_header_read(header, &strings, &entry), NULL, "strings that fill their fields");
	is_number((long long)strlen(entry.name), 256, "a prefix, a slash and a name");
	ok(entry.name[154] == 'p' && entry.name[155] == '/', "in this order");
	is_text(entry.name + 156, hundred, "nothing else");
	is_text(entry.linkname, hundred, "the linkname");
	is_number((long long)strlen(entry.uname), 32, "the uname");
	is_number((long long)strlen(entry.gname), 32, "the gname");

	memcpy(header + 508, "tar", 4);
	tar_sum(header);
	tar_header_read(header, &strings, &entry);
	is_number((long long)strlen(entry.name), 131 + 1 + 100, "star's prefix is shorter");
	memcpy(header + 257, "ustar  ", 8);
	tar_sum(header);
	tar_header_read(header, &strings, &entry);
	is_text(entry.name, hundred, "GNU has none");
	is_number((long long)strlen(entry.uname), 32, "but a uname");
	tar_empty();
}

static void test_v7(void)
{
	static const char *const magics[] = { "\0\0\0\0\0\0\0", "ustarx\0", "ustar \0" };
	unsigned char *header = tar_header('2', "name", 0);
	struct tar_entry entry;

	tar_set(header, 157, "target");
	tar_set(header, 265, "root");
	tar_set(header, 297, "wheel");
	tar_set(header, 329, "99999999");
	tar_set(header, 345, "prefix");
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		memcpy(header + 257, magics[i], 8);
		tar_sum(header);
		is_text(tar_header_read(header, &strings, &entry), NULL, "neither POSIX nor GNU");
		is_text(entry.name, "name", "has a name");
		is_text(entry.linkname, "target", "and a linkname");
		ok(!*entry.uname && !*entry.gname && !entry.devmajor && !entry.devminor,
		   "and nothing behind it");
	}
	tar_empty();
}

static void test_checksum(void)
{
	unsigned char *header = tar_header('0', "n\xc3\xa9", 0);
	struct tar_entry entry;
	int with_sign = 8 * ' ', bad = 0;

	tar_sum(header);
	is_text(tar_header_read(header, &strings, &entry), NULL, "of bytes");
	for (size_t i = 0; i < 512; i++)
		with_sign += i >= 148 && i < 156 ? 0 : (signed char)header[i];
	snprintf((char *)header + 148, 8, "%06o", (unsigned)with_sign);
	is_text(tar_header_read(header, &strings, &entry), NULL, "of bytes with a sign");
	for (size_t i = 0; i < 512; i++) {
		if (i >= 148 && i < 156)
			continue;
		header[i] ^= 1;
		bad += !tar_header_read(header, &strings, &entry);
		header[i] ^= 1;
	}
	is_number(bad, 0, "any other byte is seen");
	memset(header, 'x', 512);
	is_text(tar_header_read(header, &strings, &entry), no_checksum, "no header at all");
	tar_empty();
}

static void test_zero(void)
{
	unsigned char *block = tar_blocks(512);
	int bad = 0;

	ok(tar_header_is_zero(block), "a block of zeros");
	for (size_t i = 0; i < 512; i++) {
		block[i] = 1;
		bad += tar_header_is_zero(block);
		block[i] = 0;
	}
	is_number(bad, 0, "and none with one other byte");
	tar_empty();
}

int main(void)
{
	test_plain();
	test_numbers();
	test_every_number();
	test_strings();
	test_v7();
	test_checksum();
	test_zero();
	return done_testing();
}
