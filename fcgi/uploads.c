/* uploads.c - hythe-uploads: blobs in
 * SPDX-License-Identifier: ISC */
#include "arena.h"
#include "error.h"
#include "expiry.h"
#include "file.h"
#include "repository.h"
#include "server.h"
#include "settings.h"
#include "store.h"
#include "upload.h"
#include "upload_verify.h"

enum { READ_ROOM = 256 * 1024, SWEEP_MOST = 16, ROOM_STEP = 16 << 20 };

/* Where the session is and how far it has come: `0-0` for none as for one byte,
 * as every registry has it.  [OCI "Pushing a blob in chunks"] */
static void add_progress(const struct request *request, struct response *response, const char *id,
			 off_t size)
{
	response_header(response, "Location", "%s",
			route_build(request->arena, ROUTE_UPLOAD, request->name, id));
	response_header(response, "Range", "0-%lld", (long long)(size ? size - 1 : 0));
	response_header(response, "Docker-Upload-UUID", "%s", id);
}

static void add_stored(const struct request *request, struct response *response,
		       const struct digest *digest)
{
	response_header(response, "Location", "%s",
			route_build(request->arena, ROUTE_BLOB, request->name, digest->text));
	response_header(response, "Docker-Content-Digest", "%s", digest->text);
	response_empty(response, CREATED);
}

/* Is there room for so many bytes more?  What was received can be completed in any
 * case. */
static bool has_room(struct request *request, struct response *response, uint64_t bytes)
{
	response_outcome(response, store_has_room(request->store, bytes), FAULT(FAULT_BROKEN));
	return !response_is_faulty(response);
}

/* Give up sessions nobody finishes now and then, and at once where there are
 * too many. */
static bool make_room(struct request *request, struct response *response)
{
	const struct settings *settings = request->settings;
	long long age = (long long)settings->upload_expiry;
	bool due = *file_unique(request->arena) == '0'; /* one in sixteen */
	struct expiry_count count;
	enum outcome outcome = expiry_sweep(request->store, request->arena, request->name, age,
					    due ? SWEEP_MOST : 0, &count);

	if (outcome == DONE && !due && count.left >= settings->upload_sessions)
		outcome = expiry_sweep(request->store, request->arena, request->name, age,
				       SWEEP_MOST, &count);
	if (outcome == DONE && count.left >= settings->upload_sessions)
		outcome = MISMATCH;
	response_outcome(response, outcome, FAULT(FAULT_UPLOADS_TOO_MANY, .name = request->name,
		.size = NUMBER(count.left), .expected = NUMBER(settings->upload_sessions)));
	return outcome == DONE;
}

static struct fault unknown(const struct request *request)
{
	return FAULT(FAULT_UPLOAD_UNKNOWN, .name = request->name, .session = request->session);
}

static void absent_upload(struct request *request, struct response *response)
{
	response_fault(response, unknown(request));
}

static bool is_open(const struct request *request, struct response *response, enum outcome outcome)
{
	if (outcome == HELD)
		response_fault(response, FAULT(FAULT_UPLOAD_BUSY, .session = request->session));
	else
		response_outcome(response, outcome, unknown(request));
	return outcome == DONE;
}

/* Whose sessions the caller's are. */
static const char *session_user(const struct request *request)
{
	return request->caller.user ? request->caller.user : "-";
}

static enum outcome lock_session(const struct request *request, struct upload *upload)
{
	return upload_open(request->store, request->arena, request->name, session_user(request),
			   request->session, upload);
}

/* Work on an open session, and let go of it: the client's next request may be
 * there as soon as the answer is out, and before a CGI program has ended. */
static void on_session(struct request *request, struct response *response, enum outcome opened,
		       struct upload *upload,
		       void (*work)(struct request *, struct response *, struct upload *))
{
	if (!is_open(request, response, opened))
		return;
	work(request, response, upload);
	upload_close(upload);
}

/* A chunk must begin where the bytes end; and what a cut-short commit left has
 * no place for more. */
