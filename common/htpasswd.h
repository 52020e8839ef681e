/* htpasswd.h - the file of users and password hashes
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_HTPASSWD_H
#define HYTHE_HTPASSWD_H

#include <stdbool.h>
#include "watched.h"

struct arena;
struct htpasswd;

enum { PASSWORD_MAX_LENGTH = 255 };

/* The users as a watched file: its value is a struct htpasswd. */
extern const struct watched_kind htpasswd_kind;

/* Read `user:hash` lines, which are cut up; what stands behind another colon is
 * ignored, and so is a second line for a user.  A line that is none, and one
 * whose kind of hash is not supported, or costs more than a check may, is logged
 * with `path`, number and kind, and nobody can log in by it.  Never NULL. */
const struct htpasswd *htpasswd_parse(struct arena *arena, const char *path, char *text);

/* The hash of a user; NULL if there is no such user. */
const char *htpasswd_find(const struct htpasswd *users, const char *user);

/* Is this the user's password?  For a user who is not there the work is done all
 * the same, with the first hash of the file. */
bool htpasswd_verify(const struct htpasswd *users, struct arena *arena, const char *user,
		     const char *password);

/* A new hash of a password, bcrypt.  The arena's; NULL and errno. */
const char *htpasswd_hash(struct arena *arena, const char *password);

#endif
