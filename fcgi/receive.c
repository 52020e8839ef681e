/* receive.c - the bytes of a blob come in
 * SPDX-License-Identifier: ISC */
#include "receive.h"

#include "arena.h"
#include "error.h"
#include "request.h"
#include "response.h"
#include "settings.h"
#include "store.h"
#include "upload.h"

enum { READ_ROOM = 256 * 1024, ROOM_STEP = 16 << 20 };

void receive_progress(const struct request *request, struct response *response, const char *id,
		      off_t size)
{
	response_header(response, "Location", "%s",
			route_build(request->arena, ROUTE_UPLOAD, request->name, id));
	response_header(response, "Range", "0-%lld", (long long)(size ? size - 1 : 0));
	response_header(response, "Docker-Upload-UUID", "%s", id);
}

bool receive_has_room(struct request *request, struct response *response, uint64_t bytes)
{
	response_outcome(response, store_has_room(request->store, bytes), FAULT(FAULT_BROKEN));
	return !response_is_faulty(response);
}

bool receive_is_in_order(const struct request *request, struct response *response,
			 const struct upload *upload)
{
	const struct range *range = request->content_range;

	if ((!range || range->first == upload->size) && upload->data_fd >= 0)
		return true;
	receive_progress(request, response, upload->id, upload->size);
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

void receive_undo(struct response *response, struct upload *upload, off_t before,
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

static void swap(char **one, char **other)
{
	char *this = *one;

	*one = *other;
	*other = this;
}

void receive_body(struct request *request, struct response *response, struct upload *upload)
{
	size_t room = request_room(request, READ_ROOM);
	char *buffer = arena_alloc(request->arena, room);
	char *other = arena_alloc(request->arena, room); /* which may still be hashed */
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
			if (!receive_has_room(request, response, count + remaining(request)))
				return;
			unchecked = 0;
		}
		unchecked += count;
		response_outcome(response, upload_append(upload, buffer, count),
				 FAULT(FAULT_BROKEN));
		if (response_is_faulty(response))
			return;
		swap(&buffer, &other);
	}
	if (!request_is_whole(request))
		response_fault(response, FAULT(FAULT_BODY_CUT, .session = upload->id,
			.size = NUMBER(request->received),
			.expected = { request->length_known, request->length }));
	else if (range && range->first + (off_t)request->received != range->last + 1)
		receive_undo(response, upload, before, FAULT(FAULT_BODY_LENGTH,
			.session = upload->id, .size = NUMBER(request->received),
			.expected = NUMBER(range->last - range->first + 1)));
}
