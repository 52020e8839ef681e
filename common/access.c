/* access.c - who is there, and who may do what
 * SPDX-License-Identifier: ISC */
#include "access.h"

#include <string.h>
#include <time.h>

#include "access_rules.h"
#include "arena.h"
#include "credentials.h"
#include "guesses.h"
#include "htpasswd.h"
#include "jwks.h"
#include "layout.h"
#include "log.h"
#include "settings.h"
#include "token.h"
#include "token_keys.h"
#include "user.h"
#include "verdicts.h"
#include "watched.h"

/* The watched files are NULL where the settings name none; without users there are no
 * verdicts. */
struct access {
	const struct settings *settings;
	struct watched *rules, *users, *issuer_keys;
	struct watched *keys;
	const char *keys_path;
	struct verdicts *verdicts;
	struct guesses *guesses;
};

static struct watched *watch(struct arena *arena, const char *path, const struct watched_kind *kind)
{
	return path ? watched_open(arena, path, kind) : NULL;
}

const char *access_keys_path(struct arena *arena, const struct settings *settings)
{
	if (settings->token_keys)
		return settings->token_keys;
	return arena_printf(arena, "%s/%s", settings->storage, LAYOUT_TOKEN_KEYS);
}

struct access *access_open(struct arena *arena, const struct settings *settings)
{
	struct access *access = arena_alloc(arena, sizeof(*access));

	access->settings = settings;
	access->keys_path = access_keys_path(arena, settings);
	access->rules = watch(arena, settings->access, &access_rules_kind);
	access->users = watch(arena, settings->htpasswd, &htpasswd_kind);
	access->issuer_keys = watch(arena, settings->issuer_keys, &jwks_kind);
	access->keys = watch(arena, settings->tokens ? access->keys_path : NULL, &token_keys_kind);
	access->verdicts = access->users ? verdicts_open(arena) : NULL;
	access->guesses = guesses_open(arena, settings->threads);
	return access;
}

static const void *read_now(struct watched *watched, struct arena *arena)
{
	return watched ? watched_get(watched, arena) : NULL;
}

static bool refuse(const char **reason, const char *why)
{
	*reason = why;
	return false;
}

static void begin(const struct access *access, struct arena *arena, struct caller *caller)
{
	*caller = (struct caller){
		.access = access,
		.rules = read_now(access->rules, arena),
	};
}

/* A line that a program watching the log can act on. */
static void log_failure(const struct presented *presented, const char *user)
{
	log_line("login failed for '%s' from %s", user,
		 presented->address ? presented->address : "an unknown address");
}

static time_t monotonic_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

static bool check_password(const struct access *access, struct arena *arena, const char *user,
			   const char *password, struct caller *caller)
{
	const struct htpasswd *users = read_now(access->users, arena);
	bool right;

	if (!users)
		return false;
	caller->hash = htpasswd_find(users, user);
	if (caller->hash && verdicts_has(access->verdicts, arena, user, password, caller->hash))
		return true;
	caller->is_put_off = !guesses_begin(access->guesses, monotonic_now());
	if (caller->is_put_off)
		return false;
	right = htpasswd_verify(users, arena, user, password);
	guesses_end(access->guesses, right);
	if (right)
		verdicts_add(access->verdicts, arena, user, password, caller->hash);
	return right;
}

static bool by_password(const struct access *access, struct arena *arena,
			const struct presented *presented, const char *user, const char *password,
			struct caller *caller, const char **reason)
{
	/* Where the web server asks for passwords, an unchecked one is nothing. */
	if (!access->users && access->settings->remote_user)
		return true;
	if (!check_password(access, arena, user, password, caller)) {
		if (caller->is_put_off)
			return refuse(reason, "too many passwords are being checked");
		log_failure(presented, user);
		return refuse(reason, "the user or the password is wrong");
	}
	caller->user = user;
	return true;
}

bool access_identify_by_password(const struct access *access, struct arena *arena,
				 const struct presented *presented, const char *user,
				 const char *password, struct caller *caller, const char **reason)
{
	begin(access, arena, caller);
	if (!access->users)
		return refuse(reason, "passwords are not checked here");
	return by_password(access, arena, presented, user, password, caller, reason);
}

bool access_read_token(const struct access *access, struct arena *arena, const char *text,
		       size_t length, struct token *token, const char **reason)
{
	const struct settings *settings = access->settings;
	struct token_trust trust = {
		.service = settings->token_service,
		.keys = read_now(access->keys, arena),
		.users = read_now(access->users, arena),
		.issuer = settings->issuer,
		.issuer_keys = read_now(access->issuer_keys, arena),
		.now = time(NULL),
	};

	if (!settings->tokens)
		return refuse(reason, "tokens are not accepted here");
	return token_read(arena, &trust, text, length, token, reason);
}

