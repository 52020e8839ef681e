/* range.c - fuzz target: Range of a GET, Content-Range of a chunk, and numbers
 * SPDX-License-Identifier: ISC */
#include "range.h"

#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "text.h"

static void test_range(const char *text, off_t size)
{
	struct range range = { -1, -1 };

	if (range_parse(text, size, &range) == RANGE_PART)
		must(0 <= range.first && range.first <= range.last && range.last < size);
	else
		must(range.first == -1 && range.last == -1);
}

/* What is understood means the same in both ways to write it. */
static void test_content_range(const char *text)
{
	struct range range, again;
	char written[96];

	if (!content_range_parse(text, &range))
		return;
	must(0 <= range.first && range.first <= range.last && range.last < INT64_MAX);
	snprintf(written, sizeof(written), "%lld-%lld", (long long)range.first,
		 (long long)range.last);
	must(content_range_parse(written, &again));
	must(again.first == range.first && again.last == range.last);
	snprintf(written, sizeof(written), "bytes %lld-%lld/%lld", (long long)range.first,
		 (long long)range.last, (long long)range.last + 1);
	must(content_range_parse(written, &again));
	must(again.first == range.first && again.last == range.last);
}

static void test_number(const char *text)
{
	uint64_t number = 0, again = 0;
	char written[32];
	const char *digits = text + strspn(text, "0");

	if (text_number(text, strlen(text), UINT64_MAX, &number)) {
		snprintf(written, sizeof(written), "%llu", (unsigned long long)number);
		must(strcmp(written, *digits ? digits : "0") == 0);
	}
	if (text_quantity(text, text_bytes, 1, 1ULL << 40, &number)) {
		snprintf(written, sizeof(written), "%llu", (unsigned long long)number);
		must(text_quantity(written, NULL, 1, 1ULL << 40, &again) && number == again);
	}
	if (text_quantity(text, text_times, 0, 366 * 86400, &number))
		must(number <= 366 * 86400);
}

int fuzz_range(const uint8_t *bytes, size_t length)
{
	static const off_t sizes[] = { 0, 1, 2, 100, 5000000000, INT64_MAX };
	struct fuzz_input input;
	const char *text;

	fuzz_begin(&input, bytes, length);
	text = fuzz_take(&input);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		test_range(text, sizes[i]);
	test_content_range(text);
	test_number(text);
	fuzz_end(&input);
	return 0;
}
