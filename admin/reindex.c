/* reindex.c - hythe reindex: record again what manifests refer to
 * SPDX-License-Identifier: ISC */
#include "reindex.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "catalog.h"
#include "command.h"
#include "name.h"
#include "page.h"
#include "settings.h"
#include "store.h"

/* Why a repository was not looked through; the log has more. */
static const char *const failures[] = {
	[MISSING] = "there is no such repository",
	[BUSY] = "busy, try again",
	[FULL] = "no space left",
	[FAILED] = "failed",
};

static bool reindex(const struct store *store, const char *name, bool dry_run)
{
	enum outcome outcome = MISSING;
	struct reindex found;

	if (name_valid(name))
		outcome = reindex_repository(store, name, dry_run, &found);
	if (outcome != DONE) {
		fprintf(stderr, "hythe: %s: %s\n", name, failures[outcome]);
		return false;
	}
	printf("%s: %zu manifests, %zu referrers, %zu %s, %zu %s", name, found.revisions,
	       found.referrers, found.added, dry_run ? "to add" : "added", found.removed,
	       dry_run ? "to remove" : "removed");
	if (found.bad)
		printf(", %zu bad", found.bad);
	puts("");
	fflush(stdout);
	return !found.bad;
}

static bool reindex_named(const struct store *store, char *const *names, bool dry_run)
{
	bool good = true;

	for (; *names; names++)
		good &= reindex(store, *names, dry_run);
	return good;
}

static bool reindex_all(const struct store *store, struct arena *arena, bool dry_run)
{
	struct page names;
	bool good;

	page_init(&names, arena, NULL, SIZE_MAX);
	good = catalog_list(store, &names, NULL, NULL) == DONE;
	for (size_t i = 0; i < names.count; i++)
		good &= reindex(store, names.list[i], dry_run);
	return good;
}

int command_reindex(int argc, char **argv)
{
	bool dry_run = argc > 1 && strcmp(argv[1], "--dry-run") == 0;
	int first = 1 + dry_run;
	struct settings settings;
	struct arena arena;
	struct store store;
	bool good;

	for (int i = first; i < argc; i++)
		if (argv[i][0] == '-')
			return EXIT_USAGE;
	arena_init(&arena);
	good = command_open(&arena, &settings, &store, true);
	if (good)
		good = first < argc ? reindex_named(&store, argv + first, dry_run)
				    : reindex_all(&store, &arena, dry_run);
	arena_reset(&arena);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
