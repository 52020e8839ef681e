/* test_lines.c - lines.h
 * SPDX-License-Identifier: ISC */
#include "lines.h"

#include "tap.h"

static void test_lines(void)
{
	static const struct {
		const char *line;
		unsigned number;
	} wanted[] = { { "one", 1 }, { "two  words", 4 }, { "last", 7 } };
	char text[] = "one\n\n  # a comment\n\ttwo  words \r\n \t \n#\nlast";
	struct lines lines;

	lines_init(&lines, text);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		is_text(lines_next(&lines), wanted[i].line, "a line");
		is_number(lines.number, wanted[i].number, "its number");
	}
	ok(!lines_next(&lines) && !lines_next(&lines), "then no more");
}

static void test_words(void)
{
	char text[] = "  allow\t*  a/** pull ", *rest = text;

	is_text(lines_word(&rest), "allow", "the first word");
	is_text(lines_word(&rest), "*", "the second");
	is_text(lines_word(&rest), "a/**", "the third");
	is_text(lines_word(&rest), "pull", "the last");
	ok(!lines_word(&rest) && !lines_word(&rest), "then no more");
}

int main(void)
{
	static const struct {
		const char *text, *trimmed;
	} cases[] = {
		{ "", "" }, { " ", "" }, { "a", "a" }, { " \ta b\r ", "a b" }, { "\v a", "\v a" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[16];

		strcpy(text, cases[i].text);
		is_text(lines_trim(text), cases[i].trimmed, "trimmed");
	}
	test_lines();
	test_words();
	return done_testing();
}
