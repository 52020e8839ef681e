/* right.h - what somebody can be allowed to do
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_RIGHT_H
#define HYTHE_RIGHT_H

#include <stdbool.h>
#include <stddef.h>

/* The right that an action needs; an action names exactly one. */
enum right {
	RIGHT_NONE,    /* anybody's, wrong credentials or not */
	RIGHT_PING,    /* of whoever is known, where one can log in at all */
	RIGHT_PULL,    /* read what is in a repository */
	RIGHT_PUSH,    /* add to it, and move its tags */
	RIGHT_DELETE,  /* remove from it */
	RIGHT_CATALOG, /* see that it is there, in the list of all */
	RIGHT_COUNT
};

/* A bit for each right that somebody can be given. */
enum { RIGHTS_ALL = (1 << RIGHT_COUNT) - (1 << RIGHT_PULL) };

/* Does a right change the store? */
bool right_changes(enum right right);

/* The word for a right, which rules and tokens use; NULL for the first two,
 * which nobody is given. */
const char *right_name(enum right right);

/* Find the right of a word of `length` bytes; false for any other. */
bool right_parse(const char *word, size_t length, enum right *right);

#endif
