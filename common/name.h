/* name.h - names of repositories  [OCI "Pulling manifests", <name>]
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_NAME_H
#define HYTHE_NAME_H

#include <stdbool.h>

enum { NAME_MAX_LENGTH = 255 };

/* True for path components of [a-z0-9]+((\.|_|__|-+)[a-z0-9]+)* joined by
 * slashes, at most NAME_MAX_LENGTH bytes in all. */
bool name_valid(const char *text);

#endif
