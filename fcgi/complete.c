/* complete.c - what came becomes a blob, if it is what it should be
 * SPDX-License-Identifier: ISC */
#include "complete.h"

#include "arena.h"
#include "error.h"
#include "receive.h"
#include "repository.h"
#include "request.h"
#include "response.h"
#include "upload.h"
#include "upload_verify.h"

void complete_stored(const struct request *request, struct response *response,
		     const struct digest *digest)
{
	response_header(response, "Location", "%s",
			route_build(request->arena, ROUTE_BLOB, request->name, digest->text));
	response_header(response, "Docker-Content-Digest", "%s", digest->text);
	response_empty(response, CREATED);
}

/* Three checks of what came: DONE; MISMATCH, and `*fault` says of what; or what
 * upload_verify.h has. */

static enum outcome check_size(const struct request *request, const struct upload *upload,
			       struct fault *fault)
{
	if (request->has_size) {
		*fault = FAULT(FAULT_SIZE_MISMATCH, .session = upload->id, .field = "size",
			.size = NUMBER(upload->size), .expected = NUMBER(request->size));
		return request->size == (uint64_t)upload->size ? DONE : MISMATCH;
	}
	/* A tarsum does not see what is missing behind the last entry. */
	*fault = FAULT(FAULT_SIZE_MISSING, .session = upload->id, .field = "size");
	return request->content_tarsum && request->may_be_cut ? MISMATCH : DONE;
}

static enum outcome check_digest(const struct request *request, struct upload *upload,
				 struct digest *digest, struct fault *fault)
{
	enum outcome outcome = upload_verify(upload, request->content_digest, digest);

	if (outcome == MISMATCH)
		*fault = FAULT(FAULT_DIGEST_MISMATCH, .digest = request->content_digest->text,
			.session = upload->id,
			.value = arena_printf(request->arena, "%s", digest->text));
	return outcome;
}

static enum outcome check_tarsum(const struct request *request, struct upload *upload,
				 struct digest *digest, struct fault *fault)
{
	struct tarsum_finding *finding = arena_alloc(request->arena, sizeof(*finding));
	const struct tarsum *tarsum = request->content_tarsum;
	enum outcome outcome = upload_verify_tarsum(upload, tarsum, finding);

	*digest = finding->digest;
	if (finding->reason)
		*fault = FAULT(FAULT_TAR_INVALID, .digest = tarsum->text,
			.session = upload->id, .reason = finding->reason);
	else
		*fault = FAULT(FAULT_DIGEST_MISMATCH, .digest = tarsum->text,
			.session = upload->id, .value = finding->actual.text);
	return outcome;
}

void complete_upload(struct request *request, struct response *response, struct upload *upload,
		     off_t before)
{
	struct digest digest;
	struct fault fault;
	enum outcome outcome = check_size(request, upload, &fault);

	if (outcome == DONE)
		outcome = request->content_tarsum
				  ? check_tarsum(request, upload, &digest, &fault)
				  : check_digest(request, upload, &digest, &fault);
	if (outcome == MISMATCH) {
		receive_undo(response, upload, before, fault);
		return;
	}
	if (outcome == DONE)
		outcome = upload_commit(upload, &digest, request->content_tarsum);
	/* Told to try again, the client sends the same again. */
	if (outcome != DONE && upload->data_fd >= 0)
		upload_cut(upload, before);
	response_outcome(response, outcome, FAULT(FAULT_UPLOAD_UNKNOWN, .name = request->name,
		.session = upload->id));
	if (outcome == DONE)
		complete_stored(request, response, &digest);
}

/* Keep what is there already; `*digest` is its own. */
static enum outcome keep(const struct request *request, struct digest *digest)
{
	if (request->content_tarsum)
		return repository_keep_tarsum(request->store, request->arena, request->name,
					      request->content_tarsum, digest);
	*digest = *request->content_digest;
	return repository_mount(request->store, request->arena, request->name, request->name,
				digest);
}

void complete_again(struct request *request, struct response *response)
{
	struct digest digest;
	enum outcome outcome = MISSING;

	if (!request_has_content(request))
		outcome = keep(request, &digest);
	response_outcome(response, outcome, FAULT(FAULT_UPLOAD_UNKNOWN, .name = request->name,
		.session = request->session));
	if (outcome == DONE)
		complete_stored(request, response, &digest);
}
