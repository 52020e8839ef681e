/* access.h - who may do what
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_ACCESS_H
#define HYTHE_ACCESS_H

#include <stdbool.h>

struct settings;

/* The right that an action needs; an action names exactly one. */
enum right { RIGHT_PING, RIGHT_PULL, RIGHT_PUSH, RIGHT_DELETE, RIGHT_CATALOG };

/* Everybody may pull; pushing and deleting need `open = yes`. */
bool access_allows(const struct settings *settings, enum right right);

/* Does a right change the store? */
bool right_changes(enum right right);

#endif
