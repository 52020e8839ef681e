/* expire.c - hythe expire: the end of upload sessions that nobody finishes
 * SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "arena.h"
#include "command.h"
#include "expiry.h"
#include "option.h"
#include "server.h"
#include "settings.h"
#include "store.h"
#include "walk.h"

struct expiry {
	struct walk walk; /* first, for what it calls gets no more */
	uint64_t seconds;
	struct expiry_count total;
	bool failed;
};

/* One repository that cannot be looked at must not keep the others' sessions. */
static enum outcome visit(struct walk *walk, struct arena *arena, const struct walk_place *place)
{
	struct expiry *expiry = (struct expiry *)walk;
	struct expiry_count count;

	if (!place->has_parts)
		return DONE;
	if (expiry_sweep(walk->store, arena, place->name, (long long)expiry->seconds, SIZE_MAX,
			 &count) != DONE ||
	    count.failed)
		expiry->failed = true;
	expiry->total.ended += count.ended;
	expiry->total.left += count.left;
	return DONE;
}

static int sweep(struct expiry *expiry)
{
	enum outcome outcome = walk_repositories(&expiry->walk);

	printf("%zu upload sessions expired, %zu are left\n", expiry->total.ended,
	       expiry->total.left);
	if (outcome == MISSING) /* nothing was ever stored */
		outcome = DONE;
	return outcome == DONE && !expiry->failed ? EXIT_SUCCESS : EXIT_FAILURE;
}

int command_expire(int argc, char **argv)
{
	struct expiry expiry = { .walk.visit = visit, .seconds = UINT64_MAX };
	const struct option options[] = {
		{ "--older-than", OPTION_TIME, &expiry.seconds, 0, 3660ull * 86400 },
	};
	struct settings settings;
	struct store store;
	struct arena arena;
	int status = EXIT_FAILURE;

	if (!options_read(argc, argv, options, COUNT(options)))
		return EXIT_USAGE;
	arena_init(&arena);
	if (command_open(&arena, &settings, &store, true)) {
		expiry.walk.store = &store;
		if (expiry.seconds == UINT64_MAX)
			expiry.seconds = settings.upload_expiry;
		status = sweep(&expiry);
	}
	arena_reset(&arena);
	return status;
}
