/* route.c - fuzz target: paths, percent-encoded, to endpoints and back
 * SPDX-License-Identifier: ISC */
#include "route.h"

#include <string.h>

#include "arena.h"
#include "fuzz.h"
#include "text.h"

static int same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* No segment that a file system or a proxy would resolve, and no control byte. */
static void is_plain(const char *text)
{
	if (!text)
		return;
	must(*text);
	for (const char *segment = text; segment; segment = strchr(segment, '/')) {
		segment += *segment == '/';
		must(*segment && *segment != '/');
		must(strcmp(segment, ".") != 0 && strncmp(segment, "./", 2) != 0);
		must(strcmp(segment, "..") != 0 && strncmp(segment, "../", 3) != 0);
	}
	for (; *text; text++)
		must((unsigned char)*text >= ' ' && *text != 0x7F);
}

/* Decoding what was encoded gives it back, in whatever way it was encoded. */
static void test_encoding(struct arena *arena, const char *text)
{
	const char *decoded = text_decode(arena, text, strlen(text));
	struct text encoded;

	if (!decoded)
		return;
	text_init(&encoded, arena);
	text_add_percent(&encoded, decoded, "");
	must(same(text_decode(arena, encoded.bytes, encoded.length), decoded));
	must(encoded.bytes[strcspn(encoded.bytes, "/?#&=+ :")] == '\0');
}

int fuzz_route(const uint8_t *bytes, size_t length)
{
	struct fuzz_input input;
	struct arena arena;
	struct route route, again;
	const char *path, *built;

	arena_init(&arena);
	fuzz_begin(&input, bytes, length);
	path = fuzz_take(&input);
	test_encoding(&arena, path);
	if (route_parse(&arena, path, &route)) {
		must(route_named(route.kind) == (route.name != NULL));
		must(route_part(route.kind) == route.part && (route.part == PART_NONE) == !route.last);
		must(!route.last || !strchr(route.last, '/'));
		is_plain(route.name);
		is_plain(route.last);
		built = route_build(&arena, route.kind, route.name, route.last);
		must(route_parse(&arena, built, &again));
		must(again.kind == route.kind && same(again.name, route.name) &&
		     same(again.last, route.last));
	}
	arena_reset(&arena);
	fuzz_end(&input);
	return 0;
}
