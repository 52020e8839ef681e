/* tap.h - the Test Anything Protocol, as much as the unit tests need
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_TAP_H
#define HYTHE_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failed;

static inline __attribute__((format(printf, 2, 3))) bool ok(bool good, const char *name, ...)
{
	va_list list;

	tap_failed += !good;
	printf("%sok %d - ", good ? "" : "not ", ++tap_count);
	va_start(list, name);
	vprintf(name, list);
	va_end(list);
	putchar('\n');
	return good;
}

/* NULL equals nothing but NULL. */
static inline void is_text(const char *got, const char *wanted, const char *name)
{
	if (!ok(got && wanted ? strcmp(got, wanted) == 0 : got == wanted, "%s", name))
		printf("#      got: %s\n#   wanted: %s\n", got ? got : "NULL",
		       wanted ? wanted : "NULL");
}

static inline void is_number(long long got, long long wanted, const char *name)
{
	if (!ok(got == wanted, "%s", name))
		printf("#      got: %lld\n#   wanted: %lld\n", got, wanted);
}

/* The plan, at the end; returns what main() should. */
static inline int done_testing(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed || !tap_count;
}

#endif
