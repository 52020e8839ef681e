/* transport.h - how a request comes in and an answer goes out
 * SPDX-License-Identifier: ISC
 *
 * The same program is called as FastCGI or as plain CGI; this is all that the
 * rest of it sees of the difference. */
#ifndef HYTHE_TRANSPORT_H
#define HYTHE_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>

struct transport {
	char *const *environment; /* NAME=value, the request's */
	void *handle;
	bool is_cgi;

	/* Read some body bytes, at most `room`; 0 only at its end. */
	size_t (*read)(struct transport *transport, void *bytes, size_t room);

	/* Read what is there, at most `room`, waiting this long at most for the
	 * first of it; 0 at the end, or after that time.  NULL by CGI, where it is
	 * the web server that waits for the client, whatever we do. */
	size_t (*read_soon)(struct transport *transport, void *bytes, size_t room,
			    int milliseconds);

	/* After the end: did the body come to it without an error?  Plain CGI
	 * cannot tell. */
	bool (*ended_well)(struct transport *transport);

	/* Send bytes; false once the client is gone. */
	bool (*write)(struct transport *transport, const void *bytes, size_t length);
};

#endif
