/* access.h - who may do what
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_ACCESS_H
#define HYTHE_ACCESS_H

#include <stdbool.h>
#include "right.h"

struct settings;

/* Everybody may pull; pushing and deleting need `open = yes`. */
bool access_allows(const struct settings *settings, enum right right);

#endif
