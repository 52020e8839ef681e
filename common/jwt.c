/* jwt.c - JSON Web Tokens, taken apart
 * SPDX-License-Identifier: ISC */
#include "jwt.h"

#include <json-c/json.h>
#include <string.h>

#include "arena.h"
#include "base64.h"
#include "json_tree.h"

static const char *const algorithms[] = {
	[JWT_HS256] = "HS256",
	[JWT_RS256] = "RS256",
	[JWT_ES256] = "ES256",
};

_Static_assert(sizeof(algorithms) / sizeof(*algorithms) == JWT_ALGORITHM_COUNT,
	       "every algorithm has a name");

const char *jwt_algorithm_name(enum jwt_algorithm algorithm)
{
	return algorithms[algorithm];
}

/* An object, from JSON text; NULL if it is none. */
static struct json_object *read_object(struct arena *arena, const char *json, size_t length)
{
	struct json_fault fault;
	struct json_object *tree = json_tree(arena, json, length, &fault);

	return json_object_is_type(tree, json_type_object) ? tree : NULL;
}

static const char *copy(struct arena *arena, const char *text)
{
	return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

static bool read_algorithm(const char *name, enum jwt_algorithm *algorithm)
{
	for (*algorithm = 0; name && *algorithm < JWT_ALGORITHM_COUNT; ++*algorithm)
		if (strcmp(algorithms[*algorithm], name) == 0)
			return true;
	return false;
}

static bool read_header(struct arena *arena, struct jwt *jwt, const char **reason)
{
	struct json_object *header = read_object(arena, jwt->header_json, jwt->header_length);

	*reason = NULL;
	if (!header)
		*reason = "its header is no JSON object";
	else if (!read_algorithm(json_tree_string(header, "alg"), &jwt->algorithm))
		*reason = "its algorithm is none of HS256, RS256, ES256";
	else if (json_object_object_get_ex(header, "crit", NULL))
		*reason = "its header asks for what is not known here";
	else
		jwt->key_id = copy(arena, json_tree_string(header, "kid"));
	return !*reason;
}

/* The three parts; that there is no fourth their decoding finds. */
static bool split(const char *token, size_t length, const char *dots[2])
{
	dots[0] = memchr(token, '.', length);
	dots[1] = dots[0] ? memchr(dots[0] + 1, '.', length - (size_t)(dots[0] + 1 - token)) : NULL;
	return dots[1] != NULL;
}

bool jwt_open(struct arena *arena, const char *token, size_t length, struct jwt *jwt,
	      const char **reason)
{
	const char *dots[2];

	*jwt = (struct jwt){ .not_before = INT64_MIN, .issued = INT64_MIN };
	*reason = "it is longer than a token may be";
	if (length > JWT_BYTES_MAX)
		return false;
	*reason = "it has no three parts";
	if (!split(token, length, dots))
		return false;
	jwt->signed_part = token;
	jwt->signed_length = (size_t)(dots[1] - token);
	jwt->header_json = base64_decode(arena, BASE64_URL, token, (size_t)(dots[0] - token),
					 &jwt->header_length);
	jwt->claims_json = base64_decode(arena, BASE64_URL, dots[0] + 1,
					 (size_t)(dots[1] - dots[0] - 1), &jwt->claims_length);
	jwt->signature = base64_decode(arena, BASE64_URL, dots[1] + 1,
				       length - jwt->signed_length - 1, &jwt->signature_length);
	*reason = "its parts are not base64url";
	if (!jwt->header_json || !jwt->claims_json || !jwt->signature)
		return false;
	return read_header(arena, jwt, reason);
}

/* One string, or a list of them; `null` and absence are an empty list. */
static bool read_strings(struct arena *arena, struct json_object *value, size_t most,
			 const char *const **strings, size_t *count)
{
	bool is_list = json_object_is_type(value, json_type_array);
	const char **list;

	*count = !value ? 0 : is_list ? json_object_array_length(value) : 1;
	if (*count > most)
		return false;
	*strings = list = arena_alloc(arena, (*count + 1) * sizeof(*list));
	for (size_t i = 0; i < *count; i++) {
		struct json_object *each = is_list ? json_object_array_get_idx(value, i) : value;

		if (!json_object_is_type(each, json_type_string))
			return false;
		list[i] = copy(arena, json_object_get_string(each));
	}
	return true;
}

/* NumericDate: seconds, which may have a fraction.  What is too large for a
 * time is none. */
static bool read_time(struct json_object *claims, const char *key, int64_t *seconds)
{
	static const double most = 1e15;
	struct json_object *value;
	double number;

	if (!json_object_object_get_ex(claims, key, &value))
		return true;
	if (!json_object_is_type(value, json_type_int) &&
	    !json_object_is_type(value, json_type_double))
		return false;
	number = json_object_get_double(value);
	if (!(number >= -most && number <= most))
		return false;
	*seconds = (int64_t)number;
	return true;
}

/* Absent or a string. */
static bool read_string(struct arena *arena, struct json_object *claims, const char *key,
			const char **string)
{
	*string = copy(arena, json_tree_string(claims, key));
	return *string || !json_object_object_get_ex(claims, key, NULL);
}

static bool read_grant(struct arena *arena, struct json_object *value, struct jwt_grant *grant)
{
	return json_object_is_type(value, json_type_object) &&
	       read_string(arena, value, "type", &grant->type) && grant->type &&
	       read_string(arena, value, "name", &grant->name) && grant->name &&
	       read_strings(arena, json_object_object_get(value, "actions"), JWT_GRANTS_MAX,
			    &grant->actions, &grant->action_count);
}

static bool read_grants(struct arena *arena, struct jwt *jwt, struct json_object *value)
{
	struct jwt_grant *grants;

	if (!value)
		return true;
	if (!json_object_is_type(value, json_type_array) ||
	    json_object_array_length(value) > JWT_GRANTS_MAX)
		return false;
	jwt->grant_count = json_object_array_length(value);
	jwt->grants = grants = arena_alloc(arena, (jwt->grant_count + 1) * sizeof(*grants));
	for (size_t i = 0; i < jwt->grant_count; i++)
		if (!read_grant(arena, json_object_array_get_idx(value, i), &grants[i]))
			return false;
	return true;
}

bool jwt_read_claims(struct arena *arena, struct jwt *jwt, const char **reason)
{
	struct json_object *claims = read_object(arena, jwt->claims_json, jwt->claims_length);

	*reason = NULL;
	jwt->expires = INT64_MIN;
	if (!claims)
		*reason = "its claims are no JSON object";
	else if (!read_string(arena, claims, "iss", &jwt->issuer) ||
		 !read_string(arena, claims, "sub", &jwt->subject) ||
		 !read_string(arena, claims, "mark", &jwt->mark))
		*reason = "its issuer, subject or mark is no string";
	else if (!read_strings(arena, json_object_object_get(claims, "aud"), JWT_AUDIENCES_MAX,
			       &jwt->audiences, &jwt->audience_count))
		*reason = "its audience is no string nor a list of them";
	else if (!read_time(claims, "exp", &jwt->expires) ||
		 !read_time(claims, "nbf", &jwt->not_before) ||
		 !read_time(claims, "iat", &jwt->issued))
		*reason = "one of its times is none";
	else if (jwt->expires == INT64_MIN)
		*reason = "it does not say when it expires";
	else if (!read_grants(arena, jwt, json_object_object_get(claims, "access")))
		*reason = "its access is no list of grants";
	return !*reason;
}
