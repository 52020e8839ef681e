/* url.c - URLs of endpoints, as a client writes and reads them
 * SPDX-License-Identifier: ISC */
#include "url.h"

#include <string.h>

#include "arena.h"
#include "name.h"
#include "reference.h"
#include "tarsum.h"
#include "text.h"

static const char *const words[] = {
	[ROUTE_BASE] = "base",
	[ROUTE_CATALOG] = "catalog",
	[ROUTE_EXTENSIONS] = "extensions",
	[ROUTE_REPOSITORY_EXTENSIONS] = "repository-extensions",
	[ROUTE_TAGS] = "tags",
	[ROUTE_REFERRERS] = "referrers",
	[ROUTE_MANIFEST] = "manifest",
	[ROUTE_BLOB] = "blob",
	[ROUTE_UPLOADS] = "uploads",
	[ROUTE_UPLOAD] = "session",
	[ROUTE_TOKEN] = "token",
};

_Static_assert(sizeof(words) / sizeof(*words) == ROUTE_COUNT, "every route has a word");

static const char *const fault_texts[] = {
	[URL_GOOD] = NULL,
	[URL_BAD_NAME] = "no valid repository name",
	[URL_BAD_TAG] = "no valid tag",
	[URL_BAD_DIGEST] = "no valid digest of a supported algorithm",
	[URL_BAD_SESSION] = "no valid upload session",
	[URL_BAD_ROOT] = "no root of a registry, scheme://host",
	[URL_BAD_LOCATION] = "neither a whole URL nor an absolute path",
};

_Static_assert(sizeof(fault_texts) / sizeof(*fault_texts) == URL_FAULT_COUNT,
	       "every fault has a text");

const char *url_fault_text(enum url_fault fault)
{
	return fault_texts[fault];
}

const char *url_kind_word(enum route_kind kind)
{
	return words[kind];
}

bool url_kind_find(const char *word, enum route_kind *kind)
{
	for (*kind = 0; *kind < ROUTE_COUNT; (*kind)++)
		if (strcmp(word, words[*kind]) == 0)
			return true;
	return false;
}

static enum url_fault check_reference(const char *reference)
{
	struct digest digest;

	switch (reference_parse(reference, &digest)) {
	case REFERENCE_BAD_TAG:
		return URL_BAD_TAG;
	case REFERENCE_BAD_DIGEST:
		return URL_BAD_DIGEST;
	default:
		return URL_GOOD;
	}
}

/* It must be read as the session that it was built as. */
static enum url_fault check_session(struct arena *arena, const char *name, const char *session)
{
	const char *path = route_build(arena, ROUTE_UPLOAD, name, session);
	struct route route;

	if (!route_parse(arena, path, &route) || route.kind != ROUTE_UPLOAD)
		return URL_BAD_SESSION;
	return URL_GOOD;
}

enum url_fault url_check(struct arena *arena, enum route_kind kind, const char *name,
			 const char *last)
{
	struct digest digest;
	struct tarsum tarsum;

	if (route_named(kind) && !name_valid(name))
		return URL_BAD_NAME;
	switch (route_part(kind)) {
	case PART_DIGEST:
		return digest_parse(last, &digest) ? URL_GOOD : URL_BAD_DIGEST;
	case PART_BLOB:
		if (tarsum_parse(last, &tarsum))
			return URL_GOOD;
		return digest_parse(last, &digest) ? URL_GOOD : URL_BAD_DIGEST;
	case PART_REFERENCE:
		return check_reference(last);
	case PART_SESSION:
		return check_session(arena, name, last);
	default:
		return URL_GOOD;
	}
}

/* No spaces, no control bytes. */
static bool is_printable(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' || *text == 0x7F)
			return false;
	return true;
}

