/* blobs.c - hythe-blobs: blobs out, and away
 * SPDX-License-Identifier: ISC */
#include <string.h>

#include "arena.h"
#include "error.h"
#include "range.h"
#include "repository.h"
#include "server.h"

/* A range counts for GET only, and only of the very content that If-Range
 * names, by a strong entity tag.  [RFC 9110 13.1.5, 14.2] */
static enum range_kind wanted_range(const struct request *request, off_t size, struct range *range)
{
	const char *condition = request_header(request, "HTTP_IF_RANGE");
	const char *etag = arena_printf(request->arena, "\"%s\"", request->digest.text);

	if (request->head || (condition && strcmp(condition, etag) != 0))
		return RANGE_WHOLE;
	return range_parse(request_header(request, "HTTP_RANGE"), size, range);
}

static void refuse_range(const struct request *request, struct response *response, off_t size)
{
	response_header(response, "Content-Range", "bytes */%lld", (long long)size);
	response_fault(response, FAULT(FAULT_RANGE_UNSATISFIABLE, .digest = request->digest.text,
		.field = "Range", .value = request_header(request, "HTTP_RANGE"),
		.size = NUMBER(size)));
}

static void send_blob(const struct request *request, struct response *response,
		      const struct blob *blob)
{
	bool has = request_has(request, &request->digest);
	struct range range;
	enum range_kind kind = has ? RANGE_WHOLE : wanted_range(request, blob->size, &range);

	if (kind == RANGE_UNSATISFIABLE) {
		refuse_range(request, response, blob->size);
		return;
	}
	response_header(response, "Docker-Content-Digest", "%s", request->digest.text);
	response_header(response, "ETag", "\"%s\"", request->digest.text);
	/* What a tarsum stands for may change. */
	response_header(response, "Cache-Control", request->tarsum ? "no-cache, no-transform" :
			"max-age=31536000, immutable, no-transform");
	if (has)
		response_empty(response, NOT_MODIFIED);
	else
		response_blob(response, request->settings, request->store, blob,
			      kind == RANGE_PART ? &range : NULL);
}

/* The blob by its digest, whatever it was asked for by. */
static enum outcome find_digest(struct request *request)
{
	if (!request->tarsum)
		return DONE;
	return repository_find_tarsum(request->store, request->arena, request->name,
				      request->tarsum, &request->digest);
}

static struct fault unknown(const struct request *request)
{
	return FAULT(FAULT_BLOB_UNKNOWN, .name = request->name,
		     .digest = request->tarsum ? request->tarsum->text : request->digest.text);
}

static void absent_blob(struct request *request, struct response *response)
{
	response_fault(response, unknown(request));
}

static void get_blob(struct request *request, struct response *response)
{
	struct blob blob;
	enum outcome outcome = find_digest(request);

	if (outcome == DONE)
		outcome = repository_open_blob(request->store, request->arena, request->name,
					       &request->digest, &blob);
	if (outcome == DONE)
		send_blob(request, response, &blob);
	else if (outcome == MISSING)
		absent_blob(request, response);
	else
		response_outcome(response, outcome, FAULT(FAULT_BROKEN));
}

static void delete_blob(struct request *request, struct response *response)
{
	enum outcome outcome = find_digest(request);

	if (outcome == DONE)
		outcome = repository_remove_blob(request->store, request->arena, request->name,
						 &request->digest);
	response_outcome(response, outcome, unknown(request));
	response_empty(response, ACCEPTED);
}

static const struct action actions[] = {
	{ ROUTE_BLOB, METHOD_GET, RIGHT_PULL, 0, get_blob, absent_blob },
	{ ROUTE_BLOB, METHOD_DELETE, RIGHT_DELETE, 0, delete_blob, NULL },
};

int main(void) { return serve("hythe-blobs", actions, COUNT(actions)); }
