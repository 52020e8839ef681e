/* jwks.c - the public keys of another issuer of tokens
 * SPDX-License-Identifier: ISC */
#include "jwks.h"

#include <json-c/json.h>
#include <string.h>

#include "arena.h"
#include "base64.h"
#include "json_tree.h"
#include "log.h"
#include "public_key.h"

enum { FILE_BYTES_MAX = 256 << 10 };

struct jwk {
	enum jwt_algorithm algorithm;
	const char *id; /* or NULL */
	const struct public_key *key;
	struct jwk *next;
};

struct jwks {
	struct jwk *first;
};

static struct big_number read_number(struct arena *arena, struct json_object *object,
				     const char *member)
{
	const char *text = json_tree_string(object, member);
	struct big_number number = { .bytes = NULL };

	if (text)
		number.bytes = base64_decode(arena, BASE64_URL, text, strlen(text), &number.length);
	if (!number.bytes)
		number.length = 0;
	return number;
}

static const struct public_key *read_rsa(struct arena *arena, struct json_object *object)
{
	return public_key_rsa(arena, read_number(arena, object, "n"),
			      read_number(arena, object, "e"));
}

static const struct public_key *read_p256(struct arena *arena, struct json_object *object)
{
	return public_key_p256(arena, read_number(arena, object, "x"),
			       read_number(arena, object, "y"));
}

static const struct kind {
	const char *type, *curve; /* curve NULL: the type has none */
	enum jwt_algorithm algorithm;
	const struct public_key *(*read)(struct arena *arena, struct json_object *object);
} kinds[] = {
	{ "RSA", NULL, JWT_RS256, read_rsa },
	{ "EC", "P-256", JWT_ES256, read_p256 },
};

/* Absent, or this. */
static bool agrees(struct json_object *object, const char *member, const char *wanted)
{
	const char *value = json_tree_string(object, member);

	return !value || !wanted || strcmp(value, wanted) == 0;
}

static const struct kind *kind_of(struct json_object *object)
{
	const char *type = json_tree_string(object, "kty");

	if (!type || !agrees(object, "use", "sig"))
		return NULL;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(kinds[i].type, type) == 0 && agrees(object, "crv", kinds[i].curve) &&
		    agrees(object, "alg", jwt_algorithm_name(kinds[i].algorithm)))
			return &kinds[i];
	return NULL;
}

static bool read_key(struct arena *arena, const char *path, struct json_object *object,
		     struct jwks *keys)
{
	const struct kind *kind = kind_of(object);
	const char *id = json_tree_string(object, "kid");
	struct jwk *key;

	if (!kind)
		return true;
	key = arena_alloc(arena, sizeof(*key));
	key->algorithm = kind->algorithm;
	key->id = id ? arena_copy(arena, id, strlen(id)) : NULL;
	key->key = kind->read(arena, object);
	if (!key->key) {
		log_line("%s: the %s key '%s' is not valid", path, kind->type, id ? id : "");
		return false;
	}
	key->next = keys->first;
	keys->first = key;
	return true;
}

const struct jwks *jwks_parse(struct arena *arena, const char *path, const char *text)
{
	struct json_fault fault;
	struct json_object *list =
		json_object_object_get(json_tree(arena, text, strlen(text), &fault), "keys");
	struct jwks *keys = arena_alloc(arena, sizeof(*keys));

	if (fault.problem != JSON_GOOD) {
		log_line("%s: this is not acceptable JSON, at byte %zu", path, fault.offset);
		return NULL;
	}
	if (!json_object_is_type(list, json_type_array)) {
		log_line("%s: this is no set of keys", path);
		return NULL;
	}
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (!read_key(arena, path, json_object_array_get_idx(list, i), keys))
			return NULL;
	if (!keys->first)
		log_line("%s: no key in it is for RS256 or ES256", path);
	return keys->first ? keys : NULL;
}

static const void *parse(struct arena *arena, const char *path, char *text)
{
	return jwks_parse(arena, path, text);
}

const struct watched_kind jwks_kind = { .most = FILE_BYTES_MAX, .parse = parse };

const struct public_key *jwks_find(const struct jwks *keys, enum jwt_algorithm algorithm,
				   const char *key_id)
{
	const struct jwk *found = NULL;

	for (const struct jwk *key = keys->first; key; key = key->next) {
		if (key->algorithm != algorithm)
			continue;
		if (key_id && key->id && strcmp(key->id, key_id) == 0)
			return key->key;
		if (!key_id && found)
			return NULL;
		found = key_id ? found : key;
	}
	return found ? found->key : NULL;
}
