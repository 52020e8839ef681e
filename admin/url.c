/* url.c - hythe url: the paths of endpoints, from the registry's own table
 * SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "command.h"
#include "route.h"
#include "text.h"

static const char *const kinds[] = {
	[ROUTE_BASE] = "base",
	[ROUTE_CATALOG] = "catalog",
	[ROUTE_EXTENSIONS] = "extensions",
	[ROUTE_REPOSITORY_EXTENSIONS] = "repository-extensions",
	[ROUTE_TAGS] = "tags",
	[ROUTE_REFERRERS] = "referrers",
	[ROUTE_MANIFEST] = "manifest",
	[ROUTE_BLOB] = "blob",
	[ROUTE_UPLOADS] = "uploads",
	[ROUTE_UPLOAD] = "session",
};

_Static_assert(sizeof(kinds) / sizeof(*kinds) == ROUTE_COUNT, "every route has a kind");

static bool find_kind(const char *text, enum route_kind *kind)
{
	for (*kind = 0; *kind < ROUTE_COUNT; (*kind)++)
		if (strcmp(text, kinds[*kind]) == 0)
			return true;
	fprintf(stderr, "hythe: there is no kind '%s'\n", text);
	return false;
}

static int parse(const char *path)
{
	struct arena arena;
	struct route route;
	bool known;

	arena_init(&arena);
	known = route_parse(&arena, path, &route);
	if (known)
		printf("%s%s%s%s%s\n", kinds[route.kind], route.name ? " " : "",
		       route.name ? route.name : "", route.last ? " " : "",
		       route.last ? route.last : "");
	else
		fprintf(stderr, "hythe: '%s' is no endpoint\n", path);
	arena_reset(&arena);
	return known ? EXIT_SUCCESS : EXIT_FAILURE;
}

int command_url(int argc, char **argv)
{
	struct arena arena;
	enum route_kind kind;

	if (argc == 3 && strcmp(argv[1], "--parse") == 0)
		return parse(argv[2]);
	if (argc < 2 || !find_kind(argv[1], &kind))
		return EXIT_USAGE;
	arena_init(&arena);
	puts(route_build(&arena, kind, argc > 2 ? argv[2] : NULL, argc > 3 ? argv[3] : NULL));
	arena_reset(&arena);
	return EXIT_SUCCESS;
}
