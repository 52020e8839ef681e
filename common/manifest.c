/* manifest.c - manifests and indexes, read and judged
 * SPDX-License-Identifier: ISC */
#include "manifest.h"

#include <json-c/json.h>
#include <string.h>
#include <strings.h>
#include "arena.h"
#include "descriptor.h"
#include "json_tree.h"
#include "manifest_reading.h"

static const char schema1_reason[] =
	"Docker schema 1 manifests are no longer supported; push schema 2 or OCI";

static void read_schema_version(struct reading *reading, struct json_object *value, const char *at)
{
	if (!json_object_is_type(value, json_type_int) || json_object_get_int64(value) != 2)
		reading_reject(reading, PROBLEM_SCHEMA_VERSION, at, value,
			       "the schemaVersion must be 2");
}

/* Whether the document has the shape of `type`, as far as that is clear. */
static bool fits(struct reading *reading, const struct media_type *type)
{
	int where = type->shape == SHAPE_IMAGE ? IN_IMAGE : IN_INDEX;

	return !reading->where || reading->where == where;
}

static void read_media_type(struct reading *reading, struct json_object *value, const char *at)
{
	const struct media_type *type = reading->manifest->media_type;
	const char *text = reading_string(reading, value, at);

	if (!text)
		return;
	/* Whoever reads the stored bytes compares them as they stand. */
	if (!type || strcmp(text, type->text) != 0)
		reading_fault(reading, PROBLEM_MEDIA_TYPE, at, text,
			      "the mediaType is not one of a manifest known here");
	else if (reading->stated && reading->stated != type)
		reading_fault(reading, PROBLEM_MEDIA_TYPE, at, text,
			      "the mediaType differs from the Content-Type");
	else if (!fits(reading, type))
		reading_fault(reading, PROBLEM_SHAPE, at, text,
			      "the document has not the shape of its mediaType");
}

/* Compact, and never longer than the value was in the document. */
static const char *json_text(struct reading *reading, struct json_object *value)
{
	const char *text = json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
								 JSON_C_TO_STRING_NOSLASHESCAPE);

	return arena_copy(reading->arena, text, strlen(text));
}

static void read_artifact_type(struct reading *reading, struct json_object *value, const char *at)
{
	const char *text = value ? reading_string(reading, value, at) : NULL;

	if (text && *text)
		reading->manifest->artifact_type = json_text(reading, value);
}

static void read_config(struct reading *reading, struct json_object *value, const char *at)
{
	const struct descriptor *config = descriptor_read(reading, value, ROLE_CONFIG, at);

	if (config && *config->media_type)
		reading->config_type =
			json_text(reading, json_object_object_get(value, "mediaType"));
}

static void read_list(struct reading *reading, struct json_object *value,
		      enum descriptor_role role, const char *at)
{
	if (!json_object_is_type(value, json_type_array)) {
		reading_reject(reading, PROBLEM_FIELD, at, value, "this must be an array");
		return;
	}
	for (size_t i = 0; i < json_object_array_length(value); i++)
		descriptor_read(reading, json_object_array_get_idx(value, i), role,
				arena_printf(reading->arena, "%s/%zu", at, i));
}

static void read_layers(struct reading *reading, struct json_object *value, const char *at)
{
	read_list(reading, value, ROLE_LAYER, at);
}

static void read_manifests(struct reading *reading, struct json_object *value, const char *at)
{
	read_list(reading, value, ROLE_MANIFEST, at);
}

/* Docker's types have no subject: theirs means as little as any unknown key. */
static void read_subject(struct reading *reading, struct json_object *value, const char *at)
{
	const struct media_type *type = reading->manifest->media_type;

	if (value && (!type || type == media_type_default(type->shape)))
		reading->manifest->subject = descriptor_read(reading, value, ROLE_SUBJECT, at);
}

