/* exchange.h - one request and its answer
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_EXCHANGE_H
#define HYTHE_EXCHANGE_H

#include <stddef.h>

struct access;
struct action;
struct arena;
struct settings;
struct store;
struct transport;

/* What all requests of a program have in common. */
struct service {
	const struct action *actions;
	size_t action_count;
	const struct settings *settings; /* NULL: unusable, every answer is a 500 */
	const struct store *store;
	const struct access *access;
};

/* Read a request, check it phase by phase, let its action handle it, and send
 * the answer.  The arena is the caller's to reset. */
void exchange(const struct service *service, struct transport *transport, struct arena *arena);

#endif
