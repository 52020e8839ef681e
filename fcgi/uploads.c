/* uploads.c - hythe-uploads: blobs in
 * SPDX-License-Identifier: ISC */
#include "complete.h"
#include "error.h"
#include "expiry.h"
#include "file.h"
#include "receive.h"
#include "repository.h"
#include "server.h"
#include "settings.h"
#include "upload.h"

enum { SWEEP_MOST = 16 };

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

/* POST with a digest: nobody knows this session's id, so it never stays. */
static void post_whole(struct request *request, struct response *response, struct upload *upload)
{
	receive_body(request, response, upload);
	if (!response_is_faulty(response))
		complete_upload(request, response, upload, 0);
	if (response_is_faulty(response))
		upload_cancel(upload);
}

static void post_upload(struct request *request, struct response *response)
{
	struct upload upload;
	enum algorithm algorithm = request->content_digest ? request->content_digest->algorithm
							   : request->algorithm;

	if (!make_room(request, response) || !receive_has_room(request, response, 0))
		return;
	response_outcome(response, upload_create(request->store, request->arena, request->name,
						 session_user(request), algorithm, &upload),
			 FAULT(FAULT_BROKEN));
	if (response_is_faulty(response))
		return;
	if (request->content_digest || request->content_tarsum) {
		post_whole(request, response, &upload);
	} else {
		receive_progress(request, response, upload.id, 0);
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
		complete_stored(request, response, request->mount);
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
		receive_progress(request, response, request->session, size);
	response_outcome(response, outcome, unknown(request));
	response_empty(response, NO_CONTENT);
}

static void append(struct request *request, struct response *response, struct upload *upload)
{
	if (!receive_is_in_order(request, response, upload))
		return;
	receive_body(request, response, upload);
	upload_note(upload);
	receive_progress(request, response, upload->id, upload->size);
	response_empty(response, ACCEPTED);
}

static void patch_upload(struct request *request, struct response *response)
{
	struct upload upload;

	on_session(request, response, lock_session(request, &upload), &upload, append);
}

/* An earlier PUT was killed after it took the bytes away: finish it. */
static void put_rest(struct request *request, struct response *response, struct upload *upload)
{
	if (request_has_content(request))
		receive_is_in_order(request, response, upload);
	else
		complete_upload(request, response, upload, upload->size);
}

static void finish(struct request *request, struct response *response, struct upload *upload)
{
	off_t before = upload->size;

	if (upload->data_fd < 0) {
		put_rest(request, response, upload);
		return;
	}
	if (!receive_is_in_order(request, response, upload))
		return;
	receive_body(request, response, upload);
	if (response_is_faulty(response))
		upload_note(upload);
	else
		complete_upload(request, response, upload, before);
}

static void put_upload(struct request *request, struct response *response)
{
	struct upload upload;
	enum outcome outcome = lock_session(request, &upload);

	if (outcome == MISSING)
		complete_again(request, response);
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
