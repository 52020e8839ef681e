/* login.c - who sent a request, and asking for better credentials
 * SPDX-License-Identifier: ISC */
#include "login.h"

#include <string.h>
#include <strings.h>

#include "arena.h"
#include "request.h"
#include "response.h"
#include "settings.h"
#include "text.h"
#include "transport.h"

static unsigned count_headers(const struct request *request, const char *name)
{
	size_t length = strlen(name);
	unsigned count = 0;

	for (char *const *entry = request->transport->environment; *entry; entry++)
		count += strncmp(*entry, name, length) == 0 && (*entry)[length] == '=';
	return count;
}

/* Apache has it under the second name where a rewriting rule kept it. */
struct presented login_presented(const struct request *request)
{
	const char *header = request_header(request, "HTTP_AUTHORIZATION");

	if (!header || !*header)
		header = request_header(request, "REDIRECT_HTTP_AUTHORIZATION");
	return (struct presented){
		.authorization = header,
		.authorizations = count_headers(request, "HTTP_AUTHORIZATION"),
		.remote_user = request_header(request, "REMOTE_USER"),
		.address = request_header(request, "REMOTE_ADDR"),
	};
}

/* What can stand in a URL as the host of this server; anything else would be
 * the client's text in a header of ours. */
static bool is_host(const char *host)
{
	static const char digits[] = "0123456789", address[] = "0123456789abcdefABCDEF:.",
			  name[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789.-_";
	size_t length = *host == '[' ? strspn(host + 1, address) + 2 : strspn(host, name);
	const char *port;

	if (length == 0 || strnlen(host, 256) > 255 || (*host == '[' && host[length - 1] != ']'))
		return false;
	port = host + length;
	return !*port || (*port == ':' && port[1] && !port[1 + strspn(port + 1, digits)]);
}

/* Several proxies make a list, and the client met the first. */
static bool is_first(const char *value, const char *list)
{
	size_t length = strcspn(list, ", \t");

	return length == strlen(value) && strncasecmp(value, list, length) == 0;
}

static bool is_encrypted(const struct request *request)
{
	static const struct {
		const char *name, *value;
	} signs[] = {
		{ "HTTPS", "on" },
		{ "REQUEST_SCHEME", "https" },
		{ "HTTP_X_FORWARDED_PROTO", "https" },
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		const char *value = request_header(request, signs[i].name);

		if (value && is_first(signs[i].value, value))
			return true;
	}
	return false;
}

/* Where tokens are to be had: here, unless a setting says otherwise.  Clients do
 * not resolve a relative URL.  The host is what this client calls us by, so it
 * can lead nobody else astray. */
static const char *realm(const struct request *request)
{
	const char *host = request_header(request, "HTTP_HOST");

	if (request->settings->token_realm)
		return request->settings->token_realm;
	if (!host || !is_host(host))
		host = request_header(request, "SERVER_NAME");
	if (!host || !is_host(host))
		host = "localhost";
	return arena_printf(request->arena, "%s://%s%s", is_encrypted(request) ? "https" : "http",
			    host, route_build(request->arena, ROUTE_TOKEN, NULL, NULL));
}

/* What a token must cover for this request; names are valid by now, and have no
 * character that could end a quoted string. */
static void add_scope(struct text *challenge, const struct request *request, enum right right)
{
	static const char *const actions[RIGHT_COUNT] = {
		[RIGHT_PULL] = "pull",
		[RIGHT_PUSH] = "pull,push",
		[RIGHT_DELETE] = "delete",
	};

	if (right == RIGHT_CATALOG)
		text_add(challenge, ",scope=\"registry:catalog:*\"");
	if (!actions[right] || !request->name)
		return;
	text_add_format(challenge, ",scope=\"repository:%s:%s", request->name, actions[right]);
	if (request->from && strcmp(request->from, request->name) != 0)
		text_add_format(challenge, " repository:%s:pull", request->from);
	text_add(challenge, "\"");
}

/* Whose password was not looked at may come again with the same. */
static void ask(const struct request *request, struct response *response, const char *challenge,
		const char *reason)
{
	if (request->caller.is_put_off) {
		response_fault(response, FAULT(FAULT_BUSY));
		return;
	}
	response_header(response, "WWW-Authenticate", "%s", challenge);
	response_fault(response, FAULT(FAULT_UNAUTHORIZED, .reason = reason));
}

void login_ask_password(const struct request *request, struct response *response,
			const char *reason)
{
	ask(request, response, "Basic realm=\"hythe\"", reason);
}

void login_ask(const struct request *request, struct response *response, enum right right,
	       const char *reason)
{
	struct text challenge;

	if (!request->settings->tokens) {
		login_ask_password(request, response, reason);
		return;
	}
	text_init(&challenge, request->arena);
	text_add_format(&challenge, "Bearer realm=\"%s\",service=\"%s\"", realm(request),
			request->settings->token_service);
	add_scope(&challenge, request, right);
	if (request->caller.token)
		text_add(&challenge, ",error=\"insufficient_scope\"");
	else if (reason)
		text_add(&challenge, ",error=\"invalid_token\"");
	ask(request, response, challenge.bytes, reason);
}

bool login_identify(struct request *request, struct response *response, enum right right)
{
	struct presented presented = login_presented(request);
	const char *reason;

	if (access_identify(request->access, request->arena, &presented, &request->caller, &reason))
		return true;
	login_ask(request, response, right, reason);
	return false;
}
