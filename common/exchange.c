/* exchange.c - one request and its answer
 * SPDX-License-Identifier: ISC */
#include "exchange.h"

#include "access.h"
#include "login.h"
#include "maintenance.h"
#include "request.h"
#include "response.h"
#include "server.h"
#include "settings.h"
#include "store.h"
#include "text.h"
#include "transport.h"

/* What the admin turned off, whoever asks; FAULT_COUNT: nothing of it. */
static enum fault_kind switched_off(const struct request *request, const struct action *action)
{
	const struct settings *settings = request->settings;

	if (request->is_read_only && right_changes(action->right) && action->method != METHOD_GET)
		return FAULT_READ_ONLY;
	if (!settings->delete_allowed && action->right == RIGHT_DELETE)
		return FAULT_DELETE_OFF;
	return FAULT_COUNT;
}

/* The methods that a route has and that are not switched off, maybe none: every
 * 405 says so.  [RFC 9110 10.2.1, 15.5.6] */
static void add_allow(const struct service *service, const struct request *request,
		      struct response *response)
{
	static const char *const names[METHOD_COUNT] = {
		"GET, HEAD", "PUT", "POST", "PATCH", "DELETE"
	};
	struct text allow;

	text_init(&allow, response->arena);
	for (size_t i = 0; i < service->action_count; i++) {
		const struct action *action = &service->actions[i];

		if (action->route != request->route.kind ||
		    switched_off(request, action) != FAULT_COUNT)
			continue;
		text_add(&allow, allow.length ? ", " : "");
		text_add(&allow, names[action->method]);
	}
	response_header(response, "Allow", "%s", allow.bytes);
}

/* PHASE_ROUTE.  The web server chose this program by its own reading of the
 * path: a route of another program is none of ours. */
static const struct action *find_action(const struct service *service,
					const struct request *request, struct response *response)
{
	bool known = false;

	for (size_t i = 0; i < service->action_count; i++) {
		const struct action *action = &service->actions[i];

		if (action->route != request->route.kind)
			continue;
		if (action->method == request->method)
			return action;
		known = true;
	}
	if (known) {
		add_allow(service, request, response);
		response_fault(response, FAULT(FAULT_METHOD_UNKNOWN,
			.value = request_header(request, "REQUEST_METHOD")));
	} else {
		response_fault(response, FAULT(FAULT_ROUTE_UNKNOWN, .value = request->path));
	}
	return NULL;
}

/* Forbidden looks like absent where there is such an answer, and never depends
 * on what the store has. */
static void deny(struct request *request, struct response *response, const struct action *action)
{
	if (!access_may_allow(request->settings, action->right))
		response_fault(response, FAULT(FAULT_DENIED, .name = request->name,
			.reason = "this registry accepts no changes from anybody"));
	else if (action->handle_absent)
		action->handle_absent(request, response);
	else
		response_fault(response, FAULT(FAULT_DENIED, .name = request->name));
}

/* PHASE_ACCESS, for every action in this one place.  False if the answer is
 * complete. */
static bool may(struct request *request, struct response *response, const struct action *action)
{
	if (action->right == RIGHT_NONE)
		return true;
	if (!login_identify(request, response, action->right))
		return false;
	switch (access_decide(&request->caller, action->right, request->name)) {
	case DECISION_ALLOW:
		return true;
	case DECISION_LOG_IN:
		login_ask(request, response, action->right, NULL);
		return false;
	case DECISION_DENY:
		break;
	}
	deny(request, response, action);
	return false;
}

/* PHASE_SWITCHED_OFF, likewise. */
static bool is_on(const struct service *service, const struct request *request,
		  struct response *response, const struct action *action)
{
	enum fault_kind kind = switched_off(request, action);

	if (kind == FAULT_COUNT)
		return true;
	add_allow(service, request, response);
	response_fault(response, FAULT(kind, .name = request->name));
	return false;
}

static void handle(const struct service *service, struct request *request,
		   struct response *response)
{
	const struct action *action;

	request_open(request, response);
	response->head = request->head;
	if (response_is_faulty(response))
		return;
	action = find_action(service, request, response);
	if (!action)
		return;
	request_check(request, response, action->takes);
	if (!response_is_faulty(response) && may(request, response, action) &&
	    is_on(service, request, response, action))
		action->handle(request, response);
}

/* What the admin has to say to every client; and whether the registry is read-only
 * just now. */
static void add_notices(struct request *request, struct response *response)
{
	const struct settings *settings = request->settings;
	const char *notice = NULL;

	if (settings->warning)
		response_warning(response, settings->warning);
	if (settings->read_only_file)
		notice = maintenance_notice(request->arena, settings->read_only_file);
	if (notice)
		response_warning(response, notice);
	request->is_read_only = settings->read_only || notice;
}

void exchange(const struct service *service, struct transport *transport, struct arena *arena)
{
	struct request request = {
		.arena = arena,
		.settings = service->settings,
		.access = service->access,
		.transport = transport,
	};
	struct response response;

	response_init(&response, arena, transport);
	if (service->settings) {
		request.store = store_of_request(service->store, arena);
		add_notices(&request, &response);
		handle(service, &request, &response);
	} else {
		response_fault(&response, FAULT(FAULT_BROKEN));
	}
	request_drain(&request);
	response_send(&response);
}
