/* guesses.h - how many passwords are checked at once while somebody guesses
 * SPDX-License-Identifier: ISC
 *
 * A check is slow on purpose, and anybody can ask for one: a few connections with wrong
 * passwords would keep every thread busy, also for those who need no check.  So while
 * many were wrong lately, about more than one a second, half of the threads are kept
 * from it.  As long as all are right, all may be checked at once. */
#ifndef HYTHE_GUESSES_H
#define HYTHE_GUESSES_H

#include <stdbool.h>
#include <time.h>

struct arena;
struct guesses;

/* Nobody guesses yet, in a process of so many threads.  For all of them, until the
 * arena is reset. */
struct guesses *guesses_open(struct arena *arena, unsigned long long threads);

/* May another password be checked, at the second `now` of a clock that only goes
 * forward?  If so, guesses_end() must follow. */
bool guesses_begin(struct guesses *guesses, time_t now);

/* A check is done, and the password was right, or not. */
void guesses_end(struct guesses *guesses, bool right);

#endif
