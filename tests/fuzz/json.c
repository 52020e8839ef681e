/* json.c - fuzz target: our scanner of JSON, against json-c
 * SPDX-License-Identifier: ISC */
#include <json-c/json.h>
#include <stdbool.h>
#include <string.h>

#include "arena.h"
#include "fuzz.h"
#include "json_scan.h"
#include "text.h"

/* What we let through json-c reads too, to the end. */
static struct json_object *read_tree(const char *bytes, size_t length)
{
	struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH_MAX + 2);
	struct json_object *root;

	must(tokener && length <= INT32_MAX);
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	root = json_tokener_parse_ex(tokener, bytes, (int)length);
	/* A number at the end may go on, for all that it knows. */
	if (json_tokener_get_error(tokener) == json_tokener_continue)
		root = json_tokener_parse_ex(tokener, "", 1);
	must(json_tokener_get_error(tokener) == json_tokener_success);
	json_tokener_free(tokener);
	return root;
}

/* As those that are looked for: their text is the same with and without escapes. */
static bool is_plain(const char *key)
{
	for (; *key; key++)
		if (*key < ' ' || *key > '~' || *key == '"' || *key == '\\')
			return false;
	return true;
}

/* Each member of the outermost object has one string, for us and for json-c. */
static void compare(struct arena *arena, const char *bytes, size_t length, struct json_object *root)
{
	if (!json_object_is_type(root, json_type_object))
		return;
	json_object_object_foreach(root, key, value) {
		bool present;
		const char *text;

		if (!is_plain(key))
			continue;
		text = json_top_string(arena, bytes, length, key, &present);
		must(present);
		must((text != NULL) == json_object_is_type(value, json_type_string));
		must(!text || strcmp(text, json_object_get_string(value)) == 0);
	}
}

/* Whatever bytes there are make a good string, and UTF-8 comes back. */
static void test_string(struct arena *arena, const char *string)
{
	struct json_fault fault;
	struct text text;
	const char *again;
	bool present;
	uint32_t character;
	size_t good = 0, step;

	text_init(&text, arena);
	text_add(&text, "{\"k\":");
	text_add_json(&text, string);
	text_add(&text, "}");
	must(json_scan(arena, text.bytes, text.length, &fault));
	for (const char *c = text.bytes; *c; c++)
		must(*c >= ' ' && *c < 0x7F);
	again = json_top_string(arena, text.bytes, text.length, "k", &present);
	must(present && again);
	while (string[good] && (step = text_utf8(string + good, strlen(string + good), &character)))
		good += step;
	must(string[good] || strcmp(again, string) == 0);
}

int fuzz_json(const uint8_t *bytes, size_t length)
{
	struct fuzz_input input;
	struct arena arena;
	struct json_fault fault = { JSON_GOOD, NULL, 0, 0 };
	struct json_object *root;
	char *text;
	bool present;

	arena_init(&arena);
	fuzz_begin(&input, bytes, length);
	test_string(&arena, fuzz_take(&input));
	fuzz_end(&input);
	fuzz_begin(&input, bytes, length);
	text = fuzz_rest(&input, &length);
	if (json_scan(&arena, text, length, &fault)) {
		root = read_tree(text, length);
		compare(&arena, text, length, root);
		json_object_put(root);
		must(fault.depth <= JSON_DEPTH_MAX);
	} else {
		must(fault.problem != JSON_GOOD && fault.at && fault.offset <= length);
		must(*fault.at == '\0' || *fault.at == '/');
		json_top_string(&arena, text, length, "mediaType", &present);
	}
	arena_reset(&arena);
	fuzz_end(&input);
	return 0;
}
