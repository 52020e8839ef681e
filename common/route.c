/* route.c - the endpoints, from path to parts and back
 * SPDX-License-Identifier: ISC */
#include "route.h"

#include <stddef.h>
#include <string.h>

#include "arena.h"
#include "text.h"

/* A path is "/v2/", a repository's name if the row has one, `tail`, and the
 * last part if the row has one.  The first row of a kind is the one to build. */
struct row {
	enum route_kind kind;
	bool named;
	const char *tail;
	enum route_part part;
};

static const char root[] = "/v2/";

static const struct row rows[] = {
	/* end-1  */ { ROUTE_BASE, false, "", PART_NONE },
	             { ROUTE_CATALOG, false, "_catalog", PART_NONE },
	             { ROUTE_TOKEN, false, "_hythe/token", PART_NONE },
	             { ROUTE_EXTENSIONS, false, "_oci/ext/discover", PART_NONE },
	             { ROUTE_REPOSITORY_EXTENSIONS, true, "/_oci/ext/discover", PART_NONE },
	/* end-8  */ { ROUTE_TAGS, true, "/tags/list", PART_NONE },
	/* end-12 */ { ROUTE_REFERRERS, true, "/referrers/", PART_DIGEST },
	/* end-3, end-7, end-9 */ { ROUTE_MANIFEST, true, "/manifests/", PART_REFERENCE },
	/* end-4, end-11 */ { ROUTE_UPLOADS, true, "/blobs/uploads/", PART_NONE },
	/* end-4, end-11 */ { ROUTE_UPLOADS, true, "/blobs/uploads", PART_NONE },
	/* end-5, end-6, end-13, end-14 */ { ROUTE_UPLOAD, true, "/blobs/uploads/", PART_SESSION },
	/* end-2, end-10 */ { ROUTE_BLOB, true, "/blobs/", PART_BLOB },
};

enum { ROWS = sizeof(rows) / sizeof(*rows) };

/* Decoded once, with every `/` of the result a real one of the path, and no
 * segment that a file system or a proxy would resolve.  NULL otherwise. */
static const char *decode_path(struct arena *arena, const char *path)
{
	const char *decoded = text_decode(arena, path, strlen(path));
	size_t raw_slashes = 0, slashes = 0;

	if (!decoded)
		return NULL;
	for (const char *c = path; *c; c++)
		raw_slashes += *c == '/';
	for (const char *c = decoded; *c; c++)
		slashes += *c == '/';
	if (raw_slashes != slashes)
		return NULL;
	for (const char *segment = strchr(decoded, '/'); segment; segment = strchr(segment, '/')) {
		size_t length = strcspn(++segment, "/");

		if ((length == 0 && *segment) || (length == 1 && segment[0] == '.') ||
		    (length == 2 && segment[0] == '.' && segment[1] == '.'))
			return NULL;
	}
	return decoded;
}

/* Take the path apart from the right, for a name may contain anything that the
 * rows have. */
static bool match(struct arena *arena, const struct row *row, const char *path, struct route *route)
{
	const char *rest = path + sizeof(root) - 1;
	const char *last = row->part == PART_NONE ? path + strlen(path) : strrchr(path, '/') + 1;
	size_t tail = strlen(row->tail), before;

	if (last < rest || (row->part != PART_NONE && !*last))
		return false;
	before = (size_t)(last - rest);
	if (before < tail || memcmp(last - tail, row->tail, tail) != 0)
		return false;
	before -= tail;
	if (row->named != (before > 0))
		return false;
	*route = (struct route){
		.kind = row->kind,
		.part = row->part,
		.name = row->named ? arena_copy(arena, rest, before) : NULL,
		.last = row->part == PART_NONE ? NULL : last,
	};
	return true;
}

bool route_parse(struct arena *arena, const char *path, struct route *route)
{
	const char *decoded = decode_path(arena, path);

	if (!decoded)
		return false;
	if (strcmp(decoded, "/v2") == 0)
		decoded = root;
	if (strncmp(decoded, root, sizeof(root) - 1) != 0)
		return false;
	for (size_t i = 0; i < ROWS; i++)
		if (match(arena, &rows[i], decoded, route))
			return true;
	return false;
}

/* The row to build from. */
static const struct row *row_of(enum route_kind kind)
{
	const struct row *row = rows;

	while (row->kind != kind)
		row++;
	return row;
}

bool route_named(enum route_kind kind)
{
	return row_of(kind)->named;
}

enum route_part route_part(enum route_kind kind)
{
	return row_of(kind)->part;
}

const char *route_build(struct arena *arena, enum route_kind kind, const char *name,
			const char *last)
{
	const struct row *row = row_of(kind);
	struct text text;

	text_init(&text, arena);
	text_add(&text, root);
	if (row->named)
		text_add_percent(&text, name, "/");
	text_add(&text, row->tail);
	if (row->part != PART_NONE)
		text_add_percent(&text, last, ":=");
	return text.bytes;
}
