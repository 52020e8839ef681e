/* gc.c - hythe gc: remove what no manifest names
 * SPDX-License-Identifier: ISC */
#include "gc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "arena.h"
#include "command.h"
#include "file_system.h"
#include "log.h"
#include "option.h"
#include "progress.h"
#include "server.h"
#include "settings.h"
#include "store.h"

/* Clocks of two hosts may differ by this, and no run may take a file for older
 * than it is. */
enum { GRACE_LEAST = 300, GRACE_USUAL = 86400 };

static const uint64_t TIME_MOST = 36600ull * 86400;

struct collection {
	struct gc_options options;
	uint64_t dry_run, verbose; /* switches */
	struct gc_result result;
	uint64_t used; /* before; bytes */
};

struct watch {
	struct gc_watch watch; /* first, for what it calls gets no more */
	struct progress progress;
};

static void step(struct gc_watch *watch, const char *what, size_t parts)
{
	progress_step(&((struct watch *)watch)->progress, what, parts);
}

static void advance(struct gc_watch *watch, size_t parts)
{
	progress_advance(&((struct watch *)watch)->progress, parts);
}

static void print_counts(const struct collection *collection)
{
	static const char *const kinds[GC_KINDS] = {
		[GC_BLOB] = "blobs",
		[GC_LINK] = "links",
		[GC_MANIFEST] = "manifests",
	};
	const char *would = collection->options.dry_run ? "would be " : "";

	for (size_t i = 0; i < GC_KINDS; i++) {
		const struct gc_count *count = &collection->result.counts[i];

		printf("%s: %zu kept, %zu %scondemned, %zu %sremoved, %zu %sreturned, %zu left\n",
		       kinds[i], count->kept, count->condemned, would, count->removed, would,
		       count->returned, would, count->left);
	}
}

static void print_result(const struct collection *collection, const struct store *store)
{
	const struct gc_result *result = &collection->result;
	uint64_t used, available;

	print_counts(collection);
	printf("repositories: %zu, %zu removed, %zu kept whole\n", result->repositories,
	       result->emptied, result->doubtful);
	if (result->tidied)
		printf("tidied: %zu\n", result->tidied);
	if (result->stuck)
		printf("left in the trash, which the next run empties: %zu\n", result->stuck);
	if (result->shards_left || result->repositories_left)
		printf("left, for others were at work: %zu shards, %zu repositories\n",
		       result->shards_left, result->repositories_left);
	if (file_system_room(store->root, &used, &available) == 0)
		printf("bytes: %" PRIu64 " %s; the disk has %" PRIu64 " in use, before %" PRIu64
		       "\n",
		       result->counts[GC_BLOB].bytes,
		       collection->options.dry_run ? "would be freed" : "freed", used,
		       collection->used);
}

static void print_memory(const struct gc_result *result)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	printf("memory: %ld KiB at most, %zu of them for lists\n", usage.ru_maxrss,
	       result->memory / 1024);
}

static const char *complaint(enum outcome outcome)
{
	switch (outcome) {
	case HELD:
		return "another collection is under way";
	case MISSING:
		return "blobs or repositories are missing: is the storage mounted?";
	case BUSY:
		return "not everybody let go of a lock; nothing is lost by that, try again";
	default:
		return "the collection ended early; nothing is lost by that";
	}
}

static int collect(struct collection *collection, const struct store *store)
{
	struct watch watch = { .watch = { step, advance } };
	uint64_t available;
	enum outcome outcome;

	progress_init(&watch.progress);
	if (file_system_room(store->root, &collection->used, &available) < 0)
		log_errno("cannot look at '%s'", store->path);
	outcome = gc_run(store, &collection->options, &watch.watch, &collection->result);
	progress_end(&watch.progress);
	if (outcome == DONE)
		print_result(collection, store);
	else
		log_line("'%s': %s", store->path, complaint(outcome));
	if (collection->verbose)
		print_memory(&collection->result);
	return outcome == DONE && !collection->result.doubtful && !collection->result.stuck
		       ? EXIT_SUCCESS
		       : EXIT_FAILURE;
}

/* By how much may the clocks be apart that give files their times? */
static uint64_t clocks_apart(const struct settings *settings, const struct store *store)
{
	if (settings->hosts == HOSTS_ONE)
		return 0;
	return settings->hosts == HOSTS_MANY || !file_system_is_local(store->root) ? GRACE_LEAST
										   : 0;
}

/* Is so short a grace time sound here? */
static bool may_hurry(const struct gc_options *options, const struct store *store)
{
	if (options->grace >= options->clocks || options->dry_run)
		return true;
	log_line("'%s' may be shared between hosts, whose clocks may differ: a grace time under "
		 "5 minutes needs the setting hosts = one",
		 store->path);
	return false;
}

static int run(struct collection *collection)
{
	struct settings settings;
	struct store store;
	struct arena arena;
	int status = EXIT_FAILURE;

	arena_init(&arena);
	if (command_open(&arena, &settings, &store, !collection->options.dry_run)) {
		collection->options.clocks = clocks_apart(&settings, &store);
		if (may_hurry(&collection->options, &store))
			status = collect(collection, &store);
	}
	arena_reset(&arena);
	return status;
}

int command_gc(int argc, char **argv)
{
	struct collection collection = {
		.options = { .grace = GRACE_USUAL,
			     .linger = UINT64_MAX,
			     .untagged_age = UINT64_MAX },
	};
	struct gc_options *options = &collection.options;
	const struct option table[] = {
		{ "--dry-run", OPTION_SWITCH, &collection.dry_run, 0, 0 },
		{ "--grace", OPTION_TIME, &options->grace, 0, TIME_MOST },
		{ "--linger", OPTION_TIME, &options->linger, 0, TIME_MOST },
		{ "--untagged-older-than", OPTION_TIME, &options->untagged_age, 0, TIME_MOST },
		{ "--verbose", OPTION_SWITCH, &collection.verbose, 0, 0 },
	};

	if (!options_read(argc, argv, table, COUNT(table)))
		return EXIT_USAGE;
	options->dry_run = collection.dry_run;
	options->untagged = options->untagged_age != UINT64_MAX;
	if (options->linger == UINT64_MAX)
		options->linger =
			options->grace > GC_LINGER_LEAST ? options->grace : GC_LINGER_LEAST;
	return run(&collection);
}