/* What stands behind `scheme://authority`; NULL if `url` does not begin so. */
static const char *skip_root(const char *url)
{
	static const char scheme[] = "abcdefghijklmnopqrstuvwxyz"
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789+-.";
	const char *end = url + strspn(url, scheme);
	size_t authority;

	if (end == url || strncmp(end, "://", 3) != 0)
		return NULL;
	end += 3;
	authority = strcspn(end, "/?#");
	return authority ? end + authority : NULL;
}

bool url_root_valid(const char *root)
{
	const char *rest = skip_root(root);

	return rest && is_printable(root) && (!*rest || strcmp(rest, "/") == 0);
}

/* `//authority` needs an authority: many a client takes what follows a third slash for
 * the host.  [RFC 3986, 4.2] */
static bool is_absolute_path(const char *location)
{
	if (location[0] != '/')
		return false;
	return location[1] != '/' || strcspn(location + 2, "/?#") > 0;
}

const char *url_resolve(struct arena *arena, const char *root, const char *location)
{
	struct text text;

	text_init(&text, arena);
	if (!is_printable(location))
		return NULL;
	if (!skip_root(location)) {
		if (!is_absolute_path(location))
			return NULL;
		if (root && location[1] == '/')
			text_add_bytes(&text, root, strcspn(root, "/"));
		else if (root)
			text_add_bytes(&text, root, (size_t)(skip_root(root) - root));
	}
	text_add_bytes(&text, location, strcspn(location, "#"));
	return text.bytes;
}

/* A key or a value of a query, decoded if it can be. */
static const char *decode(struct arena *arena, const char *bytes, size_t length)
{
	const char *decoded = text_decode(arena, bytes, length);

	return decoded ? decoded : arena_copy(arena, bytes, length);
}

/* Read the first pair of a query; returns its length. */
static size_t read_pair(struct arena *arena, const char *query, struct url_parameter *parameter)
{
	size_t length = strcspn(query, "&"), key = strcspn(query, "&=");
	size_t value = key + (key < length);

	parameter->key = decode(arena, query, key);
	parameter->value = decode(arena, query + value, length - value);
	return length;
}

static const char *query_of(const char *url)
{
	const char *mark = strchr(url, '?');

	return mark ? mark + 1 : "";
}

static bool has_key(const struct url_parameter *parameters, size_t count, const char *key)
{
	while (count--)
		if (strcmp(parameters[count].key, key) == 0)
			return true;
	return false;
}

const char *url_merge(struct arena *arena, const char *url, const struct url_parameter *parameters,
		      size_t count)
{
	const char *mark = "?", *query = query_of(url);
	struct url_parameter parameter;
	struct text text;

	if (count == 0)
		return url;
	text_init(&text, arena);
	text_add_bytes(&text, url, strcspn(url, "?"));
	while (*query) {
		size_t length = read_pair(arena, query, &parameter);

		if (!has_key(parameters, count, parameter.key)) {
			text_add(&text, mark);
			text_add_bytes(&text, query, length);
			mark = "&";
		}
		query += length + (query[length] == '&');
	}
	for (size_t i = 0; i < count; i++) {
		text_add(&text, mark);
		text_add_percent(&text, parameters[i].key, "");
		text_add(&text, "=");
		text_add_percent(&text, parameters[i].value, "");
		mark = "&";
	}
	return text.bytes;
}

bool url_parse(struct arena *arena, const char *url, struct route *route)
{
	const char *path = skip_root(url);

	if (!path)
		path = url;
	return route_parse(arena, arena_copy(arena, path, strcspn(path, "?#")), route);
}

const struct url_parameter *url_parameters(struct arena *arena, const char *url, size_t *count)
{
	const char *whole = arena_copy(arena, url, strcspn(url, "#")), *query = query_of(whole);
	struct url_parameter *parameters;
	size_t most = 1;

	for (const char *c = query; *c; c++)
		most += *c == '&';
	parameters = arena_alloc(arena, most * sizeof(*parameters));
	for (*count = 0; *query; query += *query == '&') {
		size_t length = read_pair(arena, query, &parameters[*count]);

		query += length;
		*count += length > 0;
	}
	return parameters;
}