static void read_annotations(struct reading *reading, struct json_object *value, const char *at)
{
	size_t faults = reading->fault_total;

	annotations_read(reading, value, at);
	if (value && reading->fault_total == faults)
		reading->manifest->annotations = json_text(reading, value);
}

static const struct member members[] = {
	{ "schemaVersion", ALWAYS, PROBLEM_SCHEMA_VERSION, read_schema_version },
	{ "mediaType", OPTIONAL, PROBLEM_FIELD, read_media_type },
	{ "artifactType", OPTIONAL, PROBLEM_FIELD, read_artifact_type },
	{ "config", IN_IMAGE, PROBLEM_FIELD, read_config },
	{ "layers", IN_IMAGE, PROBLEM_FIELD, read_layers },
	{ "manifests", IN_INDEX, PROBLEM_FIELD, read_manifests },
	{ "subject", OPTIONAL, PROBLEM_FIELD, read_subject },
	{ "annotations", OPTIONAL, PROBLEM_FIELD, read_annotations },
};

/* How json_scan()'s problems are told. */
static const struct {
	const char *value;
	const char *reason;
} json_problems[] = {
	[JSON_SYNTAX] = { "syntax", "this is not JSON" },
	[JSON_TRAILING] = { "trailing", "something stands behind the document" },
	[JSON_TOO_DEEP] = { "too deep", "arrays and objects are nested too deep" },
	[JSON_TOO_MANY] = { "too many", "the document has too many values" },
	[JSON_DUPLICATE_KEY] = { "duplicate key", "this key stands twice in one object" },
};

/* The document's tree, the arena's; NULL, with a fault, if it is none. */
static struct json_object *parse(struct reading *reading, const char *bytes, size_t length)
{
	struct json_fault fault;
	struct json_object *tree = json_tree(reading->arena, bytes, length, &fault);

	if (fault.problem == JSON_GOOD && fault.depth > reading->limits->depth)
		fault.problem = JSON_TOO_DEEP;
	if (fault.problem != JSON_GOOD) {
		reading_fault(reading, PROBLEM_JSON, fault.at, json_problems[fault.problem].value,
			      json_problems[fault.problem].reason);
		return NULL;
	}
	if (json_object_is_type(tree, json_type_object))
		return tree;
	reading_fault(reading, PROBLEM_SHAPE, "", NULL, "a manifest must be an object");
	return NULL;
}

static bool has(struct json_object *tree, const char *key)
{
	return json_object_object_get_ex(tree, key, NULL);
}

/* Docker schema 1 is told by what the document says it is, before its
 * members, which are quite different, are judged. */
static bool is_schema1(struct reading *reading, struct json_object *tree)
{
	struct json_object *type = json_object_object_get(tree, "mediaType");
	struct json_object *version = json_object_object_get(tree, "schemaVersion");
	bool by_version = json_object_is_type(version, json_type_int) &&
			  json_object_get_int64(version) == 1;

	if (json_object_is_type(type, json_type_string) &&
	    media_type_is_schema1(json_object_get_string(type)))
		reading_reject(reading, PROBLEM_SCHEMA1, "/mediaType", type, schema1_reason);
	else if (by_version)
		reading_reject(reading, PROBLEM_SCHEMA1, "/schemaVersion", version, schema1_reason);
	else
		return false;
	return true;
}

/* The type that the Content-Type states, in `reading->stated`; octets and
 * JSON state none. */
static void read_content_type(struct reading *reading, const char *content_type)
{
	static const char *const mute[] = { "application/octet-stream", "application/json" };
	size_t length;

	content_type += strspn(content_type, " \t");
	length = strcspn(content_type, "; \t");
	reading->stated = media_type_find(content_type);
	if (reading->stated || length == 0)
		return;
	for (size_t i = 0; i < sizeof(mute) / sizeof(mute[0]); i++)
		if (strlen(mute[i]) == length && strncasecmp(content_type, mute[i], length) == 0)
			return;
	if (media_type_is_schema1(content_type))
		reading_fault(reading, PROBLEM_SCHEMA1, "", content_type, schema1_reason);
	else
		reading_fault(reading, PROBLEM_MEDIA_TYPE, "", content_type,
			      "the Content-Type is not one of a manifest known here");
}

