/* response.c - an answer: collected first, sent once
 * SPDX-License-Identifier: ISC */
#include "response.h"

#include <stdarg.h>
#include <string.h>

#include "arena.h"
#include "blob.h"
#include "file.h"
#include "layout.h"
#include "log.h"
#include "range.h"
#include "settings.h"
#include "store.h"
#include "transport.h"

enum { SEND_BYTES = 65536 };

static const char *const successes[] = {
	[OK] = "200 OK",
	[CREATED] = "201 Created",
	[ACCEPTED] = "202 Accepted",
	[NO_CONTENT] = "204 No Content",
	[PARTIAL_CONTENT] = "206 Partial Content",
	[NOT_MODIFIED] = "304 Not Modified",
};

/* A stored blob or manifest is somebody's bytes: a browser must neither guess
 * at what they are nor run them. */
static const char common_headers[] =
	"Docker-Distribution-API-Version: registry/2.0\r\n"
	"X-Content-Type-Options: nosniff\r\n"
	"Content-Security-Policy: sandbox; default-src 'none'\r\n";

void response_init(struct response *response, struct arena *arena, struct transport *transport)
{
	*response = (struct response){ .arena = arena, .transport = transport, .fd = -1 };
	text_init(&response->headers, arena);
}

void response_header(struct response *response, const char *name, const char *format, ...)
{
	va_list arguments;

	text_add(&response->headers, name);
	text_add(&response->headers, ": ");
	va_start(arguments, format);
	text_add_list(&response->headers, format, arguments);
	va_end(arguments);
	text_add(&response->headers, "\r\n");
}

/* As a quoted string.  [RFC 9110 5.6.4] */
void response_warning(struct response *response, const char *warning)
{
	struct text quoted;

	text_init(&quoted, response->arena);
	for (; *warning; warning++)
		text_add_format(&quoted, strchr("\"\\", *warning) ? "\\%c" : "%c", *warning);
	response_header(response, "Warning", "299 - \"%s\"", quoted.bytes);
}

void response_fault(struct response *response, struct fault fault)
{
	if (response->fault_count == response->fault_room) {
		size_t room = response->fault_room ? response->fault_room * 2 : 4;
		struct fault *faults = arena_alloc(response->arena, room * sizeof(*faults));

		if (response->fault_count)
			memcpy(faults, response->faults, response->fault_count * sizeof(*faults));
		response->faults = faults;
		response->fault_room = room;
	}
	response->faults[response->fault_count++] = fault;
}

bool response_is_faulty(const struct response *response)
{
	return response->fault_count > 0;
}

void response_outcome(struct response *response, enum outcome outcome, struct fault missing)
{
	switch (outcome) {
	case DONE:
		break;
	case MISSING:
	case MISMATCH:
		response_fault(response, missing);
		break;
	case KEPT:
		response_fault(response, FAULT(FAULT_DENIED));
		break;
	case HELD:
	case BUSY:
		response_fault(response, FAULT(FAULT_BUSY));
		break;
	case FULL:
		response_fault(response, FAULT(FAULT_FULL));
		break;
	case FAILED:
		response_fault(response, FAULT(FAULT_BROKEN));
		break;
	}
}

void response_empty(struct response *response, enum success success)
{
	response->success = success;
}

void response_bytes(struct response *response, const char *type, const char *bytes, size_t length)
{
	response_header(response, "Content-Type", "%s", type);
	response->success = OK;
	response->bytes = bytes;
	response->length = (off_t)length;
}

/* The server makes the 206 itself, and only of a 200; it decodes the path. */
static void send_elsewhere(struct response *response, const struct settings *settings,
			   const struct store *store, const struct blob *blob)
{
	struct text path;

	text_init(&path, response->arena);
	if (settings->sendfile == SENDFILE_X)
		text_add_percent(&path, store->path, "/");
	else
		text_add(&path, "/_hythe");
	text_add(&path, "/");
	text_add_percent(&path, blob->path, "/");
	response_header(response, settings->sendfile == SENDFILE_X ? "X-Sendfile"
								   : "X-Accel-Redirect",
			"%s", path.bytes);
}

