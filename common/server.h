/* server.h - a program: its actions, and the loop that serves them
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_SERVER_H
#define HYTHE_SERVER_H

#include <stddef.h>
#include "access.h"
#include "request.h"
#include "response.h"
#include "route.h"

struct action {
	enum route_kind route;
	enum method method;
	enum right right;
	unsigned takes; /* enum parameter */
	void (*handle)(struct request *request, struct response *response);

	/* The answer of `handle` where there is nothing that it could answer with.
	 * Who may not know whether there is gets it too, and the store is not
	 * asked.  NULL where forbidding tells nothing. */
	void (*handle_absent)(struct request *request, struct response *response);
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Serve the actions: one request as a CGI program, or, where standard input is
 * a listening socket, as FastCGI until SIGTERM, which lets the requests under
 * way finish, and those that wait in the socket's queue.  What a route's rows
 * do not list is 405; a route without a row is 404.  Returns the program's exit
 * status. */
int serve(const char *program, const struct action *actions, size_t count);

#endif
