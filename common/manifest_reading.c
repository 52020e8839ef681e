/* manifest_reading.c - the members and faults of one manifest_parse()
 * SPDX-License-Identifier: ISC */
#include "manifest_reading.h"

#include <json-c/json.h>
#include <stdint.h>
#include <string.h>
#include "arena.h"

enum { VALUE_SHOWN_MAX = 256 };

/* A copy of `value` that ends with a whole character. */
static const char *cut(struct arena *arena, const char *value)
{
	size_t length = strnlen(value, VALUE_SHOWN_MAX + 1);

	if (length > VALUE_SHOWN_MAX)
		for (length = VALUE_SHOWN_MAX; (value[length] & 0xC0) == 0x80; length--)
			;
	return arena_copy(arena, value, length);
}

void reading_fault(struct reading *reading, enum manifest_problem problem, const char *at,
		   const char *value, const char *reason)
{
	struct manifest *manifest = reading->manifest;

	reading->fault_total++;
	if (manifest->fault_count == MANIFEST_FAULTS_MAX)
		return;
	reading->faults[manifest->fault_count++] = (struct manifest_fault){
		.problem = problem,
		.after = manifest->descriptor_count,
		.at = at,
		.value = value ? cut(reading->arena, value) : NULL,
		.reason = reason,
	};
}

void reading_reject(struct reading *reading, enum manifest_problem problem, const char *at,
		    struct json_object *value, const char *reason)
{
	const char *text = NULL;

	if (!value)
		text = "null";
	else if (!json_object_is_type(value, json_type_array) &&
		 !json_object_is_type(value, json_type_object))
		text = json_object_get_string(value);
	reading_fault(reading, problem, at, text, reason);
}

const char *reading_string(struct reading *reading, struct json_object *value, const char *at)
{
	if (json_object_is_type(value, json_type_string))
		return json_object_get_string(value);
	reading_reject(reading, PROBLEM_FIELD, at, value, "this must be a string");
	return NULL;
}

/* The first letter of `*key` in lower case, stepping over it.  To Go's clients,
 * which fold case as Unicode does, the long s is an s; there is one such
 * letter more, a k, which none of our keys has. */
static unsigned char next_folded(const char **key)
{
	unsigned char byte = (unsigned char)**key;

	if (strncmp(*key, "\u017F", 2) == 0) {
		*key += 2;
		return 's';
	}
	*key += byte != '\0';
	return byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte;
}

static bool same_but_case(const char *key, const char *other)
{
	unsigned char folded;

	do {
		folded = next_folded(&key);
		if (folded != next_folded(&other))
			return false;
	} while (folded != '\0');
	return true;
}

static const struct member *find(const struct member *members, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (same_but_case(key, members[i].key))
			return &members[i];
	return NULL;
}

void reading_members(struct reading *reading, struct json_object *object, const char *at,
		     const struct member *members, size_t count)
{
	struct json_object_iter each;

	json_object_object_foreachC(object, each) {
		const struct member *member = find(members, count, each.key);
		const char *pointer;

		if (!member)
			continue;
		pointer = arena_printf(reading->arena, "%s/%s", at, each.key);
		if (strcmp(each.key, member->key) == 0)
			member->read(reading, each.val, pointer);
		else
			reading_fault(reading, PROBLEM_FIELD, pointer, NULL,
				      "this key differs from one with a meaning in case alone");
	}
	for (size_t i = 0; i < count; i++)
		if ((members[i].required & (ALWAYS | reading->where)) &&
		    !json_object_object_get_ex(object, members[i].key, NULL))
			reading_fault(reading, members[i].missing,
				      arena_printf(reading->arena, "%s/%s", at, members[i].key),
				      NULL, "this is missing");
}
