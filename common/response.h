/* response.h - an answer: collected first, sent once
 * SPDX-License-Identifier: ISC
 *
 * A handler adds faults, or headers and a success with its body.  Nothing is
 * sent before it has returned, so a fault found late still makes an error. */
#ifndef HYTHE_RESPONSE_H
#define HYTHE_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "error.h"
#include "outcome.h"
#include "text.h"

struct arena;
struct blob;
struct range;
struct settings;
struct store;
struct transport;

enum success { OK, CREATED, ACCEPTED, NO_CONTENT, PARTIAL_CONTENT, NOT_MODIFIED };

struct response {
	struct arena *arena;
	struct transport *transport;
	bool head;                /* send no body */
	enum success success;
	struct text headers;
	struct fault *faults;
	size_t fault_count, fault_room;
	const char *bytes;        /* the body: these, */
	int fd;                   /* or a part of this file unless it is -1 */
	off_t first;
	off_t length;
	bool elsewhere;           /* the web server sends the body */
};

void response_init(struct response *response, struct arena *arena, struct transport *transport);

/* Add a header; the value must have no control bytes. */
void response_header(struct response *response, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Add a warning that the client may show to people, of printable ASCII.  All of
 * an answer's may have 4096 bytes as they are sent.  [OCI "Warnings"] */
void response_warning(struct response *response, const char *warning);

/* Add a fault of the client's; with one there is no success. */
void response_fault(struct response *response, struct fault fault);
bool response_is_faulty(const struct response *response);

/* Add the fault that an outcome other than DONE is: for MISSING and MISMATCH
 * the `missing` one, else one of the machine. */
void response_outcome(struct response *response, enum outcome outcome, struct fault missing);

/* Succeed without a body. */
void response_empty(struct response *response, enum success success);

/* Succeed with a body of `length` bytes that live as long as the request. */
void response_bytes(struct response *response, const char *type, const char *bytes, size_t length);

/* Succeed with a blob or, where `part` is not NULL, a part of it, sent by the
 * web server if the settings say so. */
void response_blob(struct response *response, const struct settings *settings,
		   const struct store *store, const struct blob *blob, const struct range *part);

/* Send it. */
void response_send(struct response *response);

#endif
