/* test_access.c - access.h
 * SPDX-License-Identifier: ISC */
#include "access.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "arena.h"
#include "scratch.h"
#include "settings.h"
#include "tap.h"

static struct arena arena;
static struct settings settings;
static struct access *access_of; /* by the settings */
static const char *said;

static const char *path_of(const char *name)
{
	return arena_printf(&arena, "%s/%s", scratch_path, name);
}

static void set(struct settings to)
{
	settings = to;
	settings.token_service = "hythe";
	settings.token_lifetime = 300;
	settings.storage = scratch_path;
	settings.token_keys = path_of("keys");
	access_of = access_open(&arena, &settings);
}

static bool identify(struct presented presented, struct caller *caller)
{
	const char *reason = NULL;
	bool good;

	if (presented.authorization)
		presented.authorizations += !presented.authorizations;
	scratch_listen();
	good = access_identify(access_of, &arena, &presented, caller, &reason);
	said = scratch_said();
	if (!good && !reason)
		ok(false, "a reason is given");
	return good;
}

#define WHO(...) ((struct presented){ .address = "192.0.2.7", __VA_ARGS__ })
#define ALICE "Basic YWxpY2U6c2VjcmV0"       /* alice:secret */
#define ALICE_WRONG "Basic YWxpY2U6U2VjcmV0" /* alice:Secret */
#define NOBODY "Basic bm9ib2R5OnNlY3JldA=="  /* nobody:secret */

static void test_without_file(void)
{
	static const struct {
		enum right right;
		bool closed, open;
	} cases[] = {
		{ RIGHT_NONE, true, true },    { RIGHT_PING, true, true },
		{ RIGHT_PULL, true, true },    { RIGHT_CATALOG, true, true },
		{ RIGHT_PUSH, false, true },   { RIGHT_DELETE, false, true },
	};
	struct caller caller;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set((struct settings){ .open = 0 });
		ok(identify(WHO(.authorization = ALICE_WRONG), &caller), "no password is wrong");
		is_number(access_decide(&caller, cases[i].right, "a/b"),
			  cases[i].closed ? DECISION_ALLOW : DECISION_DENY, "closed");
		ok(access_may_allow(&settings, cases[i].right) == cases[i].closed, "for anybody");
		set((struct settings){ .open = 1 });
		ok(identify(WHO(.remote_user = "root"), &caller) && !caller.user, "nobody");
		is_number(access_decide(&caller, cases[i].right, "a/b"),
			  cases[i].open ? DECISION_ALLOW : DECISION_DENY, "open");
	}
	ok(access_lists(&caller, "a/b"), "everything is listed");
}

static const struct {
	const char *authorization, *remote_user;
	/* By password, by the web server, and by both: the user, "" for nobody,
	 * NULL if it is refused. */
	const char *password, *server, *both;
} logins[] = {
	{ NULL, NULL, "", "", "" },
	{ "Basic Og==", NULL, "", "", "" },
	{ ALICE, NULL, "alice", "", "alice" },
	{ ALICE_WRONG, NULL, NULL, "", NULL },
	{ NOBODY, NULL, NULL, "", NULL },
	{ "Basic YWxpY2U6", NULL, NULL, "", NULL },
	{ "Basic OnNlY3JldA==", NULL, NULL, "", NULL },
	{ "Bearer a.b.c", NULL, NULL, NULL, NULL },
	{ "Negotiate abc", NULL, NULL, "", "" },
	{ ALICE ", " ALICE, NULL, NULL, NULL, NULL },
	{ "Basic !", NULL, NULL, NULL, NULL },
	{ NULL, "bob", "", "bob", "bob" },
	{ ALICE, "bob", "alice", "bob", "bob" },
	{ ALICE_WRONG, "bob", NULL, "bob", "bob" },
	{ NULL, "", "", "", "" },
	{ NULL, "two words", "", NULL, NULL },
	{ NULL, "*", "", NULL, NULL },
	{ NULL, "anonymous", "", NULL, NULL },
};

static void is_login(struct presented presented, const char *wanted, const char *name)
{
	struct caller caller;
	bool good = identify(presented, &caller);

	is_text(good ? caller.user ? caller.user : "" : NULL, wanted, name);
}

