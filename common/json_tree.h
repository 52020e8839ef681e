/* json_tree.h - JSON from outside as json-c's tree
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_JSON_TREE_H
#define HYTHE_JSON_TREE_H

#include <stddef.h>
#include "json_scan.h"

struct arena;
struct json_object;

/* Parse a document that json_scan() finds good; the tree is the arena's.  NULL
 * and `*fault` if it is not good; also NULL, with JSON_GOOD, for `null`. */
struct json_object *json_tree(struct arena *arena, const char *bytes, size_t length,
			      struct json_fault *fault);

/* The member `key` of an object, if it is a string; else NULL. */
const char *json_tree_string(struct json_object *object, const char *key);

#endif
