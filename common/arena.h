/* arena.h - memory and resources that live as long as one request
 * SPDX-License-Identifier: ISC
 *
 * Whatever a request allocates or opens belongs to its arena and is gone
 * after arena_reset(): code in between returns early without cleaning up.
 * An arena belongs to one thread.  Allocation never fails: out of memory is
 * logged and ends the process, which at any moment loses nothing that was
 * answered.  Only where somebody else's process would end, an arena has
 * `exhausted`. */
#ifndef HYTHE_ARENA_H
#define HYTHE_ARENA_H

#include <stddef.h>

struct arena {
	struct arena_block *blocks;
	struct arena_release *releases;
	/* Called instead of ending the process, if not NULL.  Must not return. */
	void (*exhausted)(struct arena *arena);
};

/* Start an empty arena, without `exhausted`; it allocates nothing yet. */
void arena_init(struct arena *arena);

/* Memory of `size` bytes, zeroed and aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size);

/* A copy of `length` bytes at `bytes`, with a NUL behind it. */
char *arena_copy(struct arena *arena, const void *bytes, size_t length);

/* A formatted string. */
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Call `release(resource)` at the reset. */
void arena_defer(struct arena *arena, void (*release)(void *resource), void *resource);

/* Take over `fd`, which is closed at the reset; returns `fd`. */
int arena_own_fd(struct arena *arena, int fd);

/* Close `fd`, which the arena owns, now. */
void arena_close_fd(struct arena *arena, int fd);

/* Release everything, newest first, then free the memory.  The arena is
 * empty and can be used again, `exhausted` as before. */
void arena_reset(struct arena *arena);

#endif