static void test_logins(void)
{
	const char *users = path_of("users"), *rules = path_of("rules");
	struct caller caller;

	scratch_put("users", "alice:$5$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA\n");
	scratch_put("rules", "allow * ** pull\n");
	for (size_t i = 0; i < sizeof(logins) / sizeof(logins[0]); i++) {
		struct presented presented = WHO(.authorization = logins[i].authorization,
						 .remote_user = logins[i].remote_user);
		const char *name = arena_printf(&arena, "'%s', '%s'",
			logins[i].authorization ? logins[i].authorization : "none",
			logins[i].remote_user ? logins[i].remote_user : "none");

		set((struct settings){ .access = rules, .htpasswd = users });
		is_login(presented, logins[i].password, name);
		set((struct settings){ .access = rules, .remote_user = 1 });
		is_login(presented, logins[i].server, "... by the web server");
		set((struct settings){ .access = rules, .htpasswd = users, .remote_user = 1 });
		is_login(presented, logins[i].both, "... by both");
	}
	set((struct settings){ .access = rules, .htpasswd = users });
	ok(!identify(WHO(.authorization = ALICE, .authorizations = 2), &caller),
	   "two headers are refused");
	ok(!identify(WHO(.authorization = NOBODY), &caller) &&
	   strstr(said, "login failed for 'nobody' from 192.0.2.7") && !strstr(said, "secret"),
	   "a failed login is said: %s", said);
	scratch_put("users", "");
	ok(!identify(WHO(.authorization = ALICE), &caller), "a user who is gone, at once");
	scratch_must(unlinkat(scratch, "users", 0) == 0, "unlink");
	ok(!identify(WHO(.authorization = ALICE), &caller), "a file that is gone");
	ok(identify(WHO(.authorization = NULL), &caller) && !caller.user, "nobody still is");
}

static void test_decisions(void)
{
	static const struct {
		const char *user;
		enum right right;
		const char *name;
		enum decision decision;
	} cases[] = {
		{ "alice", RIGHT_PING, NULL, DECISION_ALLOW },
		{ "bob", RIGHT_PING, NULL, DECISION_ALLOW },
		{ NULL, RIGHT_PING, NULL, DECISION_LOG_IN },
		{ NULL, RIGHT_NONE, NULL, DECISION_ALLOW },
		{ "alice", RIGHT_PUSH, "alice/x", DECISION_ALLOW },
		{ "bob", RIGHT_PUSH, "alice/x", DECISION_DENY },
		{ "bob", RIGHT_PULL, "alice/x", DECISION_DENY },
		{ NULL, RIGHT_PUSH, "alice/x", DECISION_LOG_IN },
		{ NULL, RIGHT_PULL, "alice/x", DECISION_LOG_IN },
		{ NULL, RIGHT_PULL, "public/x", DECISION_ALLOW },
		{ "bob", RIGHT_PULL, "public/x", DECISION_ALLOW },
		{ NULL, RIGHT_CATALOG, NULL, DECISION_LOG_IN },
		{ "bob", RIGHT_CATALOG, NULL, DECISION_ALLOW },
	};
	struct caller caller;

	scratch_put("rules", "allow anonymous public/** pull\n"
			     "allow * {user}/** all\n"
			     "allow * public/one catalog\n"
			     "allow * hidden catalog\n");
	set((struct settings){ .access = path_of("rules"), .remote_user = 1, .open = 1 });
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		identify(WHO(.remote_user = cases[i].user), &caller);
		is_number(access_decide(&caller, cases[i].right, cases[i].name), cases[i].decision,
			  arena_printf(&arena, "%s, %d of %s",
				       cases[i].user ? cases[i].user : "nobody", cases[i].right,
				       cases[i].name ? cases[i].name : "all"));
	}
	identify(WHO(.remote_user = "bob"), &caller);
	ok(access_lists(&caller, "bob/x") && access_lists(&caller, "public/one"), "listed");
	ok(!access_lists(&caller, "alice/x") && !access_lists(&caller, "public/two") &&
	   !access_lists(&caller, "hidden"), "not listed");
	scratch_put("rules", "allow anonymous public/** pul\n");
	identify(WHO(.remote_user = "bob"), &caller);
	ok(strstr(said, "rules:1: ") != NULL, "a wrong file is said");
	is_number(access_decide(&caller, RIGHT_PULL, "public/x"), DECISION_DENY, "and denies all");
	scratch_must(unlinkat(scratch, "rules", 0) == 0, "unlink");
	identify(WHO(.remote_user = "bob"), &caller);
	is_number(access_decide(&caller, RIGHT_PULL, "public/x"), DECISION_DENY,
		  "as does one that is gone");
	identify(WHO(.remote_user = NULL), &caller);
	is_number(access_decide(&caller, RIGHT_PULL, "public/x"), DECISION_LOG_IN, "to everybody");
}

static const char *bearer(const struct caller *caller, const char *grants)
{
	return arena_printf(&arena, "Bearer %s", access_issue(caller, &arena, grants));
}

