/* beside.h - a thread that does one thing with bytes, while its owner gets more
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_BESIDE_H
#define HYTHE_BESIDE_H

#include <stddef.h>

struct arena;
struct beside;

/* Start a thread that calls `work` with `context` and the bytes of each hand-over, in
 * their order.  It has ended after the arena's reset, before what was deferred earlier.
 * NULL where no thread is to be had. */
struct beside *beside_start(struct arena *arena,
			    void (*work)(void *context, const void *bytes, size_t length),
			    void *context);

/* Wait until the hand-over before is worked off, then return at once.  The bytes are
 * the thread's, and must not change, until the next call here has returned. */
void beside_hand_over(struct beside *beside, const void *bytes, size_t length);

/* Wait until all is worked off: `context` is the caller's until the next hand-over. */
void beside_wait(struct beside *beside);

#endif
