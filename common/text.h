/* text.h - strings: a builder, percent-encoding, numbers, times
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_TEXT_H
#define HYTHE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* A growing string.  `bytes` is never NULL and always has a NUL behind
 * `length` bytes; the memory is the arena's. */
struct text {
	struct arena *arena;
	char *bytes;
	size_t length;
	size_t room;
};

void text_init(struct text *text, struct arena *arena);
void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const void *bytes, size_t length);
void text_add_format(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void text_add_list(struct text *text, const char *format, va_list list)
	__attribute__((format(printf, 2, 0)));

/* Add `string` as a JSON string, quotes included, in printable ASCII: every
 * other character is escaped, a byte that is not UTF-8 becomes U+FFFD. */
void text_add_json(struct text *text, const char *string);

/* Read the UTF-8 character [RFC 3629] at `bytes`, of which there are `length`:
 * how many bytes it has, or 0 if it is none. */
size_t text_utf8(const char *bytes, size_t length, uint32_t *character);

/* How many bytes, of `length`, the character at `bytes` has; 1 if they are not UTF-8.
 * `*control` becomes whether it may end a line or drive a terminal: controls of ASCII and
 * those above it, DEL, and what is not UTF-8. */
size_t text_step(const char *bytes, size_t length, bool *control);

/* Add a character in UTF-8; it is none of the surrogates. */
void text_add_utf8(struct text *text, uint32_t character);

/* Add `string` percent-encoded: all but RFC 3986's unreserved characters and
 * those in `keep`. */
void text_add_percent(struct text *text, const char *string, const char *keep);

/* Decode `length` percent-encoded bytes once into a new string of the arena.
 * A plus stays a plus.  NULL for a broken escape, and for an encoded or plain
 * NUL or other control byte. */
char *text_decode(struct arena *arena, const char *bytes, size_t length);

/* Read `length` bytes as a decimal number of digits only (no sign, no space),
 * at most `most`; false if it is not one. */
bool text_number(const char *bytes, size_t length, uint64_t most, uint64_t *number);

/* What a letter behind a number multiplies it by; a list ends with { 0, 0 }. */
struct text_unit {
	char suffix; /* lower case; upper case means the same */
	uint64_t factor;
};

extern const struct text_unit text_bytes[]; /* k, m, g, t: powers of 1024 */
extern const struct text_unit text_times[]; /* s, m, h, d: in seconds */

/* Read the whole of `text` as a number with one of the units behind it, or none
 * (`units` may be NULL): from `least` to `most` in all; false if it is not one. */
bool text_quantity(const char *text, const struct text_unit *units, uint64_t least, uint64_t most,
		   uint64_t *number);

#endif
