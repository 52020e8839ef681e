/* test_json_scan.c - json_scan.h
 * SPDX-License-Identifier: ISC */
#include "json_scan.h"

#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include "arena.h"
#include "tap.h"
#include "text.h"

#define GOOD JSON_GOOD
#define SYNTAX JSON_SYNTAX
#define TWICE JSON_DUPLICATE_KEY

static struct arena arena;

/* Scan a copy that ends where the bytes end, so that a step beyond is seen. */
static struct json_fault scan(const char *bytes, size_t length)
{
	char *copy = malloc(length ? length : 1);
	struct json_fault fault;
	bool good;

	memcpy(copy, bytes, length);
	good = json_scan(&arena, copy, length, &fault);
	free(copy);
	if (good != (fault.problem == GOOD))
		ok(false, "true for JSON_GOOD, false for all else");
	return fault;
}

static void test_documents(void)
{
	static const struct {
		const char *text;
		enum json_problem problem;
		const char *at;
		size_t offset;
	} cases[] = {
		{ "{}", GOOD, "", 0 },
		{ "[]", GOOD, "", 0 },
		{ " \t\r\n[ \t\r\n] \t\r\n", GOOD, "", 0 },
		{ "{\"a\":[1,{\"b\":null}],\"c\":true,\"d\":false,\"e\":\"\"}", GOOD, "", 0 },
		{ "\"\"", GOOD, "", 0 },
		{ "null", GOOD, "", 0 },
		{ "0", GOOD, "", 0 },
		{ "-0", GOOD, "", 0 },
		{ "[1,-1,10,1.5,-0.5e10,1E+5,1e-5,0e0]", GOOD, "", 0 },
		{ "123456789012345678901234567890", GOOD, "", 0 },
		{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\"", GOOD, "", 0 },
		{ "\"\\ud83d\\uDE00\"", GOOD, "", 0 },
		{ "\"\xf0\x9f\x98\x80 \xe2\x82\xac \xc3\xa9 \x7f\"", GOOD, "", 0 },
		{ "\"\\uffff\"", GOOD, "", 0 },
		{ "{\"a\":{\"a\":{\"a\":[]}}}", GOOD, "", 0 },
		{ "[{\"a\":1},{\"a\":1}]", GOOD, "", 0 },
		{ "{\"\":1}", GOOD, "", 0 },
		{ "{\"a\":1,\"A\":2}", GOOD, "", 0 },

		{ "", SYNTAX, "", 0 },
		{ " ", SYNTAX, "", 1 },
		{ "{", SYNTAX, "", 1 },
		{ "[", SYNTAX, "/0", 1 },
		{ "}", SYNTAX, "", 0 },
		{ "]", SYNTAX, "", 0 },
		{ "[}", SYNTAX, "/0", 1 },
		{ "{]", SYNTAX, "", 1 },
		{ "[1", SYNTAX, "/0", 2 },
		{ "[1,]", SYNTAX, "/1", 3 },
		{ "[,1]", SYNTAX, "/0", 1 },
		{ "[1 2]", SYNTAX, "/0", 3 },
		{ "[1}", SYNTAX, "/0", 2 },
		{ "{\"a\"}", SYNTAX, "/a", 4 },
		{ "{\"a\":}", SYNTAX, "/a", 5 },
		{ "{\"a\":1,}", SYNTAX, "", 7 },
		{ "{\"a\":1]", SYNTAX, "/a", 6 },
		{ "{\"a\" 1}", SYNTAX, "/a", 5 },
		{ "{a:1}", SYNTAX, "", 1 },
		{ "{'a':1}", SYNTAX, "", 1 },
		{ "{1:1}", SYNTAX, "", 1 },
		{ "{\"a\":1 \"b\":2}", SYNTAX, "/a", 7 },
		{ "{\"a\":[0,{\"b\":x}]}", SYNTAX, "/a/1/b", 13 },
		{ "{\"a/b~c\":[x]}", SYNTAX, "/a~1b~0c/0", 10 },
		{ "{\"\\u0061\\u002f\":x}", SYNTAX, "/a~1", 16 },
		{ "nul", SYNTAX, "", 0 },
		{ "True", SYNTAX, "", 0 },
		{ "NaN", SYNTAX, "", 0 },
		{ "Infinity", SYNTAX, "", 0 },
		{ "-Infinity", SYNTAX, "", 1 },
		{ "undefined", SYNTAX, "", 0 },
		{ "// c\n1", SYNTAX, "", 0 },
		{ "/* c */1", SYNTAX, "", 0 },
		{ "\xef\xbb\xbf{}", SYNTAX, "", 0 },
		{ "\v1", SYNTAX, "", 0 },
		{ "\xc2\xa0" "1", SYNTAX, "", 0 },

		{ "-", SYNTAX, "", 1 },
		{ "+1", SYNTAX, "", 0 },
		{ ".5", SYNTAX, "", 0 },
		{ "1.", SYNTAX, "", 2 },
		{ "1.e1", SYNTAX, "", 2 },
		{ "1e", SYNTAX, "", 2 },
		{ "1e+", SYNTAX, "", 3 },
		{ "[01]", SYNTAX, "/0", 2 },
		{ "[-01]", SYNTAX, "/0", 3 },
		{ "[0x1]", SYNTAX, "/0", 2 },
		{ "[1_0]", SYNTAX, "/0", 2 },

		{ "\"", SYNTAX, "", 1 },
		{ "\"a", SYNTAX, "", 2 },
		{ "\"\\", SYNTAX, "", 1 },
		{ "\"\\\"", SYNTAX, "", 3 },
		{ "\"\\x41\"", SYNTAX, "", 1 },
		{ "\"\\'\"", SYNTAX, "", 1 },
		{ "\"\\u004\"", SYNTAX, "", 1 },
		{ "\"\\u004g\"", SYNTAX, "", 1 },
		{ "\"\\u", SYNTAX, "", 1 },
		{ "\"\\U0041\"", SYNTAX, "", 1 },
		{ "\"a\nb\"", SYNTAX, "", 2 },
		{ "\"a\tb\"", SYNTAX, "", 2 },
		{ "\"\x1f\"", SYNTAX, "", 1 },
		{ "\"\\u0000\"", SYNTAX, "", 1 },
		{ "{\"a\\u0000b\":1}", SYNTAX, "", 3 },
		{ "\"\\ud800\"", SYNTAX, "", 1 },
		{ "\"\\ud800x\"", SYNTAX, "", 1 },
		{ "\"\\ud800\\n\"", SYNTAX, "", 1 },
		{ "\"\\ud800\\u0041\"", SYNTAX, "", 1 },
		{ "\"\\ud800\\ud800\"", SYNTAX, "", 1 },
		{ "\"\\udc00\"", SYNTAX, "", 1 },
		{ "\"\\udc00\\ud800\"", SYNTAX, "", 1 },
		{ "\"\\udc00\\udc00\"", SYNTAX, "", 1 },
		{ "\"\\ud800\\ue000\"", SYNTAX, "", 1 },

		{ "\"\x80\"", SYNTAX, "", 1 },
		{ "\"\xff\"", SYNTAX, "", 1 },
		{ "\"\xc3\"", SYNTAX, "", 1 },
		{ "\"\xc3", SYNTAX, "", 1 },
		{ "\"\xe2\x82\"", SYNTAX, "", 1 },
		{ "\"\xc0\x80\"", SYNTAX, "", 1 },
		{ "\"\xc1\xbf\"", SYNTAX, "", 1 },
		{ "\"\xe0\x9f\xbf\"", SYNTAX, "", 1 },
		{ "\"\xf0\x8f\xbf\xbf\"", SYNTAX, "", 1 },
		{ "\"\xed\xa0\x80\"", SYNTAX, "", 1 },
		{ "\"\xed\xbf\xbf\"", SYNTAX, "", 1 },
		{ "\"\xf4\x90\x80\x80\"", SYNTAX, "", 1 },
		{ "\"\xf8\x88\x80\x80\x80\"", SYNTAX, "", 1 },
		{ "{\"\xc3(\":1}", SYNTAX, "", 2 },

		{ "{} {}", JSON_TRAILING, "", 3 },
		{ "{}x", JSON_TRAILING, "", 2 },
		{ "{}}", JSON_TRAILING, "", 2 },
		{ "1 2", JSON_TRAILING, "", 2 },
		{ "01", JSON_TRAILING, "", 1 },
		{ "nullx", JSON_TRAILING, "", 4 },

		{ "{\"a\":1,\"a\":1}", TWICE, "/a", 7 },
		{ "{\"a\":1,\"\\u0061\":2}", TWICE, "/a", 7 },
		{ "{\"\\/\":1,\"/\":2}", TWICE, "/~1", 8 },
		{ "{\"\\n\":1,\"\\u000A\":2}", TWICE, "/\n", 8 },
		{ "{\"\xc3\xa9\":1,\"\\u00e9\":2}", TWICE, "/\xc3\xa9", 8 },
		{ "{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}", TWICE, "/\xf0\x9f\x98\x80", 18 },
		{ "{\"\":1,\"\":2}", TWICE, "/", 6 },
		{ "{\"a\":1,\"b\":2,\"c\":3,\"b\":4,\"a\":5}", TWICE, "/b", 19 },
		{ "{\"x\":[0,{\"k\":{},\"l\":1,\"k\":[]}]}", TWICE, "/x/1/k", 22 },
		{ "{\"k\":{\"k\":1},\"k\":2}", TWICE, "/k", 13 },
		{ "{\"a\":1,\"ab\":1,\"abc\":1,\"b\":1,\"ab\":1}", TWICE, "/ab", 28 },
		{ "{\"\xc3\xa9\":1,\"\xc3\xa8\":1,\"\xc3\xa9x\":1}", GOOD, "", 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json_fault fault = scan(cases[i].text, strlen(cases[i].text));

		ok(fault.problem == cases[i].problem, "case %zu is %d", i, fault.problem);
		is_text(fault.at, cases[i].at, "its pointer");
		is_number((long long)fault.offset, (long long)cases[i].offset, "its offset");
	}
}

/* Every document cut anywhere is no document. */
static void test_cut(void)
{
	static const char text[] = "{\"a\\n\\ud83d\\ude00\xe2\x82\xac\":[true,null,{\"b\":\"c\"}]}";
	size_t bad = 0;

	for (size_t length = 0; length < sizeof(text) - 1; length++)
		bad += scan(text, length).problem == SYNTAX;
	is_number((long long)bad, sizeof(text) - 1, "cut short anywhere");
	is_number(scan(text, sizeof(text) - 1).problem, GOOD, "but whole");
	is_number(scan(text, sizeof(text)).problem, JSON_TRAILING, "a NUL behind it");
	is_number(scan("\0{}", 3).problem, SYNTAX, "a NUL before it");
	is_number(scan("[\0]", 3).problem, SYNTAX, "a NUL within it");
	is_number(scan("\"\0\"", 3).problem, SYNTAX, "a NUL in a string");
}

static struct text document;

static void add_times(const char *string, size_t times)
{
	while (times--)
		text_add(&document, string);
}

static struct json_fault scan_document(void)
{
	return scan(document.bytes, document.length);
}

static void nest(const char *open, const char *close, size_t depth)
{
	text_init(&document, &arena);
	add_times(open, depth);
	text_add(&document, "1");
	add_times(close, depth);
}

static void test_deep(void)
{
	nest("[", "]", JSON_DEPTH_MAX);
	is_number(scan_document().problem, GOOD, "as deep as allowed, arrays");
	nest("[", "]", JSON_DEPTH_MAX + 1);
	is_number(scan_document().problem, JSON_TOO_DEEP, "one deeper");
	is_number((long long)scan_document().offset, JSON_DEPTH_MAX, "which is seen there");
	is_number((long long)strlen(scan_document().at), 2 * JSON_DEPTH_MAX, "with its pointer");
	nest("{\"a\":", "}", JSON_DEPTH_MAX);
	is_number(scan_document().problem, GOOD, "as deep as allowed, objects");
	nest("{\"a\":", "}", JSON_DEPTH_MAX + 1);
	is_number(scan_document().problem, JSON_TOO_DEEP, "one deeper");
	nest("[", "", 4000000);
	is_number(scan_document().problem, JSON_TOO_DEEP, "millions deeper");
}

static void list(const char *element, size_t count)
{
	text_init(&document, &arena);
	text_add(&document, "[");
	for (size_t i = 0; i < count; i++) {
		text_add(&document, i ? "," : "");
		text_add(&document, element);
	}
	text_add(&document, "]");
}

/* An object of `count` members whose keys are numbers behind `before`. */
static void members(const char *before, size_t count)
{
	text_init(&document, &arena);
	text_add(&document, "{");
	for (size_t i = 0; i < count; i++) {
		text_add(&document, i ? ",\"" : "\"");
		text_add(&document, before);
		text_add_format(&document, "%zu", i);
		text_add(&document, "\":0");
	}
	text_add(&document, "}");
}

static void test_wide(void)
{
	list("0", JSON_VALUES_MAX - 1);
	is_number(scan_document().problem, GOOD, "as many values as allowed");
	list("0", JSON_VALUES_MAX);
	is_number(scan_document().problem, JSON_TOO_MANY, "one more");
	is_text(scan_document().at, "/65535", "with its pointer");
	list("[{}]", JSON_VALUES_MAX / 2 + 1);
	is_number(scan_document().problem, JSON_TOO_MANY, "empty ones count");
	list("{\"a\":0}", JSON_VALUES_MAX / 2 - 1);
	is_number(scan_document().problem, GOOD, "many small objects");
	members("", JSON_VALUES_MAX);
	is_number(scan_document().problem, JSON_TOO_MANY, "too many members");
	members("", JSON_VALUES_MAX - 1);
	is_number(scan_document().problem, GOOD, "as many members as allowed");
	document.bytes[document.length - 1] = ',';
	text_add(&document, "\"7\":0}");
	is_number(scan_document().problem, JSON_TOO_MANY, "which a duplicate cannot pass");
	members("", JSON_VALUES_MAX - 2);
	document.bytes[document.length - 1] = ',';
	text_add(&document, "\"\\u0037\":0}");
	is_number(scan_document().problem, TWICE, "the last of them a duplicate");
	is_text(scan_document().at, "/7", "with its pointer");
}

/* Time, not memory, is what a hostile object could cost: quadratic work would
 * take minutes here. */
static void test_hostile_keys(void)
{
	clock_t start = clock();

	members("\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n",
		JSON_VALUES_MAX - 1);
	is_number(scan_document().problem, GOOD, "many keys, alike for long");
	ok(clock() - start < 20 * CLOCKS_PER_SEC, "are compared in no long time");
}

static void test_long_key(void)
{
	struct json_fault fault;

	text_init(&document, &arena);
	text_add(&document, "{\"");
	add_times("\xc3\xa9", 500000);
	text_add(&document, "\":[1,x]}");
	fault = scan_document();
	is_number(fault.problem, SYNTAX, "a fault below a huge key");
	is_number((long long)strlen(fault.at), 1 + 256 + 2, "whose pointer is cut");
	is_text(fault.at + 1 + 254, "\xc3\xa9/1", "between characters");
}

static void test_top(void)
{
	static const struct {
		const char *text;
		const char *value;
		bool present;
	} cases[] = {
		{ "{\"key\":\"v\"}", "v", true },
		{ " { \"key\" : \"v\" } ", "v", true },
		{ "{\"a\":1,\"key\":\"v\"}", "v", true },
		{ "{\"a\":{\"key\":\"no\"},\"b\":[{\"key\":\"no\"}],\"key\":\"v\"}", "v", true },
		{ "{\"a\":\"key\",\"b\":\"\\\",\\\"key\\\":\\\"no\\\"\",\"key\":\"v\"}", "v",
		  true },
		{ "{\"a\":\"}]\\\\\",\"key\":\"v\"}", "v", true },
		{ "{\"\\u006bey\":\"v\"}", "v", true },
		{ "{\"key\":\"\"}", "", true },
		{ "{\"key\":\"a\\n\\u00e9\\ud83d\\ude00\\/\"}", "a\n\xc3\xa9\xf0\x9f\x98\x80/",
		  true },
		{ "{\"key\":1}", NULL, true },
		{ "{\"key\":null}", NULL, true },
		{ "{\"key\":[\"v\"]}", NULL, true },
		{ "{\"key\":{\"key\":\"v\"}}", NULL, true },
		{ "{\"Key\":\"v\"}", NULL, false },
		{ "{\"keys\":\"v\"}", NULL, false },
		{ "{\"ke\":\"v\"}", NULL, false },
		{ "{}", NULL, false },
		{ "[\"key\",\"v\"]", NULL, false },
		{ "[{\"key\":\"v\"}]", NULL, false },
		{ "\"key\"", NULL, false },
		{ "", NULL, false },
		{ "{", NULL, false },
		{ "{\"", NULL, false },
		{ "{\"key", NULL, false },
		{ "{\"key\"", NULL, false },
		{ "{\"key\":", NULL, false },
		{ "{\"a\":\"", NULL, false },
		{ "{\"a\":\"\\", NULL, false },
		{ "{\"a\":\"\\\"", NULL, false },
		{ "{\"a\":[[[[", NULL, false },
		{ "{\"a\":1}", NULL, false },
		{ "{\"a\":1}}},\"key\":\"v\"}", NULL, false },
		{ "{\"a\":1],\"key\":\"v\"}", NULL, false },
		{ "{\"a\" \"key\":\"v\"}", NULL, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t length = strlen(cases[i].text);
		char *copy = malloc(length ? length : 1);
		bool present;

		memcpy(copy, cases[i].text, length);
		is_text(json_top_string(&arena, copy, length, "key", &present), cases[i].value,
			cases[i].text);
		is_number(present, cases[i].present, "whether it is present");
		free(copy);
	}
}

int main(void)
{
	arena_init(&arena);
	test_documents();
	test_cut();
	test_deep();
	test_wide();
	test_hostile_keys();
	test_long_key();
	test_top();
	arena_reset(&arena);
	return done_testing();
}
