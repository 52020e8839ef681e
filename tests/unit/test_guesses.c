/* test_guesses.c - guesses.h
 * SPDX-License-Identifier: ISC */
#include "guesses.h"

#include <stdlib.h>

#include "arena.h"
#include "scratch.h"
#include "tap.h"

static struct arena arena;

/* How many of `tries` checks may begin at that second. */
static unsigned begin(struct guesses *guesses, unsigned tries, time_t now)
{
	unsigned may = 0;

	while (tries--)
		may += guesses_begin(guesses, now);
	return may;
}

static void end(struct guesses *guesses, unsigned checks, bool right)
{
	while (checks--)
		guesses_end(guesses, right);
}

static void fail(struct guesses *guesses, unsigned times, time_t now)
{
	end(guesses, begin(guesses, times, now), false);
}

static void test_right(void)
{
	struct guesses *guesses = guesses_open(&arena, 16);

	is_number(begin(guesses, 1000, 1000), 1000, "any number while all are right");
	end(guesses, 1000, true);
	is_number(begin(guesses, 1000, 1000), 1000, "and again");
	end(guesses, 1000, true);
}

static void test_wrong(void)
{
	struct guesses *guesses = guesses_open(&arena, 16);
	const char *text;

	scratch_listen();
	fail(guesses, 10, 1000);
	is_number(begin(guesses, 100, 1000), 100, "ten people mistype");
	end(guesses, 100, true);
	fail(guesses, 1, 1000);
	is_number(begin(guesses, 100, 1000), 8, "the eleventh is one too many");
	is_number(begin(guesses, 100, 1000), 0, "while these are checked");
	end(guesses, 1, true);
	is_number(begin(guesses, 100, 1000), 1, "until one is done");
	end(guesses, 8, true);
	is_number(begin(guesses, 100, 1010), 8, "it takes its time");
	end(guesses, 8, true);
	is_number(begin(guesses, 100, 1011), 100, "to be forgotten");
	end(guesses, 100, true);
	fail(guesses, 1000, 1020);
	is_number(begin(guesses, 100, 1079), 8, "however many there were");
	end(guesses, 8, true);
	is_number(begin(guesses, 100, 1080), 100, "a minute is enough");
	text = scratch_said();
	ok(strstr(text, "than 8 are") != NULL, "it is said");
	ok(strstr(text, "\n") && strchr(strchr(text, '\n') + 1, '\n') == strrchr(text, '\n'),
	   "once each time");
}

static void test_slow(void)
{
	struct guesses *guesses = guesses_open(&arena, 16);

	for (time_t now = 1000; now < 2000; now += 2)
		fail(guesses, 2, now);
	is_number(begin(guesses, 100, 2000), 100, "one a second makes no crowd");
}

static void test_threads(void)
{
	static const struct {
		unsigned long long threads;
		unsigned most;
	} cases[] = { { 0, 1 }, { 1, 1 }, { 2, 1 }, { 3, 1 }, { 4, 2 }, { 1024, 512 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct guesses *guesses = guesses_open(&arena, cases[i].threads);

		fail(guesses, 20, 1000);
		ok(begin(guesses, 2000, 1000) == cases[i].most, "of %llu threads %u",
		   cases[i].threads, cases[i].most);
	}
}

int main(void)
{
	scratch_make();
	arena_init(&arena);
	test_right();
	test_wrong();
	test_slow();
	test_threads();
	arena_reset(&arena);
	scratch_remove();
	return done_testing();
}
