/* library.c - url.h for other people's programs
 * SPDX-License-Identifier: ISC
 *
 * The functions work in an arena as hythe's do, and copy out what they return.
 * Where hythe would end for want of memory, they come back here by longjmp():
 * nothing between has anything but the arena's memory to lose. */
#include <hythe/url.h>

#include <errno.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "url.h"

#define IS(public, internal) \
	_Static_assert((int)(public) == (int)(internal), "one numbering of the kinds")

IS(HYTHE_URL_BASE, ROUTE_BASE);
IS(HYTHE_URL_CATALOG, ROUTE_CATALOG);
IS(HYTHE_URL_EXTENSIONS, ROUTE_EXTENSIONS);
IS(HYTHE_URL_REPOSITORY_EXTENSIONS, ROUTE_REPOSITORY_EXTENSIONS);
IS(HYTHE_URL_TAGS, ROUTE_TAGS);
IS(HYTHE_URL_REFERRERS, ROUTE_REFERRERS);
IS(HYTHE_URL_MANIFEST, ROUTE_MANIFEST);
IS(HYTHE_URL_BLOB, ROUTE_BLOB);
IS(HYTHE_URL_UPLOADS, ROUTE_UPLOADS);
IS(HYTHE_URL_SESSION, ROUTE_UPLOAD);
IS(HYTHE_URL_TOKEN, ROUTE_TOKEN);
IS(HYTHE_URL_TOKEN + 1, ROUTE_COUNT);

/* An arena that leads back to whoever made it. */
struct memory {
	struct arena arena;
	jmp_buf exhausted;
};

/* What hythe_url_parse() returns the last member of. */
struct parsed {
	struct memory memory;
	struct hythe_url url;
};

static void leave(struct arena *arena)
{
	struct memory *memory = (struct memory *)arena;

	longjmp(memory->exhausted, 1);
}

static void memory_init(struct memory *memory)
{
	arena_init(&memory->arena);
	memory->arena.exhausted = leave;
}

/* End with a copy of `result`, which may be NULL. */
static char *finish(struct memory *memory, const char *result)
{
	size_t size = result ? strlen(result) + 1 : 0;
	char *copy = result ? malloc(size) : NULL;

	if (copy)
		memcpy(copy, result, size);
	arena_reset(&memory->arena);
	if (!copy)
		errno = result ? ENOMEM : EINVAL;
	return copy;
}

static char *give_up(struct memory *memory)
{
	arena_reset(&memory->arena);
	errno = ENOMEM;
	return NULL;
}

static bool is_kind(enum hythe_url_kind kind)
{
	return (unsigned)kind < ROUTE_COUNT;
}

/* The two are declared apart, for the internal one is nobody's business, and
 * may change. */
static const struct url_parameter *
import_parameters(struct arena *arena, const struct hythe_url_parameter *parameters, size_t count)
{
	struct url_parameter *list;

	if (count > SIZE_MAX / sizeof(*list))
		leave(arena);
	list = arena_alloc(arena, count * sizeof(*list));
	for (size_t i = 0; i < count; i++)
		list[i] = (struct url_parameter){ parameters[i].key, parameters[i].value };
	return list;
}

/* NULL if an argument is not valid. */
static const char *build(struct arena *arena, enum hythe_url_kind wanted, const char *name,
			 const char *last)
{
	enum route_kind kind = (enum route_kind)wanted;

	if (!is_kind(wanted) || (route_named(kind) && !name) ||
	    (route_part(kind) != PART_NONE && !last) ||
	    url_check(arena, kind, name, last) != URL_GOOD)
		return NULL;
	return route_build(arena, kind, name, last);
}

/* NULL if the root is not valid, or the location, which may be NULL. */
static const char *complete(struct arena *arena, const char *root, const char *location,
			    const struct hythe_url_parameter *parameters, size_t count)
{
	const char *url;

	if (!location || (root && !url_root_valid(root)))
		return NULL;
	url = url_resolve(arena, root, location);
	return url ? url_merge(arena, url, import_parameters(arena, parameters, count), count)
		   : NULL;
}

const char *hythe_url_word(enum hythe_url_kind kind)
{
	return is_kind(kind) ? url_kind_word((enum route_kind)kind) : NULL;
}

char *hythe_url_build(const char *root, enum hythe_url_kind kind, const char *name,
		      const char *part, const struct hythe_url_parameter *parameters, size_t count)
{
	struct memory memory;

	memory_init(&memory);
	if (setjmp(memory.exhausted))
		return give_up(&memory);
	return finish(&memory, complete(&memory.arena, root, build(&memory.arena, kind, name, part),
					parameters, count));
}

char *hythe_url_at(const char *root, const char *location,
		   const struct hythe_url_parameter *parameters, size_t count)
{
	struct memory memory;

	memory_init(&memory);
	if (setjmp(memory.exhausted))
		return give_up(&memory);
	return finish(&memory, complete(&memory.arena, root, location, parameters, count));
}

/* Take `url` apart, into the arena; false if it is no endpoint. */
static bool parse(struct arena *arena, const char *url, struct hythe_url *parsed)
{
	const struct url_parameter *parameters;
	struct hythe_url_parameter *list;
	struct route route;

	if (!url_parse(arena, url, &route))
		return false;
	parameters = url_parameters(arena, url, &parsed->count);
	list = arena_alloc(arena, parsed->count * sizeof(*list));
	for (size_t i = 0; i < parsed->count; i++)
		list[i] = (struct hythe_url_parameter){ parameters[i].key, parameters[i].value };
	parsed->kind = (enum hythe_url_kind)route.kind;
	parsed->name = route.name;
	parsed->part = route.last;
	parsed->parameters = list;
	return true;
}

struct hythe_url *hythe_url_parse(const char *url)
{
	struct parsed *parsed = calloc(1, sizeof(*parsed));

	if (!parsed)
		return NULL;
	memory_init(&parsed->memory);
	if (setjmp(parsed->memory.exhausted)) {
		hythe_url_free(&parsed->url);
		errno = ENOMEM;
		return NULL;
	}
	if (parse(&parsed->memory.arena, url, &parsed->url))
		return &parsed->url;
	hythe_url_free(&parsed->url);
	errno = EINVAL;
	return NULL;
}

void hythe_url_free(struct hythe_url *url)
{
	struct parsed *parsed;

	if (!url)
		return;
	parsed = (struct parsed *)((char *)url - offsetof(struct parsed, url));
	arena_reset(&parsed->memory.arena);
	free(parsed);
}
