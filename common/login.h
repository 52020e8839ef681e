/* login.h - who sent a request, and asking for better credentials
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_LOGIN_H
#define HYTHE_LOGIN_H

#include <stdbool.h>
#include "access.h"

struct request;
struct response;

/* What the request says of who sent it. */
struct presented login_presented(const struct request *request);

/* Find out the request's caller.  False, with the fault and the challenge added,
 * if credentials were sent that are not good. */
bool login_identify(struct request *request, struct response *response, enum right right);

/* Add the fault that asks the client to log in, and the one challenge that this
 * registry has: Bearer, with the scope of `right`, where tokens are used, else
 * Basic.  `reason` may be NULL.  For a caller who was put off, another fault instead:
 * try again.  [RFC 9110 11.6.1, RFC 6750 3] */
void login_ask(const struct request *request, struct response *response, enum right right,
	       const char *reason);

/* The same with a Basic challenge, where a token is to be had by a password. */
void login_ask_password(const struct request *request, struct response *response,
			const char *reason);

#endif
