/* json_tree.c - JSON from outside as json-c's tree
 * SPDX-License-Identifier: ISC */
#include "json_tree.h"

#include <json-c/json.h>

#include "arena.h"

static void release(void *resource)
{
	json_object_put(resource);
}

struct json_object *json_tree(struct arena *arena, const char *bytes, size_t length,
			      struct json_fault *fault)
{
	struct json_tokener *tokener;
	struct json_object *tree = NULL;

	if (!json_scan(arena, bytes, length, fault))
		return NULL;
	tokener = json_tokener_new_ex(JSON_DEPTH_MAX + 2); /* json-c counts scalars too */
	if (tokener) {
		json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
		tree = json_tokener_parse_ex(tokener, bytes, (int)length);
		json_tokener_free(tokener);
	}
	if (tree)
		arena_defer(arena, release, tree);
	return tree;
}

const char *json_tree_string(struct json_object *object, const char *key)
{
	struct json_object *value = json_object_object_get(object, key);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}
