/* fsck.c - hythe fsck: is the store as it should be?
 * SPDX-License-Identifier: ISC */
#include "fsck.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "command.h"
#include "log.h"
#include "manifest_put.h"
#include "option.h"
#include "progress.h"
#include "server.h"
#include "settings.h"
#include "store.h"
#include "text.h"

struct watch {
	struct fsck_watch watch; /* first, for what it calls gets no more */
	struct progress progress;
};

static void step(struct fsck_watch *watch, const char *what, size_t parts)
{
	progress_step(&((struct watch *)watch)->progress, what, parts);
}

static void advance(struct fsck_watch *watch, size_t parts)
{
	progress_advance(&((struct watch *)watch)->progress, parts);
}

/* Names of files may have been chosen to drive a terminal. */
static void print_plain(const char *text)
{
	size_t left = strlen(text), step;
	bool control;

	for (; left; text += step, left -= step) {
		step = text_step(text, left, &control);
		printf("%.*s", control ? 1 : (int)step, control ? "?" : text);
	}
}

static void found(struct fsck_watch *watch, enum fsck_kind kind, const char *path,
		  const char *detail, bool repaired)
{
	progress_clear(&((struct watch *)watch)->progress);
	printf("%s%s ", repaired ? "repaired: " : "", fsck_word(kind));
	print_plain(path);
	if (*detail)
		printf(": ");
	print_plain(detail);
	putchar('\n');
	fflush(stdout);
}

static void print_result(const struct fsck_options *options, const struct fsck_result *result)
{
	printf("%zu repositories, %zu manifests, %zu blobs", result->repositories,
	       result->manifests, result->blobs);
	if (options->hash)
		printf(", %" PRIu64 " bytes read", result->bytes);
	printf(": %zu found", result->found);
	if (options->repair)
		printf(", %zu of them repaired", result->repaired);
	if (options->unmark)
		printf(", %zu marks removed", result->unmarked);
	putchar('\n');
}

static int check(const struct store *store, const struct fsck_options *options)
{
	struct watch watch = { .watch = { step, advance, found } };
	struct fsck_result result;
	enum outcome outcome;

	progress_init(&watch.progress);
	outcome = fsck_run(store, options, &watch.watch, &result);
	progress_end(&watch.progress);
	if (outcome == HELD)
		log_line("'%s': a collection is under way; try again after it", store->path);
	else if (outcome == MISSING)
		log_line("'%s' has no repositories", store->path);
	if (outcome != DONE)
		return EXIT_FAILURE;
	print_result(options, &result);
	return result.found == result.repaired ? EXIT_SUCCESS : EXIT_FAILURE;
}

int command_fsck(int argc, char **argv)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t hash = 0, repair = 0, unmark = 0, jobs = processors > 0 ? (uint64_t)processors : 1;
	const struct option table[] = {
		{ "--hash", OPTION_SWITCH, &hash, 0, 0 },
		{ "--jobs", OPTION_NUMBER, &jobs, 1, 256 },
		{ "--repair", OPTION_SWITCH, &repair, 0, 0 },
		{ "--unmark", OPTION_SWITCH, &unmark, 0, 0 },
	};
	struct fsck_options options;
	struct settings settings;
	struct store store;
	struct arena arena;
	int status = EXIT_FAILURE;

	if (!options_read(argc, argv, table, COUNT(table)))
		return EXIT_USAGE;
	options = (struct fsck_options){
		.hash = hash, .repair = repair, .unmark = unmark, .jobs = (unsigned)jobs,
	};
	arena_init(&arena);
	if (command_open(&arena, &settings, &store, repair || unmark)) {
		options.sparse = settings.sparse == SPARSE_ALL;
		status = check(&store, &options);
	}
	arena_reset(&arena);
	return status;
}
