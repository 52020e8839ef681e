/* route.h - the endpoints, from path to parts and back
 * SPDX-License-Identifier: ISC
 *
 * One table serves both directions, so that every URL this registry gives out
 * is one that it understands. */
#ifndef HYTHE_ROUTE_H
#define HYTHE_ROUTE_H

#include <stdbool.h>

struct arena;

enum route_kind {
	ROUTE_BASE,
	ROUTE_CATALOG,
	ROUTE_EXTENSIONS,
	ROUTE_REPOSITORY_EXTENSIONS,
	ROUTE_TAGS,
	ROUTE_REFERRERS,
	ROUTE_MANIFEST,
	ROUTE_BLOB,
	ROUTE_UPLOADS,
	ROUTE_UPLOAD,
	ROUTE_TOKEN,
	ROUTE_COUNT
};

/* What the last part of a path has to be. */
enum route_part {
	PART_NONE,
	PART_REFERENCE, /* a tag or a digest */
	PART_DIGEST,
	PART_BLOB,      /* a digest or a tarsum */
	PART_SESSION
};

struct route {
	enum route_kind kind;
	enum route_part part;
	const char *name; /* of the repository, decoded; NULL where there is none */
	const char *last; /* the last part, decoded; NULL where there is none */
};

/* Read a path as it came, percent-encoded and without the query.  False for
 * what is no endpoint, and for everything that only looks like one: empty, `.`
 * and `..` segments, an encoded slash, control bytes, broken escapes.  Whether
 * the parts are valid names, digests and so on is not decided here.
 * [OCI "Endpoints"] */
bool route_parse(struct arena *arena, const char *path, struct route *route);

/* Whether the path of an endpoint has the name of a repository, and what it ends
 * with. */
bool route_named(enum route_kind kind);
enum route_part route_part(enum route_kind kind);

/* The path of an endpoint; `name` and `last` as the route needs them. */
const char *route_build(struct arena *arena, enum route_kind kind, const char *name,
			const char *last);

#endif
