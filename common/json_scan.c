/* json_scan.c - strict JSON, checked before it is believed
 * SPDX-License-Identifier: ISC */
#include "json_scan.h"

#include <stdlib.h>
#include <string.h>
#include "arena.h"
#include "json_string.h"
#include "text.h"

enum { KEY_SHOWN_MAX = 257 }; /* one more than a pointer shows: it sees the cut */

/* Where the scan is in one of the arrays and objects that are open. */
struct level {
	bool is_array;
	bool has_key;
	struct json_string key;
	size_t index;
};

struct scan {
	struct arena *arena;
	const char *start, *at, *end;
	struct json_fault *fault;
	size_t values;
	size_t depth;
	struct level levels[JSON_DEPTH_MAX];
	/* The keys of all open objects, those of the innermost last. */
	struct json_string *keys;
	size_t key_count;
};

static bool scan_value(struct scan *scan);

static char *pointer(struct scan *scan)
{
	struct text text;

	text_init(&text, scan->arena);
	for (size_t i = 0; i < scan->depth; i++) {
		const struct level *level = &scan->levels[i];

		if (level->is_array)
			text_add_format(&text, "/%zu", level->index);
		else if (level->has_key)
			json_pointer_add(&text, json_string_text(scan->arena, &level->key,
								 KEY_SHOWN_MAX));
	}
	return text.bytes;
}

static bool fail(struct scan *scan, enum json_problem problem)
{
	scan->fault->problem = problem;
	scan->fault->at = pointer(scan);
	scan->fault->offset = (size_t)(scan->at - scan->start);
	return false;
}

static void skip_space(struct scan *scan)
{
	while (scan->at < scan->end && memchr(" \t\n\r", *scan->at, 4))
		scan->at++;
}

/* Step over `byte`, and the space before it, if it stands there. */
static bool skip(struct scan *scan, char byte)
{
	skip_space(scan);
	if (scan->at == scan->end || *scan->at != byte)
		return false;
	scan->at++;
	return true;
}

static bool enter(struct scan *scan, bool is_array)
{
	if (scan->depth == JSON_DEPTH_MAX)
		return fail(scan, JSON_TOO_DEEP);
	scan->levels[scan->depth++] = (struct level){ .is_array = is_array };
	if (scan->fault->depth < scan->depth)
		scan->fault->depth = scan->depth;
	scan->at++;
	return true;
}

static bool leave(struct scan *scan)
{
	scan->depth--;
	return true;
}

static bool scan_array(struct scan *scan)
{
	struct level *level = &scan->levels[scan->depth];

	if (!enter(scan, true))
		return false;
	if (skip(scan, ']'))
		return leave(scan);
	for (;; level->index++) {
		if (!scan_value(scan))
			return false;
		if (skip(scan, ']'))
			return leave(scan);
		if (!skip(scan, ','))
			return fail(scan, JSON_SYNTAX);
	}
}

/* By content; equal ones as they stand in the document. */
static int compare_keys(const void *a, const void *b)
{
	const struct json_string *left = a, *right = b;
	int order = json_string_compare(left, right);

	return order ? order : (left->start > right->start) - (left->start < right->start);
}

/* Forget the innermost object's keys, those from `first` on, unless one of
 * them stands there twice. */
static bool close_keys(struct scan *scan, size_t first)
{
	struct json_string *keys = scan->keys + first;
	size_t count = scan->key_count - first;
	const struct json_string *again = NULL;

	scan->key_count = first;
	qsort(keys, count, sizeof(*keys), compare_keys);
	for (size_t i = 1; i < count; i++)
		if (json_string_compare(&keys[i - 1], &keys[i]) == 0 &&
		    (!again || keys[i].start < again->start))
			again = &keys[i];
	if (!again)
		return true;
	scan->levels[scan->depth - 1].key = *again;
	scan->at = again->start - 1;
	return fail(scan, JSON_DUPLICATE_KEY);
}

static bool scan_member(struct scan *scan, struct level *level)
{
	level->has_key = false;
	skip_space(scan);
	if (!json_string_read(&scan->at, scan->end, &level->key))
		return fail(scan, JSON_SYNTAX);
	level->has_key = true;
	scan->keys[scan->key_count++] = level->key;
	return skip(scan, ':') ? scan_value(scan) : fail(scan, JSON_SYNTAX);
}

static bool scan_object(struct scan *scan)
{
	struct level *level = &scan->levels[scan->depth];
	size_t first_key = scan->key_count;

	if (!enter(scan, false))
		return false;
	if (skip(scan, '}'))
		return leave(scan);
	for (;;) {
		if (!scan_member(scan, level))
			return false;
		if (skip(scan, '}'))
			return close_keys(scan, first_key) && leave(scan);
		if (!skip(scan, ','))
			return fail(scan, JSON_SYNTAX);
	}
}

static bool skip_digits(struct scan *scan)
{
	const char *first = scan->at;

	while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9')
		scan->at++;
	return scan->at > first;
}

/* Step over one of `bytes`. */
static bool skip_any(struct scan *scan, const char *bytes)
{
	if (scan->at == scan->end || !memchr(bytes, *scan->at, strlen(bytes)))
		return false;
	scan->at++;
	return true;
}

static bool scan_number(struct scan *scan)
{
	skip_any(scan, "-");
	if (!skip_any(scan, "0") && !skip_digits(scan))
		return fail(scan, JSON_SYNTAX);
	if (skip_any(scan, ".") && !skip_digits(scan))
		return fail(scan, JSON_SYNTAX);
	if (skip_any(scan, "eE")) {
		skip_any(scan, "+-");
		if (!skip_digits(scan))
			return fail(scan, JSON_SYNTAX);
	}
	return true;
}

static bool scan_word(struct scan *scan, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, word, length) != 0)
		return fail(scan, JSON_SYNTAX);
	scan->at += length;
	return true;
}

static bool scan_string(struct scan *scan)
{
	struct json_string string;

	return json_string_read(&scan->at, scan->end, &string) || fail(scan, JSON_SYNTAX);
}

static bool scan_value(struct scan *scan)
{
	skip_space(scan);
	if (scan->at == scan->end)
		return fail(scan, JSON_SYNTAX);
	if (++scan->values > JSON_VALUES_MAX)
		return fail(scan, JSON_TOO_MANY);
	switch (*scan->at) {
	case '{':
		return scan_object(scan);
	case '[':
		return scan_array(scan);
	case '"':
		return scan_string(scan);
	case 't':
		return scan_word(scan, "true");
	case 'f':
		return scan_word(scan, "false");
	case 'n':
		return scan_word(scan, "null");
	default:
		return scan_number(scan);
	}
}

bool json_scan(struct arena *arena, const char *bytes, size_t length, struct json_fault *fault)
{
	/* Every key has a value, and takes four bytes with what goes with it. */
	size_t keys = length / 4 < JSON_VALUES_MAX ? length / 4 + 1 : JSON_VALUES_MAX;
	struct scan scan = {
		.arena = arena, .fault = fault,
		.start = bytes, .at = bytes, .end = bytes + length,
	};

	*fault = (struct json_fault){ JSON_GOOD, "", 0, 0 };
	scan.keys = arena_alloc(arena, keys * sizeof(*scan.keys));
	if (!scan_value(&scan))
		return false;
	skip_space(&scan);
	return scan.at == scan.end || fail(&scan, JSON_TRAILING);
}
