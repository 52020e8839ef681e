/* url.c - fuzz target: URLs, their parameters, and what a Location means
 * SPDX-License-Identifier: ISC */
#include "url.h"

#include <string.h>

#include "arena.h"
#include "fuzz.h"

static const char *value_of(const struct url_parameter *parameters, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(parameters[i].key, key) == 0)
			return parameters[i].value;
	return NULL;
}

static int can_be_encoded(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7F)
			return 0;
	return 1;
}

/* What was merged is read again, and what was there besides is still there. */
static void test_merge(struct arena *arena, const char *url, const char *key, const char *value)
{
	const struct url_parameter parameter = { key, value };
	const struct url_parameter *before, *after;
	size_t count, left = 0, now;
	const char *merged;

	if (strchr(url, '#') || !*key || !can_be_encoded(key) || !can_be_encoded(value))
		return;
	before = url_parameters(arena, url, &count);
	merged = url_merge(arena, url, &parameter, 1);
	after = url_parameters(arena, merged, &now);
	must(strcmp(value_of(after, now, key), value) == 0);
	must(strcmp(after[now - 1].key, key) == 0);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(before[i].key, key) == 0)
			continue;
		must(strcmp(before[i].key, after[left].key) == 0);
		must(strcmp(before[i].value, after[left].value) == 0);
		left++;
	}
	must(left + 1 == now);
	must(strcmp(url_merge(arena, merged, &parameter, 1), merged) == 0);
}

static void test_resolve(struct arena *arena, const char *root, const char *location)
{
	const char *url;

	if (!url_root_valid(root))
		root = NULL;
	url = url_resolve(arena, root, location);
	if (!url)
		return;
	must(!strchr(url, '#'));
	for (const char *c = url; *c; c++)
		must((unsigned char)*c > ' ' && *c != 0x7F);
	must(!root || strcmp(url_resolve(arena, root, url), url) == 0);
}

/* What url_check() lets through is built to be read as the same. */
static void test_check(struct arena *arena, enum route_kind kind, const char *name,
		       const char *last)
{
	struct route route;
	const char *url;

	if (url_check(arena, kind, name, last) != URL_GOOD)
		return;
	url = url_resolve(arena, "http://h", route_build(arena, kind, name, last));
	must(url && url_parse(arena, url, &route) && route.kind == kind);
	must(!route_named(kind) || strcmp(route.name, name) == 0);
	must(route_part(kind) == PART_NONE || strcmp(route.last, last) == 0);
}

int fuzz_url(const uint8_t *bytes, size_t length)
{
	struct fuzz_input input;
	struct arena arena;
	const char *url, *second, *third;
	struct route route;
	enum route_kind kind;

	arena_init(&arena);
	fuzz_begin(&input, bytes, length);
	kind = fuzz_byte(&input) % ROUTE_COUNT;
	url = fuzz_take(&input);
	second = fuzz_take(&input);
	third = fuzz_take(&input);
	url_parse(&arena, url, &route);
	test_merge(&arena, url, second, third);
	test_resolve(&arena, second, url);
	test_check(&arena, kind, second, third);
	arena_reset(&arena);
	fuzz_end(&input);
	return 0;
}
