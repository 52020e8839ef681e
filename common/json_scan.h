/* json_scan.h - strict JSON, checked before it is believed
 * SPDX-License-Identifier: ISC
 *
 * JSON from outside goes through here before json-c sees it: json-c accepts
 * duplicate keys and turns 4 MiB of small arrays into a gigabyte.  The memory
 * used here is bounded by the limits, not by the input. */
#ifndef HYTHE_JSON_SCAN_H
#define HYTHE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum {
	JSON_DEPTH_MAX = 32,    /* nested arrays and objects */
	JSON_VALUES_MAX = 65536 /* values of any kind, in the whole document */
};

enum json_problem {
	JSON_GOOD,
	JSON_SYNTAX,        /* not JSON [RFC 8259], not UTF-8, or cut short */
	JSON_TRAILING,      /* something behind the document */
	JSON_TOO_DEEP,
	JSON_TOO_MANY,
	JSON_DUPLICATE_KEY  /* the same key twice in one object, after unescaping */
};

struct json_fault {
	enum json_problem problem;
	const char *at;  /* JSON pointer [RFC 6901] to the value or key; "" is the document */
	size_t offset;   /* in bytes from the start */
	size_t depth;    /* good or not: how deep what was read is nested */
};

/* Check the whole document.  True for JSON_GOOD; else `*fault` says what and
 * where, its strings the arena's. */
bool json_scan(struct arena *arena, const char *bytes, size_t length, struct json_fault *fault);

/* Find the string member `key` of the document's outermost object without
 * building a tree; `*present` says whether the key is there at all.  The
 * unescaped value, the arena's; NULL if absent or no string.  For documents
 * that json_scan() has accepted (before they were stored); anything else is
 * treated as having no such member. */
const char *json_top_string(struct arena *arena, const char *bytes, size_t length,
			    const char *key, bool *present);

#endif
