/* user.h - names of users
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_USER_H
#define HYTHE_USER_H

#include <stdbool.h>

enum { USER_MAX_LENGTH = 255 };

/* Who has not logged in, where a file or a command needs a word for it. */
#define USER_ANONYMOUS "anonymous"

/* True for what can be the name of a user: at most USER_MAX_LENGTH bytes of
 * UTF-8 without spaces and control characters, that mean nothing else in the
 * files where users are named: not `anonymous`, `*` or `-`, nor anything that
 * begins with `@` or `#`. */
bool user_valid(const char *name);

#endif