/* Tell the shape from the members there are. */
static void find_shape(struct reading *reading, struct json_object *tree)
{
	bool image = has(tree, "config") || has(tree, "layers");
	bool index = has(tree, "manifests");

	if (image != index)
		reading->where = image ? IN_IMAGE : IN_INDEX;
	else
		reading_fault(reading, PROBLEM_SHAPE, "", NULL,
			      image ? "this is both an image and an index"
				    : "this is neither an image nor an index");
}

/* Decide which type this is: the document's own word, else the Content-Type's,
 * else OCI's of the shape. */
static void find_media_type(struct reading *reading, struct json_object *tree)
{
	struct manifest *manifest = reading->manifest;
	const struct media_type *stated = reading->stated;

	if (has(tree, "mediaType")) {
		struct json_object *value = json_object_object_get(tree, "mediaType");

		if (json_object_is_type(value, json_type_string))
			manifest->media_type = media_type_find(json_object_get_string(value));
		return;
	}
	if (!stated && reading->where)
		stated = media_type_default(reading->where == IN_IMAGE ? SHAPE_IMAGE : SHAPE_INDEX);
	if (!stated)
		return;
	manifest->media_type = stated;
	if (!fits(reading, stated))
		reading_fault(reading, PROBLEM_SHAPE, "", stated->text,
			      "the document has not the shape of its Content-Type");
	else if (stated != media_type_default(stated->shape))
		reading_fault(reading, PROBLEM_MEDIA_TYPE, "/mediaType", NULL,
			      "a Docker manifest must state its mediaType, or its type is lost");
}

static size_t elements(struct json_object *tree, const char *key)
{
	struct json_object *value = json_object_object_get(tree, key);

	return json_object_is_type(value, json_type_array) ? json_object_array_length(value) : 0;
}

static void judge(struct reading *reading, struct json_object *tree)
{
	struct manifest *manifest = reading->manifest;
	size_t room = elements(tree, "layers") + elements(tree, "manifests") + 2;

	if (room > reading->limits->descriptors)
		room = reading->limits->descriptors;
	reading->descriptors = arena_alloc(reading->arena, room * sizeof(*reading->descriptors));
	manifest->descriptors = reading->descriptors;
	find_shape(reading, tree);
	find_media_type(reading, tree);
	reading_members(reading, tree, "", members, sizeof(members) / sizeof(members[0]));
	if (!manifest->artifact_type)
		manifest->artifact_type = reading->config_type;
}

bool manifest_parse(struct arena *arena, const char *bytes, size_t length,
		    const char *content_type, struct manifest *manifest)
{
	static const struct manifest_limits greatest = { JSON_DEPTH_MAX, DESCRIPTORS_MAX };

	return manifest_parse_within(arena, &greatest, bytes, length, content_type, manifest);
}

bool manifest_parse_within(struct arena *arena, const struct manifest_limits *limits,
			   const char *bytes, size_t length, const char *content_type,
			   struct manifest *manifest)
{
	struct reading reading = { .arena = arena, .limits = limits, .manifest = manifest };
	struct json_object *tree;

	*manifest = (struct manifest){ 0 };
	reading.faults = arena_alloc(arena, MANIFEST_FAULTS_MAX * sizeof(*reading.faults));
	manifest->faults = reading.faults;
	if (content_type)
		read_content_type(&reading, content_type);
	if (manifest->fault_count && reading.faults[0].problem == PROBLEM_SCHEMA1)
		return false;
	tree = parse(&reading, bytes, length);
	if (tree && !is_schema1(&reading, tree))
		judge(&reading, tree);
	return reading.fault_total == 0;
}
