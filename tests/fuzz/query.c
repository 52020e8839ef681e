/* query.c - fuzz target: the query and the headers that go with it; the input is which
 * parameters count, a query, and a Content-Range
 * SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "fuzz.h"
#include "name.h"
#include "reference.h"
#include "request.h"
#include "response.h"
#include "transport.h"
#include "url.h"

/* As actions take them. */
static const unsigned takes[] = {
	TAKES_DIGEST | TAKES_MOUNT | TAKES_SIZE | TAKES_ALGORITHM,
	NEEDS_DIGEST | TAKES_SIZE | TAKES_CONTENT_RANGE,
	TAKES_CONTENT_RANGE,
	TAKES_PAGE | TAKES_FILTER,
	TAKES_TAGS,
	TAKES_PAGE,
	0,
	~0u,
};

/* Another reader of the same query, which knows nothing of what is valid. */
static const char *value_of(struct arena *arena, const char *target, const char *key)
{
	size_t count;
	const struct url_parameter *parameters = url_parameters(arena, target, &count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(parameters[i].key, key) == 0)
			return parameters[i].value;
	return NULL;
}

static void check(const struct request *request, const char *target)
{
	struct arena *arena = request->arena;

	if (request->content_digest)
		must(strcmp(request->content_digest->text, value_of(arena, target, "digest")) == 0);
	if (request->content_tarsum)
		must(strcmp(request->content_tarsum->text, value_of(arena, target, "digest")) == 0);
	must(!request->content_digest || !request->content_tarsum);
	if (request->mount)
		must(strcmp(request->mount->text, value_of(arena, target, "mount")) == 0);
	must(!request->from || name_valid(request->from));
	must(!request->has_size || request->size <= INT64_MAX);
	if (request->has_n)
		must(strtoull(value_of(arena, target, "n"), NULL, 10) == request->n);
	must(request->tag_count <= TAGS_MAX + 1);
	for (size_t i = 0; i < request->tag_count; i++)
		must(tag_valid(request->tags[i]));
	must(!request->content_range || request->content_range->first <= request->content_range->last);
}

int fuzz_query(const uint8_t *bytes, size_t length)
{
	static char method[] = "REQUEST_METHOD=PUT", body[] = "CONTENT_LENGTH=10";
	char *environment[5] = { method, body, NULL };
	struct transport transport = { .environment = environment, .is_cgi = true };
	struct fuzz_input input;
	struct arena arena;
	struct request request = { .arena = &arena, .transport = &transport };
	struct response response;
	unsigned taken;
	const char *target;

	arena_init(&arena);
	response_init(&response, &arena, &transport);
	fuzz_begin(&input, bytes, length);
	taken = takes[fuzz_byte(&input) % (sizeof(takes) / sizeof(*takes))];
	target = arena_printf(&arena, "/v2/a/manifests/sha256:%064d?%s", 0, fuzz_take(&input));
	environment[2] = arena_printf(&arena, "REQUEST_URI=%s", target);
	environment[3] = arena_printf(&arena, "HTTP_CONTENT_RANGE=%s", fuzz_take(&input));
	request_open(&request, &response);
	must(!response_is_faulty(&response));
	request_check(&request, &response, taken);
	if (!response_is_faulty(&response) && !strchr(target, '#') && taken != ~0u)
		check(&request, target);
	arena_reset(&arena);
	fuzz_end(&input);
	return 0;
}
