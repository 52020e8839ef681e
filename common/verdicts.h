/* verdicts.h - passwords that were found right a moment ago
 * SPDX-License-Identifier: ISC
 *
 * Password hashes are slow on purpose, and clients send the password with every
 * request.  A verdict holds for a minute and for the hash it was found with: a
 * password that was changed, or a user who is gone, is asked anew at once.  No
 * password is kept, only its HMAC under a key that this process alone has. */
#ifndef HYTHE_VERDICTS_H
#define HYTHE_VERDICTS_H

#include <stdbool.h>

struct arena;
struct verdicts;

/* An empty list, for any number of threads, until the arena is reset. */
struct verdicts *verdicts_open(struct arena *arena);

/* Was this password of this user found to fit this hash lately? */
bool verdicts_has(struct verdicts *verdicts, struct arena *arena, const char *user,
		  const char *password, const char *hash);

/* It was, just now. */
void verdicts_add(struct verdicts *verdicts, struct arena *arena, const char *user,
		  const char *password, const char *hash);

#endif
