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

/* What the admin turned off, whoever asks; FAULT_COUNT: nothing of it. */
static enum fault_kind switched_off(const struct settings *settings, const struct action *action)
{
	if (settings->read_only && action->method != METHOD_GET)
		return FAULT_READ_ONLY;
	if (!settings->delete_allowed && action->right == RIGHT_DELETE)
		return FAULT_DELETE_OFF;
	return FAULT_COUNT;
}

/* The methods that a route has and that are not switched off, maybe none: every
 * 405 says so.  [RFC 9110 10.2.1, 15.5.6] */
static void add_allow(const struct service *service, enum route_kind route,
		      struct response *response)
{
	static const char *const names[METHOD_COUNT] = {
		"GET, HEAD", "PUT", "POST", "PATCH", "DELETE"
	};
	struct text allow;

	text_init(&allow, response->arena);
	for (size_t i = 0; i < service->action_count; i++) {
		const struct action *action = &service->actions[i];

		if (action->route != route ||
		    switched_off(service->settings, action) != FAULT_COUNT)
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
		add_allow(service, request->route.kind, response);
		response_fault(response, FAULT(FAULT_METHOD_UNKNOWN,
			.value = request_header(request, "REQUEST_METHOD")));
	} else {
		response_fault(response, FAULT(FAULT_ROUTE_UNKNOWN, .value = request->path));
	}
	return NULL;
}

/* PHASE_ACCESS and PHASE_SWITCHED_OFF, for every action in this one place. */
static void check_rights(const struct service *service, const struct request *request,
			 struct response *response, const struct action *action)
{
	struct fault fault = { .name = request->name };

	if (!access_allows(service->settings, action->right)) {
		fault.kind = FAULT_DENIED;
		fault.reason = "this registry accepts no changes from anybody";
	} else {
		fault.kind = switched_off(service->settings, action);
		if (fault.kind == FAULT_COUNT)
			return;
		add_allow(service, action->route, response);
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
		check_rights(service, request, response, action);
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
	if (service->settings && service->settings->warning)
		response_warning(&response, service->settings->warning);
	if (service->settings)
		handle(service, &request, &response);
	else
		response_fault(&response, FAULT(FAULT_BROKEN));
	request_drain(&request);
	response_send(&response);
}
