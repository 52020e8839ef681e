/* glob.h - patterns for names of repositories and for tags
 * SPDX-License-Identifier: ISC
 *
 *   *       any characters but a slash, or none
 *   **      any characters, or none
 *   ?       one character but a slash
 *   {user}  the name of a user, where that is one component of a repository's
 *           name; nothing for any other user
 *
 * Every other character stands for itself.  Matching takes at most as many steps
 * as the lengths of pattern and text multiplied, whatever the pattern. */
#ifndef HYTHE_GLOB_H
#define HYTHE_GLOB_H

#include <stdbool.h>

enum { GLOB_TEXT_MAX = 255 };

/* True for a pattern that is not empty and has nothing but wildcards and the
 * characters of `literals`; {user} only if `{` is one of them. */
bool glob_valid(const char *pattern, const char *literals);

/* Does the pattern match all of `text`?  Never, if that has more than
 * GLOB_TEXT_MAX bytes.  `user` may be NULL. */
bool glob_matches(const char *pattern, const char *user, const char *text);

/* Does one of several patterns, separated by spaces or tabs, match? */
bool glob_any(const char *patterns, const char *text);

#endif
