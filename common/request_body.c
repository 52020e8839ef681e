/* request_body.c - the body of a request: read, judged whole or not, and read away
 * SPDX-License-Identifier: ISC */
#include "request.h"

#include <time.h>

#include "arena.h"
#include "transport.h"

enum { DRAIN_BYTES_MAX = 256 << 20, DRAIN_ROOM = 65536, DRAIN_MILLISECONDS = 5000 };

size_t request_room(const struct request *request, size_t most)
{
	uint64_t left = request->length_known ? request->length - request->received : most;

	if (!request->has_body)
		return 0;
	return left < most ? (size_t)left : most;
}

size_t request_read(struct request *request, void *bytes, size_t room)
{
	size_t count;

	room = request_room(request, room);
	count = room ? request->transport->read(request->transport, bytes, room) : 0;
	request->received += count;
	return count;
}

bool request_has_content(struct request *request)
{
	char byte;

	return request->length_known ? request->length > 0 : request_read(request, &byte, 1) > 0;
}

bool request_is_whole(const struct request *request)
{
	if (request->length_known)
		return request->received == request->length;
	return request->may_be_cut || request->transport->ended_well(request->transport);
}

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static size_t drain_some(struct request *request, char *buffer, int64_t until)
{
	struct transport *transport = request->transport;
	size_t room = request_room(request, DRAIN_ROOM), count;
	int64_t left = until - milliseconds();

	if (!transport->read_soon)
		return request_read(request, buffer, room);
	count = room && left > 0 ? transport->read_soon(transport, buffer, room, (int)left) : 0;
	request->received += count;
	return count;
}

/* The time is how long a client without any right can hold a thread of ours, where
 * the web server does not spool. */
void request_drain(struct request *request)
{
	bool wanted = request->transport->is_cgi || request->is_http2;
	size_t room = wanted ? request_room(request, DRAIN_ROOM) : 0;
	char *buffer = arena_alloc(request->arena, room);
	int64_t until = milliseconds() + DRAIN_MILLISECONDS;
	uint64_t drained = 0;

	for (size_t count = room; count && drained < DRAIN_BYTES_MAX; drained += count)
		count = drain_some(request, buffer, until);
}
