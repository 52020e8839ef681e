/* progress.c - how far a long command has come
 * SPDX-License-Identifier: ISC */
#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SHOW_MILLISECONDS = 200, BAR_WIDTH = 30 };

static long long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

void progress_init(struct progress *progress)
{
	*progress = (struct progress){ .terminal = isatty(STDERR_FILENO) };
}

static void show_left(const struct progress *progress, double rate)
{
	long long seconds;

	if (rate <= 0 || progress->done > progress->parts)
		return;
	seconds = (long long)((double)(progress->parts - progress->done) / rate);
	fprintf(stderr, "  %lld:%02lld:%02lld left", seconds / 3600, seconds / 60 % 60,
		seconds % 60);
}

static void show_bar(const struct progress *progress)
{
	static const char full[] = "##############################";
	double share = progress->parts ? (double)progress->done / (double)progress->parts : 0;
	int length = share < 1 ? (int)(share * BAR_WIDTH) : BAR_WIDTH;

	fprintf(stderr, "  [%-*.*s] %3.0f %%", BAR_WIDTH, length, full, share * 100);
}

/* Over the line that is there. */
static void show(struct progress *progress, long long now)
{
	double seconds = (double)(now - progress->begun) / 1000;
	double rate = seconds > 0 ? (double)progress->done / seconds : 0;

	fprintf(stderr, "\r%-28s", progress->what);
	if (progress->parts)
		show_bar(progress);
	fprintf(stderr, "  %zu  %.0f/s", progress->done, rate);
	if (progress->parts)
		show_left(progress, rate);
	fputs("\033[K", stderr);
	fflush(stderr);
	progress->shown = now;
}

void progress_step(struct progress *progress, const char *what, size_t parts)
{
	progress_end(progress);
	progress->what = what;
	progress->parts = parts;
	progress->done = 0;
	progress->begun = progress->shown = milliseconds();
}

void progress_advance(struct progress *progress, size_t done)
{
	long long now;

	progress->done = done;
	if (!progress->terminal)
		return;
	now = milliseconds();
	if (now - progress->shown >= SHOW_MILLISECONDS)
		show(progress, now);
}

void progress_clear(struct progress *progress)
{
	if (progress->terminal)
		fputs("\r\033[K", stderr);
}

void progress_end(struct progress *progress)
{
	if (!progress->what)
		return;
	progress_clear(progress);
	printf("%s: %zu in %.1f s\n", progress->what, progress->done,
	       (double)(milliseconds() - progress->begun) / 1000);
	fflush(stdout);
	progress->what = NULL;
}
