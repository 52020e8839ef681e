/* test_form.c - form.h
 * SPDX-License-Identifier: ISC */
#include "form.h"

#include <stdlib.h>

#include "arena.h"
#include "tap.h"
#include "text.h"

static const struct {
	const char *text;
	const char *parsed; /* "name=value;" for each; NULL: broken */
} cases[] = {
	{ "", "" },
	{ "&", "" },
	{ "&&a=1&&", "a=1;" },
	{ "a=1&b=2", "a=1;b=2;" },
	{ "a=1&a=2", "a=1;a=2;" },
	{ "a", "a=;" },
	{ "a=", "a=;" },
	{ "=1", "=1;" },
	{ "a=b=c", "a=b=c;" },
	{ "a=b+c%2Bd", "a=b c+d;" },
	{ "a+b=c", "a b=c;" },
	{ "a=%252B", "a=%2B;" },
	{ "scope=repository%3Aa%2Fb%3Apull%2Cpush", "scope=repository:a/b:pull,push;" },
	{ "a=%C3%A9", "a=\xc3\xa9;" },
	{ "a=%26b", "a=&b;" },
	{ "a=%2", NULL },
	{ "a=%", NULL },
	{ "a=%zz", NULL },
	{ "a=1&b=%0a", NULL },
	{ "a=%00", NULL },
	{ "%=1", NULL },
};

static bool add(const char *name, const char *value, void *context)
{
	text_add_format(context, "%s=%s;", name, value);
	return strcmp(name, "stop") != 0;
}

int main(void)
{
	struct arena arena;
	struct text text;

	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool good;

		text_init(&text, &arena);
		good = form_each(&arena, cases[i].text, add, &text);
		is_text(good ? text.bytes : NULL, cases[i].parsed, cases[i].text);
	}
	text_init(&text, &arena);
	ok(!form_each(&arena, "a=1&stop=2&b=3", add, &text), "it can be stopped");
	is_text(text.bytes, "a=1;stop=2;", "and then goes no further");
	arena_reset(&arena);
	return done_testing();
}
