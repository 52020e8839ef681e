/* test_range.c - range.h
 * SPDX-License-Identifier: ISC */
#include "range.h"

#include <stdint.h>
#include "tap.h"

#define WHOLE RANGE_WHOLE
#define PART RANGE_PART
#define UNSATISFIABLE RANGE_UNSATISFIABLE

static void test_range(void)
{
	static const struct {
		const char *text;
		off_t size;
		enum range_kind kind;
		off_t first, last;
	} cases[] = {
		{ NULL, 100, WHOLE, 0, 0 },
		{ "", 100, WHOLE, 0, 0 },
		{ "bytes=0-0", 100, PART, 0, 0 },
		{ "bytes=0-99", 100, PART, 0, 99 },
		{ "bytes=0-100", 100, PART, 0, 99 },
		{ "bytes=10-", 100, PART, 10, 99 },
		{ "bytes=99-", 100, PART, 99, 99 },
		{ "bytes=99-99", 100, PART, 99, 99 },
		{ "bytes=100-", 100, UNSATISFIABLE, 0, 0 },
		{ "bytes=100-200", 100, UNSATISFIABLE, 0, 0 },
		{ "bytes=5-4", 100, UNSATISFIABLE, 0, 0 },
		{ "bytes=0-", 0, UNSATISFIABLE, 0, 0 },
		{ "bytes=0-0", 0, UNSATISFIABLE, 0, 0 },
		{ "bytes=-1", 100, PART, 99, 99 },
		{ "bytes=-100", 100, PART, 0, 99 },
		{ "bytes=-101", 100, PART, 0, 99 },
		{ "bytes=-0", 100, UNSATISFIABLE, 0, 0 },
		{ "bytes=-0", 0, UNSATISFIABLE, 0, 0 },
		{ "bytes=-5", 0, WHOLE, 0, 0 },
		{ "bytes=0-9223372036854775807", 100, PART, 0, 99 },
		{ "bytes=0-9223372036854775808", 100, PART, 0, 99 },
		{ "bytes=0-99999999999999999999999", 100, PART, 0, 99 },
		{ "bytes=9223372036854775808-", 100, UNSATISFIABLE, 0, 0 },
		{ "bytes=99999999999999999999999-99999999999999999999999", 100,
		  UNSATISFIABLE, 0, 0 },
		{ "bytes=-99999999999999999999999", 100, PART, 0, 99 },
		{ "bytes=4294967296-", 4294967297, PART, 4294967296, 4294967296 },
		{ "Bytes=1-2", 100, PART, 1, 2 },
		{ "bytes= 1-2 ", 100, PART, 1, 2 },
		{ "bytes=001-002", 100, PART, 1, 2 },
		{ "bytes=0-1,5-6", 100, WHOLE, 0, 0 },
		{ "bytes=0-1, 5-6", 100, WHOLE, 0, 0 },
		{ "bytes=-1,-2", 100, WHOLE, 0, 0 },
		{ "bytes=", 100, WHOLE, 0, 0 },
		{ "bytes=-", 100, WHOLE, 0, 0 },
		{ "bytes=--1", 100, WHOLE, 0, 0 },
		{ "bytes=1", 100, WHOLE, 0, 0 },
		{ "bytes=a-b", 100, WHOLE, 0, 0 },
		{ "bytes=1-b", 100, WHOLE, 0, 0 },
		{ "bytes=1-2x", 100, WHOLE, 0, 0 },
		{ "bytes=1 - 2", 100, WHOLE, 0, 0 },
		{ "bytes=+1-2", 100, WHOLE, 0, 0 },
		{ "bytes=0x1-2", 100, WHOLE, 0, 0 },
		{ "bytes 1-2", 100, WHOLE, 0, 0 },
		{ "bytes", 100, WHOLE, 0, 0 },
		{ "byte=1-2", 100, WHOLE, 0, 0 },
		{ "items=1-2", 100, WHOLE, 0, 0 },
		{ " bytes=1-2", 100, WHOLE, 0, 0 },
		{ "1-2", 100, WHOLE, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct range range = { 0, 0 };
		enum range_kind kind = range_parse(cases[i].text, cases[i].size, &range);

		ok(kind == cases[i].kind, "kind of '%s'", cases[i].text ? cases[i].text : "none");
		if (kind == PART)
			ok(range.first == cases[i].first && range.last == cases[i].last,
			   "from %lld to %lld", (long long)range.first, (long long)range.last);
	}
}

static void test_content_range(void)
{
	static const struct {
		const char *text;
		bool good;
		off_t first, last;
	} cases[] = {
		{ "0-0", true, 0, 0 },
		{ "0-99", true, 0, 99 },
		{ "100-199", true, 100, 199 },
		{ "bytes 0-99/100", true, 0, 99 },
		{ "bytes 0-99/200", true, 0, 99 },
		{ "bytes 0-99/*", true, 0, 99 },
		{ "BYTES 0-99/*", true, 0, 99 },
		{ "0-99 ", true, 0, 99 },
		{ "0-9223372036854775806", true, 0, INT64_MAX - 1 },
		{ "0-9223372036854775807", false, 0, 0 },
		{ "0-99999999999999999999", false, 0, 0 },
		{ "bytes 0-99/99", false, 0, 0 },
		{ "bytes 0-99", false, 0, 0 },
		{ "bytes 0-99/", false, 0, 0 },
		{ "bytes 0-99/x", false, 0, 0 },
		{ "bytes 0-99/100x", false, 0, 0 },
		{ "bytes */100", false, 0, 0 },
		{ "0-99/100", false, 0, 0 },
		{ "1-0", false, 0, 0 },
		{ "5-4", false, 0, 0 },
		{ "-5", false, 0, 0 },
		{ "5-", false, 0, 0 },
		{ "-", false, 0, 0 },
		{ "--", false, 0, 0 },
		{ "-1-5", false, 0, 0 },
		{ "0--5", false, 0, 0 },
		{ "", false, 0, 0 },
		{ "5", false, 0, 0 },
		{ "a-b", false, 0, 0 },
		{ "0-9x", false, 0, 0 },
		{ "0-9,10-11", false, 0, 0 },
		{ " 0-9", false, 0, 0 },
		{ "bytes=0-9", false, 0, 0 },
		{ "items 0-9/10", false, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct range range = { 0, 0 };
		bool good = content_range_parse(cases[i].text, &range);

		ok(good == cases[i].good, "Content-Range '%s'", cases[i].text);
		if (good)
			ok(range.first == cases[i].first && range.last == cases[i].last,
			   "from %lld to %lld", (long long)range.first, (long long)range.last);
	}
}

int main(void)
{
	test_range();
	test_content_range();
	return done_testing();
}
