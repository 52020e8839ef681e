/* jwks.c - fuzz target: another issuer's public keys.  The input is the id of a key (""
 * for none), a signature in base64, and the file
 * SPDX-License-Identifier: ISC */
#include "jwks.h"

#include <json-c/json.h>
#include <string.h>

#include "arena.h"
#include "base64.h"
#include "fuzz.h"
#include "json_tree.h"
#include "public_key.h"

/* Nobody signed this. */
static const char message[] = "never signed";

static void check_key(struct arena *arena, const struct public_key *key, const char *signature)
{
	size_t length;
	const char *bytes = base64_decode(arena, BASE64_URL, signature, strlen(signature), &length);

	if (key && bytes && length)
		must(!public_key_verifies(key, message, strlen(message), bytes, length));
}

/* Without what JSON leaves open. */
static const char *print(struct arena *arena, const char *text)
{
	struct json_fault fault;
	struct json_object *tree = json_tree(arena, text, strlen(text), &fault);
	const char *printed = json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PLAIN);

	must(fault.problem == JSON_GOOD);
	return arena_copy(arena, printed, strlen(printed));
}

/* Read again, there are the same keys; and never a secret one. */
static void check(struct arena *arena, const struct jwks *keys, const char *text, const char *id,
		  const char *signature)
{
	const struct jwks *again = jwks_parse(arena, "jwks", print(arena, text));
	const char *const ids[] = { id, NULL };

	must(again);
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		for (enum jwt_algorithm each = 0; each < JWT_ALGORITHM_COUNT; each++) {
			const struct public_key *key = jwks_find(keys, each, ids[i]);

			must(!key == !jwks_find(again, each, ids[i]));
			must(!key || each == JWT_RS256 || each == JWT_ES256);
			check_key(arena, key, signature);
		}
	}
}

int fuzz_jwks(const uint8_t *bytes, size_t length)
{
	struct fuzz_input input;
	struct arena arena;
	const struct jwks *keys;
	const char *id, *signature, *text;

	arena_init(&arena);
	fuzz_begin(&input, bytes, length);
	id = fuzz_take(&input);
	signature = fuzz_take(&input);
	text = fuzz_take(&input);
	keys = jwks_parse(&arena, "jwks", text);
	if (keys)
		check(&arena, keys, text, id, signature);
	arena_reset(&arena);
	fuzz_end(&input);
	return 0;
}
