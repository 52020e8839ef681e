/* test_text.c - text.h
 * SPDX-License-Identifier: ISC */
#include "text.h"

#include <stdint.h>
#include "arena.h"
#include "tap.h"

static struct arena arena;

static void test_builder(void)
{
	struct text text;
	size_t wanted = 0;

	text_init(&text, &arena);
	is_text(text.bytes, "", "a new text is empty, not NULL");
	text_add_bytes(&text, NULL, 0);
	text_add(&text, "");
	is_number((long long)text.length, 0, "nothing added is nothing");
	for (int i = 0; i < 1000; i++) {
		text_add(&text, "abc");
		text_add_format(&text, "%03d", i);
		wanted += 6;
	}
	is_number((long long)text.length, (long long)wanted, "it grows");
	ok(strlen(text.bytes) == wanted, "it ends with a NUL");
	ok(strncmp(text.bytes + 5994, "abc999", 7) == 0, "its end is what was added last");
	text_init(&text, &arena);
	text_add_bytes(&text, "a\0b", 3);
	ok(text.length == 3 && memcmp(text.bytes, "a\0b", 4) == 0, "it may hold a NUL");
	text_init(&text, &arena);
	for (int i = 0; i < 63; i++)
		text_add(&text, "x");
	text_add(&text, "y");
	is_text(text.bytes + 62, "xy", "the NUL counts when it grows");
	text_init(&text, &arena);
	text_add_format(&text, "%s%080d", "<", 7);
	is_number((long long)text.length, 81, "a format may be longer than the room");
}

