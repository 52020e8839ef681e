/* request.c - fuzz target: a whole request as the web server hands it over, by CGI or
 * FastCGI, and the answer.  The input is a byte of switches, the variables, an empty
 * one, and the body
 * SPDX-License-Identifier: ISC */
#include "request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "access.h"
#include "arena.h"
#include "exchange.h"
#include "fuzz.h"
#include "json_scan.h"
#include "server.h"
#include "settings.h"
#include "store.h"
#include "text.h"
#include "transport.h"

enum { VARIABLES_MAX = 32, IS_CGI = 1, OPEN = 2, READ_ONLY = 4, DELETE = 8, CUT = 16, USERS = 32 };

struct client {
	const char *body;
	size_t left;
	bool cut;
	struct text answer;
};

static size_t read_body(struct transport *transport, void *bytes, size_t room)
{
	struct client *client = transport->handle;
	size_t count = client->left < room ? client->left : room;

	if (count > 3)
		count = count / 2 + 1; /* in pieces, as it comes */
	memcpy(bytes, client->body, count);
	client->body += count;
	client->left -= count;
	return count;
}

static bool ended_well(struct transport *transport)
{
	const struct client *client = transport->handle;

	return !client->cut;
}

static bool write_answer(struct transport *transport, const void *bytes, size_t length)
{
	struct client *client = transport->handle;

	text_add_bytes(&client->answer, bytes, length);
	return true;
}

/* What every handler may believe of what it gets. */
static void take_body(struct request *request, struct response *response)
{
	char bytes[64];
	size_t count, sum = 0;

	while ((count = request_read(request, bytes, sizeof(bytes))) > 0)
		sum += count;
	must(sum == request->received);
	must(!request->length_known || sum <= request->length);
	must(!request->length_known || request_is_whole(request) == (sum == request->length));
	response_empty(response, request_is_whole(request) ? CREATED : ACCEPTED);
}

static void give_list(struct request *request, struct response *response)
{
	struct text text;

	request_has(request, &request->digest);
	text_init(&text, request->arena);
	text_add_json(&text, request->last ? request->last : request->query);
	if (request->name)
		response_header(response, "Link", "<%s>", route_build(request->arena,
			request->route.kind, request->name, request->route.last));
	response_bytes(response, "application/json", text.bytes, text.length);
}

static const struct action actions[] = {
	{ ROUTE_BASE, METHOD_GET, RIGHT_PING, 0, give_list, NULL },
	{ ROUTE_CATALOG, METHOD_GET, RIGHT_CATALOG, TAKES_PAGE, give_list, NULL },
	{ ROUTE_TAGS, METHOD_GET, RIGHT_PULL, TAKES_PAGE, give_list, NULL },
	{ ROUTE_REFERRERS, METHOD_GET, RIGHT_PULL, TAKES_PAGE | TAKES_FILTER, give_list, NULL },
	{ ROUTE_MANIFEST, METHOD_GET, RIGHT_PULL, 0, give_list, NULL },
	{ ROUTE_MANIFEST, METHOD_PUT, RIGHT_PUSH, TAKES_TAGS, take_body, NULL },
	{ ROUTE_MANIFEST, METHOD_DELETE, RIGHT_DELETE, 0, take_body, NULL },
	{ ROUTE_BLOB, METHOD_GET, RIGHT_PULL, 0, give_list, NULL },
	{ ROUTE_UPLOADS, METHOD_POST, RIGHT_PUSH,
	  TAKES_DIGEST | TAKES_MOUNT | TAKES_SIZE | TAKES_ALGORITHM, take_body, NULL },
	{ ROUTE_UPLOAD, METHOD_PATCH, RIGHT_PUSH, TAKES_CONTENT_RANGE, take_body, NULL },
	{ ROUTE_UPLOAD, METHOD_PUT, RIGHT_PUSH, NEEDS_DIGEST | TAKES_SIZE | TAKES_CONTENT_RANGE,
	  take_body, NULL },
};

/* Headers are lines of `name: value`, and nothing from outside makes another. */
static const char *check_headers(const char *answer, bool *is_fault, long long *length)
{
	const char *end;

	must(strncmp(answer, "Status: ", 8) == 0);
	*is_fault = answer[8] >= '4';
	for (*length = -1; (end = strstr(answer, "\r\n")) != answer; answer = end + 2) {
		must(end && memchr(answer, ':', (size_t)(end - answer)));
		for (const char *c = answer; c < end; c++)
			must((unsigned char)*c >= ' ' && *c != 0x7F);
		if (strncasecmp(answer, "Content-Length: ", 16) == 0)
			*length = atoll(answer + 16);
	}
	return answer + 2;
}

static void check_answer(struct arena *arena, const struct text *answer, bool head)
{
	struct json_fault fault;
	bool is_fault;
	long long stated;
	const char *body = check_headers(answer->bytes, &is_fault, &stated);
	size_t length = answer->length - (size_t)(body - answer->bytes);

	must(head ? length == 0 : stated < 0 || (size_t)stated == length);
	must(!is_fault || stated > 0);
	must(head || !is_fault || json_scan(arena, body, length, &fault));
}

/* The first of a name counts. */
static bool is_head(char *const *environment)
{
	static const char name[] = "REQUEST_METHOD=";

	while (*environment && strncmp(*environment, name, sizeof(name) - 1) != 0)
		environment++;
	return *environment && strcmp(*environment + sizeof(name) - 1, "HEAD") == 0;
}

int fuzz_request(const uint8_t *bytes, size_t length)
{
	char *environment[VARIABLES_MAX + 1] = { NULL };
	struct fuzz_input input;
	struct arena arena;
	struct client client = { .body = NULL };
	struct settings settings = { .storage = "/nowhere", .threads = 1, .token_service = "hythe" };
	struct store store = { .root = -1, .path = settings.storage };
	struct service service = { .actions = actions, .action_count = COUNT(actions),
		.settings = &settings, .store = &store };
	struct transport transport = { .environment = environment, .handle = &client,
		.read = read_body, .ended_well = ended_well, .write = write_answer };
	uint8_t how;

	arena_init(&arena);
	text_init(&client.answer, &arena);
	fuzz_begin(&input, bytes, length);
	how = fuzz_byte(&input);
	for (size_t i = 0; i < VARIABLES_MAX && input.left; i++) {
		environment[i] = fuzz_take(&input);
		if (!*environment[i])
			break;
	}
	client.body = fuzz_rest(&input, &client.left);
	client.cut = how & CUT;
	transport.is_cgi = how & IS_CGI;
	settings.open = how & OPEN ? 1 : 0;
	settings.read_only = how & READ_ONLY ? 1 : 0;
	settings.delete_allowed = how & DELETE ? 1 : 0;
	settings.remote_user = settings.tokens = how & USERS ? 1 : 0;
	service.access = access_open(&arena, &settings);
	exchange(&service, &transport, &arena);
	check_answer(&arena, &client.answer, is_head(environment));
	arena_reset(&arena);
	fuzz_end(&input);
	return 0;
}
