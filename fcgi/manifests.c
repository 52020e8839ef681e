/* manifests.c - hythe-manifests: manifests in, out, and away
 * SPDX-License-Identifier: ISC */
#include "arena.h"
#include "error.h"
#include "hash.h"
#include "manifest.h"
#include "manifest_put.h"
#include "manifest_store.h"
#include "server.h"
#include "settings.h"
#include "store.h"

enum { READ_ROOM = 65536 };

static const char *reference(const struct request *request)
{
	return request->tag ? request->tag : request->digest.text;
}

static struct fault unknown(const struct request *request)
{
	return FAULT(FAULT_MANIFEST_UNKNOWN, .name = request->name, .reference = reference(request));
}

/* The stored bytes as they are, whatever the client accepts: converted, they
 * would have another digest. */
static void send_manifest(const struct request *request, struct response *response,
			  const struct digest *digest, const char *bytes, size_t length)
{
	const struct media_type *type = manifest_media_type(request->arena, bytes, length);
	struct fault fault = unknown(request);

	if (!type) {
		fault.reason = "it is stored, but of a type that is no longer supported";
		response_fault(response, fault);
		return;
	}
	response_header(response, "Docker-Content-Digest", "%s", digest->text);
	response_header(response, "ETag", "\"%s\"", digest->text);
	response_header(response, "Cache-Control", "no-transform");
	if (request_has(request, digest))
		response_empty(response, NOT_MODIFIED);
	else
		response_bytes(response, type->text, bytes, length);
}

static void absent_manifest(struct request *request, struct response *response)
{
	response_fault(response, unknown(request));
}

static void get_manifest(struct request *request, struct response *response)
{
	size_t length, most = request->settings->manifest_limit;
	struct digest digest = request->digest;
	const char *bytes;
	enum outcome outcome;

	if (request->tag)
		outcome = manifest_read_tagged(request->store, request->arena, request->name,
					       request->tag, most, &digest, &bytes, &length);
	else
		outcome = manifest_read(request->store, request->arena, request->name, &digest, most,
					&bytes, &length);
	if (outcome == DONE)
		send_manifest(request, response, &digest, bytes, length);
	else if (outcome == MISSING)
		absent_manifest(request, response);
	else
		response_outcome(response, outcome, FAULT(FAULT_BROKEN));
}

/* Read the body, never more than one byte beyond the limit. */
static void read_body(struct request *request, struct response *response, struct text *body)
{
	size_t limit = request->settings->manifest_limit, count = 0;
	size_t room = request_room(request, READ_ROOM);
	char *buffer = arena_alloc(request->arena, room);
	bool large = request->length_known && request->length > limit;

	text_init(body, request->arena);
	while (!large && (count = request_read(request, buffer, room))) {
		text_add_bytes(body, buffer, count);
		large = body->length > limit;
	}
	if (large)
		response_fault(response, FAULT(FAULT_MANIFEST_TOO_LARGE, .name = request->name,
			.reference = reference(request), .expected = NUMBER(limit)));
	else if (!request_is_whole(request))
		response_fault(response, FAULT(FAULT_BODY_CUT, .size = NUMBER(request->received),
			.expected = { request->length_known, request->length }));
}

static const enum fault_kind problem_faults[] = {
	[PROBLEM_JSON] = FAULT_MANIFEST_JSON,
	[PROBLEM_SCHEMA1] = FAULT_MANIFEST_TYPE,
	[PROBLEM_SCHEMA_VERSION] = FAULT_MANIFEST_FIELD,
	[PROBLEM_MEDIA_TYPE] = FAULT_MANIFEST_TYPE,
	[PROBLEM_SHAPE] = FAULT_MANIFEST_TYPE,
	[PROBLEM_FIELD] = FAULT_MANIFEST_FIELD,
	[PROBLEM_DIGEST] = FAULT_MANIFEST_DIGEST,
	[PROBLEM_SIZE] = FAULT_MANIFEST_SIZE,
	[PROBLEM_TOO_MANY] = FAULT_MANIFEST_FIELD,
};

static void add_problem(struct response *response, const struct manifest_fault *fault)
{
	response_fault(response, FAULT(problem_faults[fault->problem], .at = fault->at,
		.value = fault->value, .reason = fault->reason));
}

static void add_gap(const struct request *request, struct response *response,
		    const struct manifest_gap *gap)
{
	const struct descriptor *descriptor = gap->descriptor;

	if (gap->present)
		response_fault(response, FAULT(FAULT_MANIFEST_BLOB_SIZE, .at = descriptor->at,
			.digest = descriptor->digest.text, .size = NUMBER(descriptor->size),
			.expected = NUMBER(gap->size)));
	else
		response_fault(response, FAULT(FAULT_MANIFEST_BLOB_UNKNOWN, .name = request->name,
			.at = descriptor->at, .digest = descriptor->digest.text));
}

