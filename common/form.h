/* form.h - parameters as forms encode them  [application/x-www-form-urlencoded]
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_FORM_H
#define HYTHE_FORM_H

#include <stdbool.h>

struct arena;

/* Call `each` with every parameter of a text, decoded once, a plus as a space;
 * the strings are the arena's.  False for broken encoding, and as soon as `each`
 * returns false. */
bool form_each(struct arena *arena, const char *text,
	       bool (*each)(const char *name, const char *value, void *context), void *context);

#endif
