/* progress.h - how far a long command has come
 * SPDX-License-Identifier: ISC
 *
 * On a terminal a bar with rate and time left, on standard error; elsewhere a
 * line for each step, on standard output, when it is done. */
#ifndef HYTHE_PROGRESS_H
#define HYTHE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct progress {
	bool terminal;
	const char *what;	/* the step, or NULL */
	size_t done, parts;	/* 0 parts: not known */
	long long begun, shown; /* milliseconds, monotonic */
};

void progress_init(struct progress *progress);

/* Go on to a step of so many parts, ending the one before; `what` is constant. */
void progress_step(struct progress *progress, const char *what, size_t parts);

/* So many parts of it are done. */
void progress_advance(struct progress *progress, size_t done);

/* Give the line to something else; the bar comes back by itself. */
void progress_clear(struct progress *progress);

/* End the last step. */
void progress_end(struct progress *progress);

#endif