/* All that is wrong with a manifest, in the order of the document. */
static void add_faults(const struct request *request, struct response *response,
		       const struct manifest *manifest, const struct manifest_gaps *gaps)
{
	const struct manifest_gap *gap = gaps->list, *end = gap + gaps->count;

	for (size_t i = 0; i < manifest->fault_count; i++) {
		const struct manifest_fault *fault = &manifest->faults[i];

		for (; gap < end && gap->descriptor < manifest->descriptors + fault->after; gap++)
			add_gap(request, response, gap);
		add_problem(response, fault);
	}
	for (; gap < end; gap++)
		add_gap(request, response, gap);
}

static void add_stored(const struct request *request, struct response *response,
		       const struct manifest_put *put, size_t missing)
{
	if (missing)
		response_warning(response, arena_printf(request->arena,
			"%zu of what this manifest names is not in the repository", missing));
	response_header(response, "Location", "%s",
			route_build(request->arena, ROUTE_MANIFEST, request->name, put->digest->text));
	response_header(response, "Docker-Content-Digest", "%s", put->digest->text);
	if (put->manifest->subject)
		response_header(response, "OCI-Subject", "%s", put->manifest->subject->digest.text);
	for (size_t i = 0; i < put->tag_count && !request->tag; i++)
		response_header(response, "OCI-Tag", "%s", put->tags[i]);
	response_empty(response, CREATED);
}

static void store_manifest(struct request *request, struct response *response,
			   const struct manifest_put *put)
{
	struct manifest_gaps gaps;
	enum outcome outcome;

	if (put->manifest->fault_count)
		outcome = manifest_find_gaps(request->store, request->arena, put, &gaps);
	else
		outcome = manifest_put(request->store, request->arena, put, &gaps);
	if (outcome == KEPT)
		response_fault(response, FAULT(FAULT_TAG_IMMUTABLE, .name = request->name,
			.reference = gaps.kept,
			.digest = arena_printf(request->arena, "%s", put->digest->text)));
	else if (outcome != DONE && outcome != MISMATCH)
		response_outcome(response, outcome, FAULT(FAULT_BROKEN));
	else if (put->manifest->fault_count || outcome == MISMATCH)
		add_faults(request, response, put->manifest, &gaps);
	else
		add_stored(request, response, put, gaps.allowed);
}

static void put_manifest(struct request *request, struct response *response)
{
	const struct manifest_limits limits = { request->settings->manifest_depth,
						request->settings->manifest_descriptors };
	struct manifest manifest;
	struct digest digest;
	struct text body;
	struct manifest_put put = {
		.name = request->name, .manifest = &manifest, .digest = &digest,
		.tags = request->tags, .tag_count = request->tag_count,
		.sparse = (enum sparse)request->settings->sparse,
	};

	read_body(request, response, &body);
	if (!response_is_faulty(response))
		response_outcome(response, store_has_room(request->store, body.length),
				 FAULT(FAULT_BROKEN));
	if (response_is_faulty(response))
		return;
	put.bytes = body.bytes;
	put.length = body.length;
	hash_bytes(request->tag ? SHA256 : request->digest.algorithm, body.bytes, body.length,
		   &digest);
	if (!request->tag && !digest_equal(&digest, &request->digest)) {
		response_fault(response, FAULT(FAULT_DIGEST_MISMATCH,
			.digest = request->digest.text,
			.value = arena_copy(request->arena, digest.text, sizeof(digest.text))));
		return;
	}
	manifest_parse_within(request->arena, &limits, body.bytes, body.length,
			      request_header(request, "CONTENT_TYPE"), &manifest);
	store_manifest(request, response, &put);
}

static void delete_manifest(struct request *request, struct response *response)
{
	enum outcome outcome;

	if (request->tag)
		outcome = manifest_untag(request->store, request->arena, request->name,
					 request->tag);
	else
		outcome = manifest_remove(request->store, request->arena, request->name,
					  &request->digest, request->settings->manifest_limit);
	if (outcome == KEPT)
		response_fault(response, FAULT(FAULT_TAG_IMMUTABLE, .name = request->name,
			.reference = reference(request)));
	else
		response_outcome(response, outcome, unknown(request));
	response_empty(response, ACCEPTED);
}

static const struct action actions[] = {
	{ ROUTE_MANIFEST, METHOD_GET, RIGHT_PULL, 0, get_manifest, absent_manifest },
	{ ROUTE_MANIFEST, METHOD_PUT, RIGHT_PUSH, TAKES_TAGS, put_manifest, NULL },
	{ ROUTE_MANIFEST, METHOD_DELETE, RIGHT_DELETE, 0, delete_manifest, NULL },
};

int main(void) { return serve("hythe-manifests", actions, COUNT(actions)); }
