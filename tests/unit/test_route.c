/* test_route.c - route.h
 * SPDX-License-Identifier: ISC */
#include "route.h"

#include <stdint.h>

#include "arena.h"
#include "tap.h"
#include "text.h"

static struct arena arena;

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Canonical paths: what is read rebuilds byte for byte. */
static void test_canonical(void)
{
	static const struct {
		const char *path;
		enum route_kind kind;
		enum route_part part;
		const char *name, *last;
	} cases[] = {
		{ "/v2/", ROUTE_BASE, PART_NONE, NULL, NULL },
		{ "/v2/_catalog", ROUTE_CATALOG, PART_NONE, NULL, NULL },
		{ "/v2/_oci/ext/discover", ROUTE_EXTENSIONS, PART_NONE, NULL, NULL },
		{ "/v2/_hythe/token", ROUTE_TOKEN, PART_NONE, NULL, NULL },
		{ "/v2/a/_oci/ext/discover", ROUTE_REPOSITORY_EXTENSIONS, PART_NONE, "a", NULL },
		{ "/v2/a/tags/list", ROUTE_TAGS, PART_NONE, "a", NULL },
		{ "/v2/a/referrers/sha256:0", ROUTE_REFERRERS, PART_DIGEST, "a", "sha256:0" },
		{ "/v2/a/manifests/v1", ROUTE_MANIFEST, PART_REFERENCE, "a", "v1" },
		{ "/v2/a/manifests/sha256:0", ROUTE_MANIFEST, PART_REFERENCE, "a", "sha256:0" },
		{ "/v2/a/blobs/sha256:0", ROUTE_BLOB, PART_BLOB, "a", "sha256:0" },
		{ "/v2/a/blobs/tarsum.v1%2Bsha256:0", ROUTE_BLOB, PART_BLOB, "a",
		  "tarsum.v1+sha256:0" },
		{ "/v2/a/blobs/uploads/", ROUTE_UPLOADS, PART_NONE, "a", NULL },
		{ "/v2/a/blobs/uploads/1-2", ROUTE_UPLOAD, PART_SESSION, "a", "1-2" },
		{ "/v2/a/blobs/uploads/a=b=", ROUTE_UPLOAD, PART_SESSION, "a", "a=b=" },
		{ "/v2/a/b/c/tags/list", ROUTE_TAGS, PART_NONE, "a/b/c", NULL },
		/* From the right: a name may have anything that an endpoint has. */
		{ "/v2/tags/list/tags/list", ROUTE_TAGS, PART_NONE, "tags/list", NULL },
		{ "/v2/a/manifests/tags/list", ROUTE_TAGS, PART_NONE, "a/manifests", NULL },
		{ "/v2/a/tags/list/manifests/v1", ROUTE_MANIFEST, PART_REFERENCE, "a/tags/list",
		  "v1" },
		{ "/v2/manifests/manifests/manifests", ROUTE_MANIFEST, PART_REFERENCE, "manifests",
		  "manifests" },
		{ "/v2/a/manifests/blobs/b", ROUTE_BLOB, PART_BLOB, "a/manifests", "b" },
		{ "/v2/a/blobs/manifests/b", ROUTE_MANIFEST, PART_REFERENCE, "a/blobs", "b" },
		{ "/v2/blobs/uploads/blobs/uploads/", ROUTE_UPLOADS, PART_NONE, "blobs/uploads",
		  NULL },
		{ "/v2/blobs/uploads/blobs/uploads/uploads", ROUTE_UPLOAD, PART_SESSION,
		  "blobs/uploads", "uploads" },
		{ "/v2/a/blobs/uploads/blobs/b", ROUTE_BLOB, PART_BLOB, "a/blobs/uploads", "b" },
		{ "/v2/uploads/blobs/b", ROUTE_BLOB, PART_BLOB, "uploads", "b" },
		{ "/v2/_catalog/tags/list", ROUTE_TAGS, PART_NONE, "_catalog", NULL },
		{ "/v2/_oci/ext/discover/_oci/ext/discover", ROUTE_REPOSITORY_EXTENSIONS,
		  PART_NONE, "_oci/ext/discover", NULL },
		{ "/v2/v2/v2/tags/list", ROUTE_TAGS, PART_NONE, "v2/v2", NULL },
		/* What is no valid name or part is still the same way back. */
		{ "/v2/A%20b/tags/list", ROUTE_TAGS, PART_NONE, "A b", NULL },
		{ "/v2/%252e%252e/tags/list", ROUTE_TAGS, PART_NONE, "%2e%2e", NULL },
		{ "/v2/a/manifests/%252f", ROUTE_MANIFEST, PART_REFERENCE, "a", "%2f" },
		{ "/v2/.../manifests/...", ROUTE_MANIFEST, PART_REFERENCE, "...", "..." },
		{ "/v2/a/manifests/%C3%A9%3F", ROUTE_MANIFEST, PART_REFERENCE, "a", "\xc3\xa9?" },
		{ "/v2/a/manifests/a%2Bb", ROUTE_MANIFEST, PART_REFERENCE, "a", "a+b" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct route route;

		if (!ok(route_parse(&arena, cases[i].path, &route), "%s", cases[i].path))
			continue;
		is_number(route.kind, cases[i].kind, "its kind");
		is_number(route.part, cases[i].part, "what its last part is");
		is_text(route.name, cases[i].name, "its name");
		is_text(route.last, cases[i].last, "its last part");
		is_text(route_build(&arena, route.kind, route.name, route.last), cases[i].path,
			"and back");
	}
}

/* Other ways to write a path. */
static void test_other(void)
{
	static const struct {
		const char *path, *canonical;
	} cases[] = {
		{ "/v2", "/v2/" },
		{ "/%76%32/", "/v2/" },
		{ "/v2/%5Fcatalog", "/v2/_catalog" },
		{ "/v2/a/blobs/uploads", "/v2/a/blobs/uploads/" },
		{ "/v2/blobs/uploads/blobs/uploads", "/v2/blobs/uploads/blobs/uploads/" },
		{ "/v2/a/manifests/blobs/uploads", "/v2/a/manifests/blobs/uploads/" },
		{ "/v2/%61/tags/list", "/v2/a/tags/list" },
		{ "/v2/a/manifests/sha256%3a0", "/v2/a/manifests/sha256:0" },
		{ "/v2/a/manifests/sha256%3A0", "/v2/a/manifests/sha256:0" },
		{ "/v2/a/%6danifests/b", "/v2/a/manifests/b" },
		{ "/v2/a/blobs/tarsum+sha256:0", "/v2/a/blobs/tarsum%2Bsha256:0" },
		{ "/v2/a/blobs/tarsum%2bsha256%3A0", "/v2/a/blobs/tarsum%2Bsha256:0" },
		{ "/v2/a/blobs/uploads/a+b", "/v2/a/blobs/uploads/a%2Bb" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct route route;

		if (ok(route_parse(&arena, cases[i].path, &route), "%s", cases[i].path))
			is_text(route_build(&arena, route.kind, route.name, route.last),
				cases[i].canonical, "is canonically");
	}
}

static void test_refused(void)
{
	static const char *const cases[] = {
		"", "/", "v2", "v2/", "/v", "/v1/", "/v2x", "/v22/", "/V2/", "//v2/", "/x/v2/",
		"/v2?n=1", "/v2/?n=1", "/v2//", "/v2/a", "/v2/a/", "/v2/a/b",
		"/v2/_catalog/", "/v2//_catalog", "/v2/_catalogx", "/v2/x_catalog",
		"/v2/a/_catalog", "/v2/_oci", "/v2/_oci/ext", "/v2/_oci/ext/discover/",
		"/v2/_hythe", "/v2/_hythe/token/", "/v2/a/_hythe/token", "/v2/_hythe/token/x",
		"/v2/a_oci/ext/discover", "/v2/tags/list", "/v2//tags/list", "/v2/a/tags",
		"/v2/a/tags/", "/v2/a/tags/list/", "/v2/a/tags/listx", "/v2/atags/list",
		"/v2/a//tags/list", "/v2/a/tags//list", "/v2/a/manifests", "/v2/a/manifests/",
		"/v2/manifests/b", "/v2//manifests/b", "/v2/a/manifests//b", "/v2/a/manifests/b/",
		"/v2/a/manifests/b/c", "/v2/a/manifest/b", "/v2/amanifests/b", "/v2/blobs/b",
		"/v2/a/blobs/", "/v2/a/blobs", "/v2/a/blobs/b/", "/v2/a/blobs/b/c",
		"/v2/blobs/uploads", "/v2/blobs/uploads/", "/v2/blobs/uploads/x",
		"/v2/a/blobs/uploads//", "/v2/a/blobs//uploads/", "/v2/a/blobs/uploads/x/",
		"/v2/a/blobs/uploads/x/y", "/v2/a/referrers/", "/v2/referrers/sha256:0",
		/* Segments that somebody would resolve. */
		"/v2/.", "/v2/..", "/v2/./", "/v2/../", "/v2/../v2/", "/./v2/", "/../v2/",
		"/v2/./_catalog", "/v2/../tags/list", "/v2/./tags/list", "/v2/a/../tags/list",
		"/v2/a/./tags/list", "/v2/a/manifests/.", "/v2/a/manifests/..",
		"/v2/a/blobs/..", "/v2/a/blobs/uploads/.", "/v2/a/blobs/uploads/..",
		"/v2/a/x/../manifests/b", "/v2/%2e", "/v2/%2e%2e/tags/list", "/v2/%2E/tags/list",
		"/v2/.%2e/tags/list", "/v2/%2e./tags/list", "/v2/a/%2e%2E/tags/list",
		"/v2/a/manifests/%2e%2e", "/v2/a/manifests/%2e", "/v2/a/blobs/uploads/%2e%2e",
		/* Slashes that are none, or are too many. */
		"/v2%2f", "%2fv2/", "/v2/a%2fb/tags/list", "/v2/a%2Fb/tags/list",
		"/v2/a%2ftags/list", "/v2/a/tags%2flist", "/v2/a/manifests%2fb",
		"/v2/a/manifests/b%2fc", "/v2/a/manifests/%2f", "/v2/a/blobs/uploads%2f",
		"/v2/a/blobs/uploads/%2e%2e%2fx",
		/* Control bytes, plain and encoded. */
		"/v2/a\x01/tags/list", "/v2/a\n/tags/list", "/v2/a/manifests/b\r",
		"/v2/a/manifests/\x7f", "/v2/%00/tags/list", "/v2/a%00/tags/list",
		"/v2/a/tags/list%00", "/v2/%00", "/v2/%0a", "/v2/a/manifests/%0d%0a",
		"/v2/a/manifests/%1f", "/v2/a/manifests/%7f", "/v2/a/manifests/%7F",
		"/v2/a/manifests/b%00c", "/v2/\t",
		/* Broken escapes. */
		"/v2/%", "/v2/%2", "/v2/a/manifests/%", "/v2/a/manifests/%4",
		"/v2/a/manifests/%g0", "/v2/a/manifests/%0g", "/v2/a/manifests/%%41",
		"/v2/a/manifests/%u0041", "/v2/%/tags/list", "/v2/%4/tags/list",
		"/v2/a/manifests/% 41", "/v2/a/manifests/%+1", "/v2/a/manifests/%0x",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct route route;

		ok(!route_parse(&arena, cases[i], &route), "refused, case %zu", i);
	}
}

static uint32_t seed = 6021023;

static uint32_t any(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

static const char *any_component(void)
{
	static const char *const components[] = {
		"blobs", "manifests", "uploads", "tags", "list", "referrers", "_oci", "ext",
		"discover", "_catalog", "v2", "a", "0",
	};

	return components[any(sizeof(components) / sizeof(*components))];
}

static const char *any_components(uint32_t count)
{
	struct text text;

	text_init(&text, &arena);
	for (uint32_t i = 0; i < count; i++) {
		text_add(&text, i ? "/" : "");
		text_add(&text, any_component());
	}
	return text.bytes;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* Any path at all: what is read rebuilds, but for the slash one may leave out. */
static bool path_is_good(unsigned *read)
{
	const char *path = arena_printf(&arena, "/v2/%s%s", any_components(1 + any(7)),
					any(5) ? "" : "/");
	struct route route;
	const char *built;

	if (!route_parse(&arena, path, &route))
		return true;
	++*read;
	if (route.kind == ROUTE_UPLOADS && !ends_with(path, "/"))
		path = arena_printf(&arena, "%s/", path);
	built = route_build(&arena, route.kind, route.name, route.last);
	if (strcmp(built, path) != 0)
		printf("# %s became %s\n", path, built);
	return strcmp(built, path) == 0;
}

/* Any endpoint at all: what is built reads as what it was.  Only a blob that is
 * called `uploads` is none. */
static bool endpoint_is_good(void)
{
	enum route_kind kind = (enum route_kind)any(ROUTE_COUNT);
	const char *name = any_components(1 + any(5)), *last = any_component();
	const char *path = route_build(&arena, kind, name, last);
	struct route route;
	bool good;

	if (kind == ROUTE_BLOB && strcmp(last, "uploads") == 0)
		kind = ROUTE_UPLOADS;
	good = route_parse(&arena, path, &route) && route.kind == kind &&
	       (!route.name || same(route.name, name)) && (!route.last || same(route.last, last));
	if (!good)
		printf("# %s is not what it was built as\n", path);
	return good;
}

static void test_random(void)
{
	unsigned read = 0;
	int bad_paths = 0, bad_endpoints = 0;

	for (int i = 0; i < 20000; i++) {
		bad_paths += !path_is_good(&read);
		bad_endpoints += !endpoint_is_good();
		arena_reset(&arena);
	}
	is_number(bad_paths, 0, "20,000 paths, and back");
	ok(read > 1000, "%u of them were endpoints", read);
	is_number(bad_endpoints, 0, "20,000 endpoints, there and back");
}

int main(void)
{
	arena_init(&arena);
	test_canonical();
	test_other();
	test_refused();
	arena_reset(&arena);
	test_random();
	return done_testing();
}
