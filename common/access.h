/* access.h - who is there, and who may do what
 * SPDX-License-Identifier: ISC
 *
 * Decided by the access file, if there is one, and by what a token covers;
 * never by what the store has, so that the answer tells nothing of that. */
#ifndef HYTHE_ACCESS_H
#define HYTHE_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include "right.h"

struct access;
struct access_rules;
struct arena;
struct settings;
struct token;

/* Prepare to decide, for any number of threads, until the arena is reset: the
 * files that the settings name are read when they are asked, and again whenever
 * they change.  The settings must live as long. */
struct access *access_open(struct arena *arena, const struct settings *settings);

/* Where the keys of this registry's tokens are; the settings' or the arena's. */
const char *access_keys_path(struct arena *arena, const struct settings *settings);

/* What a request says of who sent it. */
struct presented {
	const char *authorization; /* the header's value, or NULL */
	unsigned authorizations;   /* how many such headers there are */
	const char *remote_user;   /* what the web server found out, or NULL */
	const char *address;       /* of the client, for the log, or NULL */
};

/* Who that is.  The strings are the request's. */
struct caller {
	const struct access *access;
	const char *user;                 /* NULL: did not log in */
	const char *hash;                 /* of the password that was checked, or NULL */
	bool is_put_off;                  /* a password was not checked: too many are */
	const struct token *token;        /* that limits what is allowed, or NULL */
	const struct access_rules *rules; /* at this moment; NULL if wrong, or there are none */
};

/* Find out who it is: by the web server's word where the settings trust it, by a
 * password, by a token, or nobody.  False if credentials were sent that are not
 * good, with half a sentence in `*reason`; a failed login by password is logged.
 * False too, and nothing is known, if the caller is put off. */
bool access_identify(const struct access *access, struct arena *arena,
		     const struct presented *presented, struct caller *caller,
		     const char **reason);

/* The same for a user and a password that came in another way. */
bool access_identify_by_password(const struct access *access, struct arena *arena,
				 const struct presented *presented, const char *user,
				 const char *password, struct caller *caller, const char **reason);

/* Is a token of `length` characters good, and what does it say?  Outcomes as of
 * token_read(), and false if the settings take no tokens. */
bool access_read_token(const struct access *access, struct arena *arena, const char *text,
		       size_t length, struct token *token, const char **reason);

enum decision {
	DECISION_ALLOW,
	DECISION_LOG_IN, /* somebody else might, or a token that covers more */
	DECISION_DENY    /* nothing that this caller could send would change it */
};

/* May the caller do this in the repository `name`, NULL for what concerns none? */
enum decision access_decide(const struct caller *caller, enum right right, const char *name);

/* May the repository `name` be in the list of all that this caller gets? */
bool access_lists(const struct caller *caller, const char *name);

/* Could anybody at all be allowed this? */
bool access_may_allow(const struct settings *settings, enum right right);

/* A token for the caller with these grants, a JSON array.  The arena's; NULL,
 * logged, if there is no key to sign it with and none can be made. */
const char *access_issue(const struct caller *caller, struct arena *arena, const char *grants);

#endif
