/* exchange.c - one request and its answer
 * SPDX-License-Identifier: ISC */
#include "exchange.h"

#include "access.h"
#include "request.h"
#include "response.h"
#include "server.h"
#include "settings.h"
#include "text.h"
#include "transport.h"

/* The methods that the rows of a route have. [RFC 9110 10.2.1] */
static void add_allow(const struct service *service, enum route_kind route,
		      struct response *response)
{
	static const char *const names[METHOD_COUNT] = {
		"GET, HEAD", "PUT", "POST", "PATCH", "DELETE"
	};
	struct text allow;

	text_init(&allow, response->arena);
	for (size_t i = 0; i < service->action_count; i++) {
		if (service->actions[i].route != route)
			continue;
		text_add(&allow, allow.length ? ", " : "");
		text_add(&allow, names[service->actions[i].method]);
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
	if (known)
		add_allow(service, request->route.kind, response);
	response_fault(response, FAULT(known ? FAULT_METHOD_UNKNOWN : FAULT_ROUTE_UNKNOWN));
	return NULL;
}

/* PHASE_ACCESS and PHASE_SWITCHED_OFF, for every action in this one place. */
static void check_rights(const struct request *request, struct response *response,
			 const struct action *action)
{
	const struct settings *settings = request->settings;
	struct fault fault = { .name = request->name };

	if (!access_allows(settings, action->right)) {
		fault.kind = FAULT_DENIED;
		fault.reason = "this registry accepts no changes from anybody";
	} else if (settings->read_only && right_changes(action->right)) {
		fault.kind = FAULT_READ_ONLY;
	} else if (!settings->delete_allowed && action->right == RIGHT_DELETE) {
		fault.kind = FAULT_DELETE_OFF;
	} else {
		return;
	}
	response_fault(response, fault);
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
	if (!response_is_faulty(response))
		check_rights(request, response, action);
	if (!response_is_faulty(response))
		action->handle(request, response);
}

void exchange(const struct service *service, struct transport *transport, struct arena *arena)
{
	struct request request = {
		.arena = arena,
		.settings = service->settings,
		.store = service->store,
		.transport = transport,
	};
	struct response response;

	response_init(&response, arena, transport);
	if (service->settings)
		handle(service, &request, &response);
	else
		response_fault(&response, FAULT(FAULT_BROKEN));
	request_drain(&request);
	response_send(&response);
}