/* A token limits what the rules allow, and the rules what a token allows. */
static void test_tokens(void)
{
	static const char grants[] =
		"[{\"type\":\"repository\",\"name\":\"alice/x\",\"actions\":[\"pull\"]},"
		"{\"type\":\"repository\",\"name\":\"secret\",\"actions\":[\"pull\"]}]";
	const char *token;
	struct caller caller;

	scratch_put("users", "alice:$5$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA\n");
	scratch_put("rules", "allow * {user}/** all\nallow anonymous public pull\n");
	set((struct settings){ .access = path_of("rules"), .htpasswd = path_of("users"),
			       .tokens = 1 });
	ok(identify(WHO(.authorization = ALICE), &caller) && caller.hash, "alice, by password");
	token = bearer(&caller, grants);
	ok(identify(WHO(.authorization = token), &caller) && caller.user &&
	   strcmp(caller.user, "alice") == 0, "alice, by a token");
	is_number(access_decide(&caller, RIGHT_PULL, "alice/x"), DECISION_ALLOW, "both allow");
	is_number(access_decide(&caller, RIGHT_PUSH, "alice/x"), DECISION_LOG_IN,
		  "the rules alone: another token would do");
	is_number(access_decide(&caller, RIGHT_PULL, "secret"), DECISION_DENY, "the token alone");
	is_number(access_decide(&caller, RIGHT_PULL, "public"), DECISION_LOG_IN,
		  "what everybody may, but the token does not say");
	is_number(access_decide(&caller, RIGHT_PING, NULL), DECISION_ALLOW, "any token");
	scratch_put("rules", "deny alice ** pull\n");
	identify(WHO(.authorization = token), &caller);
	is_number(access_decide(&caller, RIGHT_PULL, "alice/x"), DECISION_DENY,
		  "rules that change count at once");
	scratch_put("users", "alice:$5$saltsalt$peCIf/aMQFeNmV6rqOkX/YcYB7S/s75QcIDS9BqabiB\n");
	ok(!identify(WHO(.authorization = token), &caller), "and so do passwords");
	identify(WHO(.authorization = NULL), &caller);
	token = bearer(&caller, grants);
	ok(identify(WHO(.authorization = token), &caller) && !caller.user && caller.token,
	   "a token for nobody");
	is_number(access_decide(&caller, RIGHT_PING, NULL), DECISION_ALLOW, "is good enough");
	is_number(access_decide(&caller, RIGHT_PULL, "secret"), DECISION_LOG_IN,
		  "somebody might be allowed");
	scratch_must(unlinkat(scratch, "keys", 0) == 0, "unlink");
	ok(!identify(WHO(.authorization = token), &caller), "no token outlives its key");
	set((struct settings){ .access = path_of("rules"), .htpasswd = path_of("users") });
	ok(!identify(WHO(.authorization = token), &caller), "nor is one taken unasked");
}

static atomic_bool is_checked;

static void pause_briefly(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
}

static void *check_slowly(void *unused)
{
	struct presented slow = WHO(.authorization = "Basic c2xvdzp4", .authorizations = 1);
	struct arena own;
	struct caller caller;
	const char *reason;

	(void)unused;
	arena_init(&own);
	while (!access_identify(access_of, &own, &slow, &caller, &reason) && caller.is_put_off)
		pause_briefly();
	arena_reset(&own);
	is_checked = true;
	return NULL;
}

/* Is anybody put off while a thread is busy with a password?  `*kept` says whether it was
 * only for a password, and not one that was right a moment ago. */
static bool puts_off(struct presented wrong, struct presented right, bool *kept)
{
	struct caller caller;
	const char *reason;
	pthread_t thread;
	bool off = false;

	is_checked = false;
	scratch_must(pthread_create(&thread, NULL, check_slowly, NULL) == 0, "thread");
	while (!is_checked && !off) {
		off = !access_identify(access_of, &arena, &wrong, &caller, &reason) &&
		      caller.is_put_off;
		pause_briefly();
	}
	*kept = access_identify(access_of, &arena, &right, &caller, &reason) && caller.user &&
		access_identify(access_of, &arena, &WHO(.authorization = NULL), &caller, &reason);
	pthread_join(thread, NULL);
	return off;
}

static void test_guessing(void)
{
	struct presented wrong = WHO(.authorization = ALICE_WRONG, .authorizations = 1);
	struct presented right = WHO(.authorization = ALICE, .authorizations = 1);
	struct caller caller;
	bool off = false, kept = false, in_turn = true;

	set((struct settings){ .access = path_of("rules"), .htpasswd = path_of("users"),
			       .threads = 2 });
	scratch_put("users", "alice:$5$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA\n"
			     "slow:$2y$12$/y.yP9arpswaoF65I/pUy.gn.PVHq.f2GTJ0oFk6JnD819.MGerhy\n");
	ok(identify(right, &caller), "a right password");
	for (int i = 0; i < 40; i++)
		in_turn = !identify(wrong, &caller) && !caller.is_put_off && in_turn;
	ok(in_turn, "many wrong ones, one after the other");
	scratch_listen();
	for (int i = 0; i < 20 && !off; i++)
		off = puts_off(wrong, right, &kept);
	said = scratch_said();
	ok(off, "after these one of two threads checks no password");
	ok(kept, "those who need no check come in");
	ok(identify(right, &caller) && !caller.is_put_off, "and the right one afterwards");
}

int main(void)
{
	scratch_make();
	arena_init(&arena);
	test_without_file();
	test_logins();
	test_decisions();
	test_tokens();
	test_guessing();
	arena_reset(&arena);
	scratch_remove();
	return done_testing();
}
