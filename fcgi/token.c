/* token.c - hythe-token: tokens for those who log in, and for those who do not
 * SPDX-License-Identifier: ISC
 *
 * Clients ask in one of two ways: by GET, with the password, if there is one, in
 * the Authorization header; or by POST of an OAuth 2 form. */
#include <string.h>
#include <time.h>

#include "arena.h"
#include "error.h"
#include "file.h"
#include "form.h"
#include "jwt.h"
#include "layout.h"
#include "log.h"
#include "login.h"
#include "scope.h"
#include "server.h"
#include "settings.h"
#include "store.h"
#include "text.h"

enum { SCOPES_MAX = 16, FORM_BYTES_MAX = 16384 };

/* What was asked, by query or form. */
struct wish {
	struct arena *arena;
	const char *service;
	const char *grant_type, *user, *password;
	struct scope scopes[SCOPES_MAX];
	size_t scope_count;
	bool too_many;
};

/* Several scopes come as several parameters, or as one with spaces.  What is no
 * scope of ours is left out, as is what is not allowed. */
static void read_scopes(struct wish *wish, const char *value)
{
	while (*(value += strspn(value, " "))) {
		size_t length = strcspn(value, " ");
		struct scope scope;

		if (wish->scope_count == SCOPES_MAX)
			wish->too_many = true;
		else if (scope_parse(wish->arena, value, length, &scope))
			wish->scopes[wish->scope_count++] = scope;
		value += length;
	}
}

static bool read_parameter(const char *name, const char *value, void *context)
{
	struct wish *wish = context;
	const struct {
		const char *name;
		const char **value;
	} parameters[] = {
		{ "service", &wish->service },
		{ "grant_type", &wish->grant_type },
		{ "username", &wish->user },
		{ "password", &wish->password },
	};

	if (strcmp(name, "scope") == 0)
		read_scopes(wish, value);
	for (size_t i = 0; i < COUNT(parameters); i++)
		if (strcmp(name, parameters[i].name) == 0)
			*parameters[i].value = value;
	return true;
}

static void refuse(struct response *response, const char *field, const char *value,
		   const char *reason)
{
	response_fault(response, FAULT(FAULT_PARAMETER_INVALID, .field = field, .value = value,
				       .reason = reason));
}

static bool read_wish(const struct request *request, struct response *response, const char *text,
		      struct wish *wish)
{
	const char *service = request->settings->token_service;

	*wish = (struct wish){ .arena = request->arena };
	if (!form_each(request->arena, text, read_parameter, wish))
		refuse(response, NULL, NULL, "broken percent-encoding");
	else if (wish->too_many)
		refuse(response, "scope", NULL, "there are more than 16");
	else if (wish->service && strcmp(wish->service, service) != 0)
		refuse(response, "service", wish->service, "this registry is another one");
	return !response_is_faulty(response);
}

static bool may(const struct caller *caller, const struct scope *scope, enum right right)
{
	return (scope->rights & 1u << right) &&
	       access_decide(caller, right, scope->name) == DECISION_ALLOW;
}

/* What of a scope the caller may do, as the token will have it. */
static void add_grant(struct text *grants, const struct caller *caller, const struct scope *scope)
{
	bool catalog = !scope->name;
	enum right first = catalog ? RIGHT_CATALOG : RIGHT_PULL;
	enum right last = catalog ? RIGHT_CATALOG : RIGHT_DELETE;
	struct text actions;

	text_init(&actions, grants->arena);
	for (enum right right = first; right <= last; right++)
		if (may(caller, scope, right))
			text_add_format(&actions, "%s\"%s\"", actions.length ? "," : "",
					catalog ? "*" : right_name(right));
	if (!actions.length)
		return;
	text_add_format(grants, "%s{\"type\":\"%s\",\"name\":\"%s\",\"actions\":[%s]}",
			grants->length > 1 ? "," : "", catalog ? "registry" : "repository",
			catalog ? "catalog" : scope->name, actions.bytes);
}