static bool is_in_order(const struct request *request, struct response *response,
			const struct upload *upload)
{
	const struct range *range = request->content_range;

	if ((!range || range->first == upload->size) && upload->data_fd >= 0)
		return true;
	add_progress(request, response, upload->id, upload->size);
	response_fault(response, FAULT(FAULT_UPLOAD_OUT_OF_ORDER, .session = upload->id,
		.offset = range ? NUMBER(range->first) : (struct number){ .given = false },
		.expected = NUMBER(upload->size)));
	return false;
}

static bool is_too_large(const struct request *request, struct response *response,
			 const struct upload *upload, uint64_t more)
{
	uint64_t limit = request->settings->blob_limit;

	if (!limit || (uint64_t)upload->size + more <= limit)
		return false;
	response_fault(response, FAULT(FAULT_BODY_TOO_LARGE, .session = upload->id,
		.expected = NUMBER(limit)));
	return true;
}

/* What came is not what was announced: as if it had never come. */
static void take_back(struct response *response, struct upload *upload, off_t before,
		      struct fault fault)
{
	response_outcome(response, upload_cut(upload, before), FAULT(FAULT_BROKEN));
	response_fault(response, fault);
}

/* How much of the body is to come, as far as that is known. */
static uint64_t remaining(const struct request *request)
{
	return request->length_known && request->length > request->received
		       ? request->length - request->received
		       : 0;
}

/* Append the body.  What came before it broke off, or the disk was full, is
 * progress and stays. */