static bool by_token(const struct access *access, struct arena *arena,
		     const struct credentials *credentials, struct caller *caller,
		     const char **reason)
{
	struct token *token = arena_alloc(arena, sizeof(*token));

	if (!access_read_token(access, arena, credentials->token, credentials->token_length, token,
			       reason))
		return false;
	caller->token = token;
	caller->user = token->user;
	return true;
}

static bool by_web_server(const struct presented *presented, struct caller *caller,
			  const char **reason)
{
	if (!user_valid(presented->remote_user)) {
		log_line("the web server says '%s', which cannot be a user",
			 presented->remote_user);
		return refuse(reason, "the user is wrong");
	}
	caller->user = presented->remote_user;
	return true;
}

bool access_identify(const struct access *access, struct arena *arena,
		     const struct presented *presented, struct caller *caller, const char **reason)
{
	struct credentials credentials;

	begin(access, arena, caller);
	if (!settings_have_logins(access->settings))
		return true;
	if (access->settings->remote_user && presented->remote_user && *presented->remote_user)
		return by_web_server(presented, caller, reason);
	if (presented->authorizations > 1)
		return refuse(reason, "there is more than one Authorization");
	credentials = credentials_parse(arena, presented->authorization);
	switch (credentials.scheme) {
	case CREDENTIALS_NONE:
		return true;
	case CREDENTIALS_BASIC:
		return by_password(access, arena, presented, credentials.user, credentials.password,
				   caller, reason);
	case CREDENTIALS_BEARER:
		return by_token(access, arena, &credentials, caller, reason);
	case CREDENTIALS_OTHER:
		return access->settings->remote_user ||
		       refuse(reason, "this way to log in is not known here");
	case CREDENTIALS_BAD:
		break;
	}
	return refuse(reason, "the Authorization is not of the form it has");
}

static bool rules_allow(const struct caller *caller, enum right right, const char *name)
{
	const struct access_rule *rule;

	if (!caller->access->rules)
		return access_may_allow(caller->access->settings, right);
	if (!caller->rules)
		return false;
	rule = access_rules_find(caller->rules, caller->user, right, name);
	return rule && rule->allows;
}

bool access_may_allow(const struct settings *settings, enum right right)
{
	return settings->access || settings->open || !right_changes(right);
}

/* The rules are not asked, but wrong ones deny everything. */
static enum decision by_other_issuer(const struct caller *caller, enum right right,
				     const char *name)
{
	if (!caller->rules)
		return DECISION_DENY;
	return token_covers(caller->token, right, name) ? DECISION_ALLOW : DECISION_LOG_IN;
}

enum decision access_decide(const struct caller *caller, enum right right, const char *name)
{
	const struct token *token = caller->token;
	bool can_log_in = settings_have_logins(caller->access->settings);

	switch (right) {
	case RIGHT_NONE:
		return DECISION_ALLOW;
	case RIGHT_PING:
		return caller->user || token || !can_log_in ? DECISION_ALLOW : DECISION_LOG_IN;
	default:
		break;
	}
	if (token && token->is_foreign)
		return by_other_issuer(caller, right, name);
	if (!rules_allow(caller, right, name))
		return caller->user || !can_log_in ? DECISION_DENY : DECISION_LOG_IN;
	return !token || token_covers(token, right, name) ? DECISION_ALLOW : DECISION_LOG_IN;
}

/* That the caller may see the list at all was decided before. */
bool access_lists(const struct caller *caller, const char *name)
{
	if (caller->token && caller->token->is_foreign)
		return true;
	return rules_allow(caller, RIGHT_CATALOG, name) && rules_allow(caller, RIGHT_PULL, name);
}

const char *access_issue(const struct caller *caller, struct arena *arena, const char *grants)
{
	const struct access *access = caller->access;
	struct token_claims claims = {
		.service = access->settings->token_service,
		.user = caller->user,
		.hash = caller->hash,
		.access = grants,
		.now = time(NULL),
		.seconds = (unsigned)access->settings->token_lifetime,
	};
	const struct token_key *key;

	if (!token_keys_create(arena, access->keys_path))
		return NULL;
	key = watched_get(access->keys, arena);
	return key ? token_issue(arena, key, &claims) : NULL;
}