static const char *make_token(const struct request *request, const struct wish *wish)
{
	struct text grants;

	/* The usual place of the keys, where this may be the first file of all. */
	if (!request->settings->token_keys &&
	    file_make_directories(request->store->root, LAYOUT_HYTHE) < 0) {
		log_errno("cannot make '%s'", LAYOUT_HYTHE);
		return NULL;
	}
	text_init(&grants, request->arena);
	text_add(&grants, "[");
	for (size_t i = 0; i < wish->scope_count; i++)
		add_grant(&grants, &request->caller, &wish->scopes[i]);
	text_add(&grants, "]");
	return access_issue(&request->caller, request->arena, grants.bytes);
}

static void answer(const struct request *request, struct response *response,
		   const struct wish *wish)
{
	const char *token = make_token(request, wish);
	time_t now = time(NULL);
	struct tm calendar;
	char issued[32];
	struct text text;

	if (!token) {
		response_fault(response, FAULT(FAULT_BROKEN));
		return;
	}
	/* It would be refused unread. */
	if (strlen(token) > JWT_BYTES_MAX) {
		refuse(response, "scope", NULL, "they make a token that is too long");
		return;
	}
	gmtime_r(&now, &calendar);
	strftime(issued, sizeof(issued), "%Y-%m-%dT%H:%M:%SZ", &calendar);
	text_init(&text, request->arena);
	text_add_format(&text,
			"{\"token\":\"%s\",\"access_token\":\"%s\",\"expires_in\":%llu,"
			"\"issued_at\":\"%s\"}",
			token, token, request->settings->token_lifetime, issued);
	response_header(response, "Cache-Control", "no-store");
	response_bytes(response, "application/json", text.bytes, text.length);
}

static bool is_served(const struct request *request, struct response *response)
{
	if (!request->settings->tokens)
		response_fault(response, FAULT(FAULT_ROUTE_UNKNOWN, .value = request->path));
	return !response_is_faulty(response);
}

/* A token is not got by a token: it would never end. */
static bool identify(struct request *request, const char **reason)
{
	struct presented presented = login_presented(request);

	if (!access_identify(request->access, request->arena, &presented, &request->caller, reason))
		return false;
	*reason = "a token is got by a password";
	return !request->caller.token;
}

static void get_token(struct request *request, struct response *response)
{
	struct wish wish;
	const char *reason;

	if (!is_served(request, response) || !read_wish(request, response, request->query, &wish))
		return;
	if (identify(request, &reason))
		answer(request, response, &wish);
	else
		login_ask_password(request, response, reason);
}

static const char *read_form(struct request *request, struct response *response)
{
	char *form = arena_alloc(request->arena, FORM_BYTES_MAX + 2);
	size_t length = 0, count;

	while (length <= FORM_BYTES_MAX &&
	       (count = request_read(request, form + length, FORM_BYTES_MAX + 1 - length)))
		length += count;
	if (length > FORM_BYTES_MAX)
		refuse(response, NULL, NULL, "the form is too long");
	else if (!request_is_whole(request))
		response_fault(response, FAULT(FAULT_BODY_CUT));
	else if (strlen(form) != length)
		refuse(response, NULL, NULL, "the form has a NUL");
	return form;
}

static bool identify_by_form(struct request *request, const struct wish *wish, const char **reason)
{
	struct presented presented = login_presented(request);

	*reason = "only grant_type=password is known here";
	if (!wish->grant_type || strcmp(wish->grant_type, "password") != 0)
		return false;
	*reason = "the user or the password is missing";
	if (!wish->user || !wish->password)
		return false;
	return access_identify_by_password(request->access, request->arena, &presented, wish->user,
					   wish->password, &request->caller, reason);
}

static void post_token(struct request *request, struct response *response)
{
	const char *form, *reason;
	struct wish wish;

	if (!is_served(request, response))
		return;
	form = read_form(request, response);
	if (response_is_faulty(response) || !read_wish(request, response, form, &wish))
		return;
	if (identify_by_form(request, &wish, &reason))
		answer(request, response, &wish);
	else
		login_ask_password(request, response, reason);
}

static const struct action actions[] = {
	{ ROUTE_TOKEN, METHOD_GET, RIGHT_NONE, 0, get_token, NULL },
	{ ROUTE_TOKEN, METHOD_POST, RIGHT_NONE, 0, post_token, NULL },
};

int main(void) { return serve("hythe-token", actions, COUNT(actions)); }