static void receive(struct request *request, struct response *response, struct upload *upload)
{
	size_t room = request_room(request, READ_ROOM);
	char *buffer = arena_alloc(request->arena, room);
	const struct range *range = request->content_range;
	off_t before = upload->size;
	size_t count, unchecked = ROOM_STEP; /* and nothing to check without a body */

	if (is_too_large(request, response, upload, remaining(request)))
		return;
	while ((count = request_read(request, buffer, room))) {
		if (is_too_large(request, response, upload, count)) {
			response_outcome(response, upload_cut(upload, before), FAULT(FAULT_BROKEN));
			return;
		}
		if (unchecked >= ROOM_STEP) {
			if (!has_room(request, response, count + remaining(request)))
				return;
			unchecked = 0;
		}
		unchecked += count;
		response_outcome(response, upload_append(upload, buffer, count),
				 FAULT(FAULT_BROKEN));
		if (response_is_faulty(response))
			return;
	}
	if (!request_is_whole(request))
		response_fault(response, FAULT(FAULT_BODY_CUT, .session = upload->id,
			.size = NUMBER(request->received),
			.expected = { request->length_known, request->length }));
	else if (range && range->first + (off_t)request->received != range->last + 1)
		take_back(response, upload, before, FAULT(FAULT_BODY_LENGTH,
			.session = upload->id, .size = NUMBER(request->received),
			.expected = NUMBER(range->last - range->first + 1)));
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

/* The last step of PUT, and of POST with everything in it. */
static void complete(struct request *request, struct response *response, struct upload *upload,
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
		take_back(response, upload, before, fault);
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
		add_stored(request, response, &digest);
}

/* POST with a digest: nobody knows this session's id, so it never stays. */
static void post_whole(struct request *request, struct response *response, struct upload *upload)
{
	receive(request, response, upload);
	if (!response_is_faulty(response))
		complete(request, response, upload, 0);
	if (response_is_faulty(response))
		upload_cancel(upload);
}

static void post_upload(struct request *request, struct response *response)
{
	struct upload upload;
	enum algorithm algorithm = request->content_digest ? request->content_digest->algorithm
							   : request->algorithm;

	if (!make_room(request, response) || !has_room(request, response, 0))
		return;
	response_outcome(response, upload_create(request->store, request->arena, request->name,
						 session_user(request), algorithm, &upload),
			 FAULT(FAULT_BROKEN));
	if (response_is_faulty(response))
		return;
	if (request->content_digest || request->content_tarsum) {
		post_whole(request, response, &upload);
	} else {
		add_progress(request, response, upload.id, 0);
		response_empty(response, ACCEPTED);
	}
	upload_close(&upload);
}

static bool may_pull(const struct request *request, const char *name)
{
	return access_decide(&request->caller, RIGHT_PULL, name) == DECISION_ALLOW;
}

/* [OCI "Mounting a blob from another repository", end-11]: what cannot be
 * mounted, or not by this caller, can be uploaded. */
static void post_uploads(struct request *request, struct response *response)
{
	const char *source = request->from ? request->from : request->name;
	enum outcome outcome = MISSING;

	if (request->mount && may_pull(request, source))
		outcome = repository_mount(request->store, request->arena, request->name, source,
					   request->mount);
	if (outcome == DONE)
		add_stored(request, response, request->mount);
	else if (outcome == MISSING)
		post_upload(request, response);
	else
		response_outcome(response, outcome, FAULT(FAULT_BROKEN));
}

static void get_upload(struct request *request, struct response *response)
{
	off_t size;
	enum outcome outcome = upload_status(request->store, request->arena, request->name,
					     session_user(request), request->session, &size);

	if (outcome == DONE)
		add_progress(request, response, request->session, size);
	response_outcome(response, outcome, unknown(request));
	response_empty(response, NO_CONTENT);
}

static void append(struct request *request, struct response *response, struct upload *upload)
{
	if (!is_in_order(request, response, upload))
		return;
	receive(request, response, upload);
	upload_note(upload);
	add_progress(request, response, upload->id, upload->size);
	response_empty(response, ACCEPTED);
}

static void patch_upload(struct request *request, struct response *response)
{
	struct upload upload;

	on_session(request, response, lock_session(request, &upload), &upload, append);
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

/* The answer to the last request may have been lost: asked again for what is
 * done, say so. */
static void put_again(struct request *request, struct response *response)
{
	struct digest digest;
	enum outcome outcome = MISSING;

	if (!request_has_content(request))
		outcome = keep(request, &digest);
	response_outcome(response, outcome, unknown(request));
	if (outcome == DONE)
		add_stored(request, response, &digest);
}

/* An earlier PUT was killed after it took the bytes away: finish it. */
static void put_rest(struct request *request, struct response *response, struct upload *upload)
{
	if (request_has_content(request))
		is_in_order(request, response, upload);
	else
		complete(request, response, upload, upload->size);
}

static void finish(struct request *request, struct response *response, struct upload *upload)
{
	off_t before = upload->size;

	if (upload->data_fd < 0) {
		put_rest(request, response, upload);
		return;
	}
	if (!is_in_order(request, response, upload))
		return;
	receive(request, response, upload);
	if (response_is_faulty(response))
		upload_note(upload);
	else
		complete(request, response, upload, before);
}

static void put_upload(struct request *request, struct response *response)
{
	struct upload upload;
	enum outcome outcome = lock_session(request, &upload);

	if (outcome == MISSING)
		put_again(request, response);
	else
		on_session(request, response, outcome, &upload, finish);
}

static void cancel(struct request *request, struct response *response, struct upload *upload)
{
	(void)request;
	response_outcome(response, upload_cancel(upload), FAULT(FAULT_BROKEN));
	response_empty(response, NO_CONTENT);
}

static void delete_upload(struct request *request, struct response *response)
{
	struct upload upload;

	on_session(request, response, lock_session(request, &upload), &upload, cancel);
}

static const struct action actions[] = {
	{ ROUTE_UPLOADS, METHOD_POST, RIGHT_PUSH,
	  TAKES_DIGEST | TAKES_MOUNT | TAKES_SIZE | TAKES_ALGORITHM, post_uploads, NULL },
	{ ROUTE_UPLOAD, METHOD_GET, RIGHT_PUSH, 0, get_upload, absent_upload },
	{ ROUTE_UPLOAD, METHOD_PATCH, RIGHT_PUSH, TAKES_CONTENT_RANGE, patch_upload,
	  absent_upload },
	{ ROUTE_UPLOAD, METHOD_PUT, RIGHT_PUSH, NEEDS_DIGEST | TAKES_SIZE | TAKES_CONTENT_RANGE,
	  put_upload, absent_upload },
	{ ROUTE_UPLOAD, METHOD_DELETE, RIGHT_PUSH, 0, delete_upload, absent_upload },
};

int main(void) { return serve("hythe-uploads", actions, COUNT(actions)); }
