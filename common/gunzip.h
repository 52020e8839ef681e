/* gunzip.h - undoes gzip as its bytes come; the only file that knows zlib
 * SPDX-License-Identifier: ISC
 *
 * Several members one after another are as one; nothing else may follow.  The
 * output is bounded, for a thousand bytes can come of one: 256 MiB, or a hundred
 * times the input if that is more.  [RFC 1952] */
#ifndef HYTHE_GUNZIP_H
#define HYTHE_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct gunzip;

/* Do these two bytes begin a gzip member? */
bool gunzip_is_wanted(const unsigned char *bytes);

/* Begin; released with the arena. */
struct gunzip *gunzip_begin(struct arena *arena);

/* Give it `length` bytes, less than 4 GiB, which stay where they are until
 * gunzip_take() has returned 0. */
void gunzip_give(struct gunzip *gunzip, const void *bytes, size_t length);

/* The next of what they were, at most `room` bytes; 0 if it needs more, or if
 * something is wrong. */
size_t gunzip_take(struct gunzip *gunzip, void *bytes, size_t room);

/* NULL, or what is wrong with the bytes so far; `at_end`: and no more come. */
const char *gunzip_fault(const struct gunzip *gunzip, bool at_end);

#endif
