/* test_login.c - login.h
 * SPDX-License-Identifier: ISC */
#include "login.h"

#include <stdlib.h>

#include "arena.h"
#include "request.h"
#include "response.h"
#include "scratch.h"
#include "settings.h"
#include "tap.h"
#include "transport.h"

static struct arena arena;
static struct settings settings;

static const char *const users[] = { "HTTP_HOST=r.example", "HTTP_AUTHORIZATION=Basic YTpi", NULL };

/* A request with these variables, NULL at the end. */
static struct request request_of(const char *const *variables)
{
	struct transport *transport = arena_alloc(&arena, sizeof(*transport));

	transport->environment = (char *const *)(void *)(size_t)variables;
	return (struct request){
		.arena = &arena, .settings = &settings, .transport = transport,
		.access = access_open(&arena, &settings),
	};
}

static struct presented presented_of(const char *const *variables)
{
	struct request request = request_of(variables);

	return login_presented(&request);
}

static void test_presented(void)
{
	static const char *const twice[] = {
		"HTTP_AUTHORIZATION=Basic YTpi", "X=1", "HTTP_AUTHORIZATION=Basic YTpj", NULL
	};
	static const char *const redirected[] = {
		"HTTP_AUTHORIZATION=", "REDIRECT_HTTP_AUTHORIZATION=Basic YTpi", NULL
	};
	static const char *const others[] = {
		"HTTP_AUTHORIZATIONS=x", "XHTTP_AUTHORIZATION=x", "HTTP_REMOTE_USER=x",
		"REMOTE_USER=alice", "REMOTE_ADDR=192.0.2.7", NULL
	};
	struct presented presented = presented_of(users);

	is_text(presented.authorization, "Basic YTpi", "one header");
	is_number(presented.authorizations, 1, "is one");
	presented = presented_of(twice);
	is_text(presented.authorization, "Basic YTpi", "the first of two");
	is_number(presented.authorizations, 2, "which are two");
	presented = presented_of(redirected);
	is_text(presented.authorization, "Basic YTpi", "the one that was put aside");
	presented = presented_of(others);
	is_text(presented.authorization, NULL, "none");
	is_number(presented.authorizations, 0, "at all");
	is_text(presented.remote_user, "alice", "the web server's word");
	is_text(presented.address, "192.0.2.7", "from where");
}

static void test_identify(void)
{
	static const char *const twice[] = {
		"HTTP_AUTHORIZATION=Basic Og==", "HTTP_AUTHORIZATION=Basic Og==", NULL
	};
	struct request request;
	struct response response;

	settings = (struct settings){
		.htpasswd = "/nonexistent", .access = "/nonexistent", .storage = "/nonexistent",
		.token_service = "hythe",
	};
	scratch_listen();
	request = request_of(users + 2);
	response_init(&response, &arena, request.transport);
	ok(login_identify(&request, &response, RIGHT_PULL) && !response_is_faulty(&response),
	   "nobody");
	request = request_of(twice);
	ok(!login_identify(&request, &response, RIGHT_PULL) && response_is_faulty(&response),
	   "nobody twice is refused");
	scratch_said();
	ok(strstr(response.headers.bytes, "WWW-Authenticate: Basic realm=\"hythe\"\r\n") != NULL,
	   "with the challenge");
}

int main(void)
{
	scratch_make();
	arena_init(&arena);
	test_presented();
	test_identify();
	arena_reset(&arena);
	scratch_remove();
	return done_testing();
}
