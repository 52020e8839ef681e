/* base64.h - bytes as text and back  [RFC 4648]
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_BASE64_H
#define HYTHE_BASE64_H

#include <stddef.h>

struct arena;
struct text;

enum base64_form {
	BASE64_PADDED, /* `+`, `/`, and `=` up to a multiple of four [section 4] */
	BASE64_URL     /* `-`, `_`, and no padding [section 5, RFC 7515 2] */
};

/* Decode `length` characters.  The bytes, the arena's, with a NUL behind them,
 * and their count in `*size`; NULL unless the text is what encoding these bytes
 * gives: nothing else in it, no bits left over. */
char *base64_decode(struct arena *arena, enum base64_form form, const char *text, size_t length,
		    size_t *size);

/* Add `size` bytes. */
void base64_encode(struct text *text, enum base64_form form, const void *bytes, size_t size);

#endif