void response_blob(struct response *response, const struct settings *settings,
		   const struct store *store, const struct blob *blob, const struct range *part)
{
	response_header(response, "Content-Type", "application/octet-stream");
	/* nginx and Apache would heed the Range of a HEAD. */
	response->elsewhere = settings->sendfile != SENDFILE_NONE && !response->head;
	/* nginx says it too, and would send both. */
	if (!response->elsewhere || settings->sendfile != SENDFILE_ACCEL)
		response_header(response, "Accept-Ranges", "bytes");
	if (response->elsewhere) {
		send_elsewhere(response, settings, store, blob);
		return;
	}
	response->fd = blob->fd;
	response->first = part ? part->first : 0;
	response->length = part ? part->last - part->first + 1 : blob->size;
	if (part) {
		response->success = PARTIAL_CONTENT;
		response_header(response, "Content-Range", "bytes %lld-%lld/%lld",
				(long long)part->first, (long long)part->last,
				(long long)blob->size);
	}
}

/* Turn the faults into the body; the status of the first is that of all. */
static const char *render_faults(struct response *response)
{
	static const struct {
		unsigned status;
		const char *line;
	} lines[] = {
		{ 400, "400 Bad Request" }, { 401, "401 Unauthorized" },
		{ 403, "403 Forbidden" }, { 404, "404 Not Found" },
		{ 405, "405 Method Not Allowed" },
		{ 413, "413 Content Too Large" }, { 414, "414 URI Too Long" },
		{ 416, "416 Range Not Satisfiable" },
		{ 429, "429 Too Many Requests" }, { 503, "503 Service Unavailable" },
		{ 500, "500 Internal Server Error" },
	};
	unsigned status = fault_status(response->faults[0].kind);
	struct text body;
	size_t i = 0;

	text_init(&body, response->arena);
	faults_render(&body, response->faults, response->fault_count);
	response->elsewhere = false;
	response->fd = -1;
	response_bytes(response, "application/json", body.bytes, body.length);
	if (status == 429 || status == 503)
		response_header(response, "Retry-After", "1");
	while (i + 1 < sizeof(lines) / sizeof(*lines) && lines[i].status != status)
		i++;
	return lines[i].line;
}

static bool has_length(const struct response *response)
{
	return !response->elsewhere && response->success != NO_CONTENT &&
	       response->success != NOT_MODIFIED;
}

static void send_file(const struct response *response)
{
	off_t offset = response->first, end = response->first + response->length;
	size_t room = response->length < SEND_BYTES ? (size_t)response->length : SEND_BYTES;
	char *buffer = arena_alloc(response->arena, room);

	while (offset < end) {
		size_t wanted = end - offset < (off_t)room ? (size_t)(end - offset) : room;
		ssize_t count = file_read_at(response->fd, buffer, wanted, offset);

		/* The length is promised: all that is left is to break off. */
		if (count <= 0) {
			log_errno("cannot read a blob on its way out");
			return;
		}
		if (!response->transport->write(response->transport, buffer, (size_t)count))
			return;
		offset += count;
	}
}

void response_send(struct response *response)
{
	const char *line = response_is_faulty(response) ? render_faults(response)
						       : successes[response->success];
	struct text out;

	text_init(&out, response->arena);
	text_add_format(&out, "Status: %s\r\n", line);
	text_add(&out, common_headers);
	text_add_bytes(&out, response->headers.bytes, response->headers.length);
	if (has_length(response))
		text_add_format(&out, "Content-Length: %lld\r\n", (long long)response->length);
	text_add(&out, "\r\n");
	if (response->bytes && !response->head)
		text_add_bytes(&out, response->bytes, (size_t)response->length);
	if (response->transport->write(response->transport, out.bytes, out.length) &&
	    response->fd >= 0 && !response->head)
		send_file(response);
}
