/* base64.h - bytes as text  [RFC 4648 4]
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_BASE64_H
#define HYTHE_BASE64_H

#include <stddef.h>

struct arena;

/* Decode padded base64 without white space, as an encoder makes it: there is one
 * text for the same bytes.  They are the arena's, `*length` of them; NULL for
 * anything else. */
const void *base64_decode(struct arena *arena, const char *text, size_t *length);

#endif
