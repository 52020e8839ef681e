/* descriptor.c - the descriptors of a manifest
 * SPDX-License-Identifier: ISC */
#include "descriptor.h"

#include <json-c/json.h>
#include <string.h>
#include "arena.h"
#include "base64.h"
#include "hash.h"
#include "json_string.h"
#include "text.h"

#define SIZE_MOST (INT64_C(1) << 53) /* every number up to here is exact as a double */

static void read_media_type(struct reading *reading, struct json_object *value, const char *at)
{
	const char *text = reading_string(reading, value, at);

	if (!text)
		return;
	reading->current->media_type = arena_copy(reading->arena, text, strlen(text));
	if (media_type_is_foreign(text))
		reading->current->foreign = true;
}

static void read_digest(struct reading *reading, struct json_object *value, const char *at)
{
	const char *text = reading_string(reading, value, at);

	if (text && !digest_parse(text, &reading->current->digest))
		reading_fault(reading, PROBLEM_DIGEST, at, text,
			      "this is no sha256 or sha512 digest");
}

static void read_size(struct reading *reading, struct json_object *value, const char *at)
{
	int64_t size = json_object_get_int64(value);

	if (!json_object_is_type(value, json_type_int) || size < 0 || size > SIZE_MOST)
		reading_reject(reading, PROBLEM_SIZE, at, value,
			       "a size must be a whole number from 0 to 2^53");
	else
		reading->current->size = (uint64_t)size;
}

static void read_urls(struct reading *reading, struct json_object *value, const char *at)
{
	if (!value)
		return;
	if (!json_object_is_type(value, json_type_array)) {
		reading_reject(reading, PROBLEM_FIELD, at, value, "this must be an array");
		return;
	}
	for (size_t i = 0; i < json_object_array_length(value); i++) {
		struct json_object *url = json_object_array_get_idx(value, i);

		if (!json_object_is_type(url, json_type_string))
			reading_reject(reading, PROBLEM_FIELD,
				       arena_printf(reading->arena, "%s/%zu", at, i), url,
				       "this must be a string");
		reading->current->foreign = true;
	}
}

void annotations_read(struct reading *reading, struct json_object *value, const char *at)
{
	struct json_object_iter each;

	if (!value)
		return;
	if (!json_object_is_type(value, json_type_object)) {
		reading_reject(reading, PROBLEM_FIELD, at, value, "this must be an object");
		return;
	}
	json_object_object_foreachC(value, each) {
		struct text pointer;

		if (json_object_is_type(each.val, json_type_string))
			continue;
		text_init(&pointer, reading->arena);
		text_add(&pointer, at);
		json_pointer_add(&pointer, each.key);
		reading_string(reading, each.val, pointer.bytes);
	}
}

static void read_data(struct reading *reading, struct json_object *value, const char *at)
{
	const char *text = value ? reading_string(reading, value, at) : NULL;

	if (!text)
		return;
	reading->data = base64_decode(reading->arena, BASE64_PADDED, text, strlen(text),
				      &reading->data_length);
	if (!reading->data)
		reading_fault(reading, PROBLEM_FIELD, at, text, "this must be base64");
}

/* Embedded content that is not what the descriptor describes is believed by
 * one client and refused by the next.  [OCI Image, "Descriptors", `data`] */
static void check_data(struct reading *reading, const struct descriptor *descriptor)
{
	const char *at = arena_printf(reading->arena, "%s/data", descriptor->at);
	struct digest actual;

	if (reading->data_length != descriptor->size) {
		reading_fault(reading, PROBLEM_SIZE, at,
			      arena_printf(reading->arena, "%zu", reading->data_length),
			      "the data has another size than its descriptor says");
		return;
	}
	hash_bytes(descriptor->digest.algorithm, reading->data, reading->data_length, &actual);
	if (!digest_equal(&actual, &descriptor->digest))
		reading_fault(reading, PROBLEM_DIGEST, at, actual.text,
			      "the data has another digest than its descriptor says");
}

static void read_artifact_type(struct reading *reading, struct json_object *value, const char *at)
{
	if (value)
		reading_string(reading, value, at);
}

static const struct member members[] = {
	{ "mediaType", ALWAYS, PROBLEM_FIELD, read_media_type },
	{ "digest", ALWAYS, PROBLEM_FIELD, read_digest },
	{ "size", ALWAYS, PROBLEM_FIELD, read_size },
	{ "urls", OPTIONAL, PROBLEM_FIELD, read_urls },
	{ "annotations", OPTIONAL, PROBLEM_FIELD, annotations_read },
	{ "data", OPTIONAL, PROBLEM_FIELD, read_data },
	{ "artifactType", OPTIONAL, PROBLEM_FIELD, read_artifact_type },
};

const struct descriptor *descriptor_read(struct reading *reading, struct json_object *value,
					 enum descriptor_role role, const char *at)
{
	struct manifest *manifest = reading->manifest;
	struct descriptor *descriptor = &reading->descriptors[manifest->descriptor_count];
	size_t faults = reading->fault_total;

	if (++reading->descriptors_seen > reading->limits->descriptors) {
		if (reading->descriptors_seen == reading->limits->descriptors + 1)
			reading_fault(reading, PROBLEM_TOO_MANY, at, NULL,
				      "there are too many descriptors");
		return NULL;
	}
	if (!json_object_is_type(value, json_type_object)) {
		reading_reject(reading, PROBLEM_FIELD, at, value, "this must be a descriptor");
		return NULL;
	}
	*descriptor = (struct descriptor){ .role = role, .at = at, .media_type = "" };
	reading->current = descriptor;
	reading->data = NULL;
	reading_members(reading, value, at, members, sizeof(members) / sizeof(members[0]));
	if (reading->fault_total == faults && reading->data)
		check_data(reading, descriptor);
	if (reading->fault_total != faults)
		return NULL;
	if (role != ROLE_LAYER)
		descriptor->foreign = false;
	manifest->descriptor_count++;
	return descriptor;
}