static void test_json(void)
{
	static const struct {
		const char *plain, *json;
	} cases[] = {
		{ "", "\"\"" },
		{ "a/b <c> ~", "\"a/b <c> ~\"" },
		{ "\"\\", "\"\\\"\\\\\"" },
		{ "\n\t\x01\x1f", "\"\\u000a\\u0009\\u0001\\u001f\"" },
		{ "\x7f", "\"\\u007f\"" },
		{ "\xc3\xa9\xe2\x82\xac", "\"\\u00e9\\u20ac\"" },
		{ "\xf0\x9f\x98\x80", "\"\\ud83d\\ude00\"" },
		{ "\xf4\x8f\xbf\xbf", "\"\\udbff\\udfff\"" },
		{ "\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" },
		{ "a\xff" "b", "\"a\\ufffdb\"" },
		{ "\xc0\x80", "\"\\ufffd\\ufffd\"" },
		{ "\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"" },
		{ "\xe2\x82", "\"\\ufffd\\ufffd\"" },
		{ "\xe2\x82\"", "\"\\ufffd\\ufffd\\\"\"" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text text;

		text_init(&text, &arena);
		text_add_json(&text, cases[i].plain);
		is_text(text.bytes, cases[i].json, "JSON string");
	}
}

static void test_utf8(void)
{
	static const uint32_t characters[] = {
		1, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF,
	};

	for (size_t i = 0; i < sizeof(characters) / sizeof(characters[0]); i++) {
		struct text text;
		uint32_t back = 0;
		size_t length;

		text_init(&text, &arena);
		text_add_utf8(&text, characters[i]);
		length = text_utf8(text.bytes, text.length, &back);
		ok(length == text.length && back == characters[i], "U+%04X and back", back);
		ok(!text_utf8(text.bytes, text.length - 1, &back), "cut short");
	}
}

static void test_percent(void)
{
	static const struct {
		const char *plain, *keep, *encoded;
	} cases[] = {
		{ "", "", "" },
		{ "azAZ09-._~", "", "azAZ09-._~" },
		{ "a/b:c", "", "a%2Fb%3Ac" },
		{ "a/b:c", "/", "a/b%3Ac" },
		{ "%+ &=?#", "", "%25%2B%20%26%3D%3F%23" },
		{ "\xc3\xa9\x01", "", "%C3%A9%01" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text text;

		text_init(&text, &arena);
		text_add_percent(&text, cases[i].plain, cases[i].keep);
		is_text(text.bytes, cases[i].encoded, "percent-encoded");
	}
}

static void test_decode(void)
{
	static const struct {
		const char *encoded, *plain;
	} cases[] = {
		{ "", "" },
		{ "abc", "abc" },
		{ "a+b", "a+b" },
		{ "a%2fb%2FC", "a/b/C" },
		{ "%25%32%35", "%25" },
		{ "%2525", "%25" },
		{ "sha256%3Aab", "sha256:ab" },
		{ "%C3%a9", "\xc3\xa9" },
		{ "%", NULL },
		{ "%2", NULL },
		{ "ab%", NULL },
		{ "%zz", NULL },
		{ "%2g", NULL },
		{ "%+1", NULL },
		{ "%00", NULL },
		{ "a%00b", NULL },
		{ "%0a", NULL },
		{ "%1F", NULL },
		{ "%7f", NULL },
		{ "a\nb", NULL },
		{ "a\x7f", NULL },
	};
	char *decoded;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		decoded = text_decode(&arena, cases[i].encoded, strlen(cases[i].encoded));
		is_text(decoded, cases[i].plain, "percent-decoded");
	}
	is_text(text_decode(&arena, "ab%2fcd", 5), "ab/", "only as long as asked");
	is_text(text_decode(&arena, "ab%2fcd", 4), NULL, "an escape cut by the length");
	is_text(text_decode(&arena, "a\0b", 3), NULL, "a plain NUL");
}

static void test_number(void)
{
	static const struct {
		const char *text;
		uint64_t most;
		bool good;
		uint64_t number;
	} cases[] = {
		{ "0", 0, true, 0 },
		{ "1", 0, false, 0 },
		{ "7", 5, false, 0 },
		{ "5", 5, true, 5 },
		{ "10000", 10000, true, 10000 },
		{ "10001", 10000, false, 0 },
		{ "007", 10, true, 7 },
		{ "18446744073709551615", UINT64_MAX, true, UINT64_MAX },
		{ "18446744073709551616", UINT64_MAX, false, 0 },
		{ "99999999999999999999999", UINT64_MAX, false, 0 },
		{ "9223372036854775807", INT64_MAX, true, INT64_MAX },
		{ "9223372036854775808", INT64_MAX, false, 0 },
		{ "", 9, false, 0 },
		{ "-1", 9, false, 0 },
		{ "+1", 9, false, 0 },
		{ " 1", 9, false, 0 },
		{ "1 ", 9, false, 0 },
		{ "1e1", 99, false, 0 },
		{ "0x1", 99, false, 0 },
		{ "1.0", 99, false, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t number = 0;
		bool good = text_number(cases[i].text, strlen(cases[i].text), cases[i].most,
					&number);

		ok(good == cases[i].good && number == cases[i].number, "number '%s'",
		   cases[i].text);
	}
}

static void test_quantity(void)
{
	static const struct {
		const char *text;
		const struct text_unit *units;
		uint64_t least, most;
		bool good;
		uint64_t number;
	} cases[] = {
		{ "0", text_times, 0, 9, true, 0 },
		{ "3s", text_times, 0, 9, true, 3 },
		{ "5m", text_times, 0, 300, true, 300 },
		{ "24h", text_times, 60, UINT64_MAX, true, 86400 },
		{ "7D", text_times, 60, UINT64_MAX, true, 604800 },
		{ "90", text_times, 60, 100, true, 90 },
		{ "59", text_times, 60, 100, false, 0 },
		{ "2m", text_times, 0, 119, false, 0 },
		{ "2k", text_bytes, 0, 2048, true, 2048 },
		{ "1t", text_bytes, 0, UINT64_MAX, true, UINT64_C(1) << 40 },
		{ "16777216t", text_bytes, 0, UINT64_MAX, false, 0 },
		{ "2k", text_times, 0, 9999, false, 0 },
		{ "2k", NULL, 0, 9999, false, 0 },
		{ "12", NULL, 0, 9999, true, 12 },
		{ "s", text_times, 0, 9, false, 0 },
		{ "3ss", text_times, 0, 9, false, 0 },
		{ "3 s", text_times, 0, 9, false, 0 },
		{ "-3s", text_times, 0, 9, false, 0 },
		{ "1.5h", text_times, 0, 9999, false, 0 },
		{ "", text_times, 0, 9, false, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t number = 0;
		bool good = text_quantity(cases[i].text, cases[i].units, cases[i].least,
					  cases[i].most, &number);

		ok(good == cases[i].good && number == cases[i].number, "quantity '%s'",
		   cases[i].text);
	}
}

int main(void)
{
	arena_init(&arena);
	test_builder();
	test_json();
	test_utf8();
	test_percent();
	test_decode();
	test_number();
	test_quantity();
	arena_reset(&arena);
	return done_testing();
}
