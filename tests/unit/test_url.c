/* test_url.c - url.h
 * SPDX-License-Identifier: ISC */
#include "url.h"

#include <stdint.h>

#include "arena.h"
#include "tap.h"

#define HEX64 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

enum { PARAMETERS_MAX = 4 };

static struct arena arena;

static void test_kinds(void)
{
	for (enum route_kind kind = 0; kind < ROUTE_COUNT; kind++) {
		enum route_kind found;

		if (ok(url_kind_find(url_kind_word(kind), &found), "%s", url_kind_word(kind)))
			is_number(found, kind, "is its kind");
	}
	for (enum url_fault fault = URL_GOOD + 1; fault < URL_FAULT_COUNT; fault++)
		ok(url_fault_text(fault) != NULL, "fault %d has a text", (int)fault);
	ok(!url_kind_find("upload", &(enum route_kind){ 0 }), "a word that is no kind");
	ok(!url_kind_find("", &(enum route_kind){ 0 }), "no word");
}

static void test_check(void)
{
	static const struct {
		enum route_kind kind;
		const char *name, *last;
		enum url_fault fault;
	} cases[] = {
		{ ROUTE_BASE, NULL, NULL, URL_GOOD },
		{ ROUTE_CATALOG, NULL, NULL, URL_GOOD },
		{ ROUTE_EXTENSIONS, NULL, NULL, URL_GOOD },
		{ ROUTE_REPOSITORY_EXTENSIONS, "a/b", NULL, URL_GOOD },
		{ ROUTE_TAGS, "a", NULL, URL_GOOD },
		{ ROUTE_TAGS, "", NULL, URL_BAD_NAME },
		{ ROUTE_TAGS, "A", NULL, URL_BAD_NAME },
		{ ROUTE_TAGS, "a/", NULL, URL_BAD_NAME },
		{ ROUTE_UPLOADS, "a/../b", NULL, URL_BAD_NAME },
		{ ROUTE_MANIFEST, "a", "latest", URL_GOOD },
		{ ROUTE_MANIFEST, "a", "sha256:" HEX64, URL_GOOD },
		{ ROUTE_MANIFEST, "a", "sha512:" HEX64 HEX64, URL_GOOD },
		{ ROUTE_MANIFEST, "a", "", URL_BAD_TAG },
		{ ROUTE_MANIFEST, "a", ".tag", URL_BAD_TAG },
		{ ROUTE_MANIFEST, "a", "sha256:0", URL_BAD_DIGEST },
		{ ROUTE_MANIFEST, "A", "sha256:0", URL_BAD_NAME },
		{ ROUTE_BLOB, "a", "sha256:" HEX64, URL_GOOD },
		{ ROUTE_BLOB, "a", "tarsum.v1+sha256:" HEX64, URL_GOOD },
		{ ROUTE_BLOB, "a", "tarsum.v1 sha256:" HEX64, URL_BAD_DIGEST },
		{ ROUTE_BLOB, "a", "latest", URL_BAD_DIGEST },
		{ ROUTE_BLOB, "a", "sha512:" HEX64, URL_BAD_DIGEST },
		{ ROUTE_BLOB, "a", "md5:d41d8cd98f00b204e9800998ecf8427e", URL_BAD_DIGEST },
		{ ROUTE_REFERRERS, "a", "sha256:" HEX64, URL_GOOD },
		{ ROUTE_REFERRERS, "a", "v1", URL_BAD_DIGEST },
		{ ROUTE_REFERRERS, "a", "tarsum+sha256:" HEX64, URL_BAD_DIGEST },
		{ ROUTE_MANIFEST, "a", "tarsum+sha256:" HEX64, URL_BAD_DIGEST },
		{ ROUTE_UPLOAD, "a", "1-2", URL_GOOD },
		{ ROUTE_UPLOAD, "a", "x y+z==~%", URL_GOOD },
		{ ROUTE_UPLOAD, "a", "", URL_BAD_SESSION },
		{ ROUTE_UPLOAD, "a", ".", URL_BAD_SESSION },
		{ ROUTE_UPLOAD, "a", "..", URL_BAD_SESSION },
		{ ROUTE_UPLOAD, "a", "1/2", URL_BAD_SESSION },
		{ ROUTE_UPLOAD, "a", "/manifests/b", URL_BAD_SESSION },
		{ ROUTE_UPLOAD, "a", "1\n", URL_BAD_SESSION },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_number(url_check(&arena, cases[i].kind, cases[i].name, cases[i].last),
			  cases[i].fault,
			  arena_printf(&arena, "%s of '%s' and '%s'", url_kind_word(cases[i].kind),
				       cases[i].name ? cases[i].name : "",
				       cases[i].last ? cases[i].last : ""));
}

static void test_root(void)
{
	static const char *const good[] = {
		"http://a", "https://a.example:5000", "http://[::1]:5000", "http://u:p@a/", "HTTP://a",
	};
	static const char *const bad[] = {
		"", "a", "a.example:5000", "//a", "http:/a", "http://", "http:///", "http://a/v2",
		"http://a//", "http://a?", "http://a/?x", "http://a#", "http://a b", "http://a\n",
		"://a", "ht_tp://a", "http://a\x7f",
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ok(url_root_valid(good[i]), "root %s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!url_root_valid(bad[i]), "no root, case %zu", i);
}

static void test_resolve(void)
{
	static const struct {
		const char *root, *location, *url;
	} cases[] = {
		{ NULL, "/v2/", "/v2/" },
		{ "http://r:5000", "/v2/", "http://r:5000/v2/" },
		{ "http://r:5000/", "/v2/?a=b", "http://r:5000/v2/?a=b" },
		{ "http://r", "/v2/a#b", "http://r/v2/a" },
		{ "http://r", "/v2/a?b#c?d", "http://r/v2/a?b" },
		{ "http://r", "https://other/x?y", "https://other/x?y" },
		{ NULL, "https://other#z", "https://other" },
		{ "https://r", "//other/x", "https://other/x" },
		{ NULL, "//other/x", "//other/x" },
		{ NULL, "/", "/" },
		{ NULL, "", NULL },
		{ "http://r", "", NULL },
		{ "http://r", "v2/", NULL },
		{ "http://r", "?x", NULL },
		{ "http://r", "../x", NULL },
		{ "http://r", "#x", NULL },
		{ "http://r", "/a b", NULL },
		{ "http://r", "/a\r\nX: y", NULL },
		{ "http://r", "http:///x", NULL },
		{ "http://r", "///other/x", NULL },
		{ "http://r", "//?x", NULL },
		{ NULL, "//", NULL },
		{ "http://r", "mailto:x", NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_text(url_resolve(&arena, cases[i].root, cases[i].location), cases[i].url,
			arena_printf(&arena, "resolved, case %zu", i));
}

static void test_merge(void)
{
	static const struct {
		const char *url;
		struct url_parameter parameters[PARAMETERS_MAX];
		const char *merged;
	} cases[] = {
		{ "/x", { { 0 } }, "/x" },
		{ "/x?", { { 0 } }, "/x?" },
		{ "/x?a=%zz&&b", { { 0 } }, "/x?a=%zz&&b" },
		{ "/x", { { "a", "1" } }, "/x?a=1" },
		{ "/x?", { { "a", "1" } }, "/x?a=1" },
		{ "/x", { { "a", "" } }, "/x?a=" },
		{ "/x", { { "tag", "1" }, { "tag", "2" } }, "/x?tag=1&tag=2" },
		{ "/x", { { "a&b=", "1 2+3&4=5/6:7?#%" } },
		  "/x?a%26b%3D=1%202%2B3%264%3D5%2F6%3A7%3F%23%25" },
		{ "/x", { { "a", "\xc3\xa9~-._" } }, "/x?a=%C3%A9~-._" },
		{ "http://r/x?s=1", { { "a", "1" } }, "http://r/x?s=1&a=1" },
		/* Others stay byte for byte, and in front. */
		{ "/x?_state=a%2Bb=+%zz==&B", { { "a", "1" }, { "b", "2" } },
		  "/x?_state=a%2Bb=+%zz==&B&a=1&b=2" },
		{ "/x?s=1?2", { { "a", "1" } }, "/x?s=1?2&a=1" },
		{ "/x?s&&t", { { "a", "1" } }, "/x?s&&t&a=1" },
		/* The same key is replaced, all of it, however it is written. */
		{ "/x?a=0&s=1", { { "a", "1" } }, "/x?s=1&a=1" },
		{ "/x?s=1&a=0", { { "a", "1" } }, "/x?s=1&a=1" },
		{ "/x?a=0", { { "a", "1" } }, "/x?a=1" },
		{ "/x?a&a=0&%61=3&aa=4&b", { { "b", "1" }, { "a", "1" } }, "/x?aa=4&b=1&a=1" },
		{ "/x?a%2=0", { { "a%2", "1" } }, "/x?a%252=1" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t count = 0;

		while (count < PARAMETERS_MAX && cases[i].parameters[count].key)
			count++;
		is_text(url_merge(&arena, cases[i].url, cases[i].parameters, count),
			cases[i].merged, arena_printf(&arena, "merged, case %zu", i));
	}
}

static void test_parse(void)
{
	static const struct {
		const char *url, *parameters;
		enum route_kind kind;
	} cases[] = {
		{ "/v2/", "", ROUTE_BASE },
		{ "/v2/?", "", ROUTE_BASE },
		{ "/v2/#?a", "", ROUTE_BASE },
		{ "http://r/v2/_catalog", "", ROUTE_CATALOG },
		{ "http://r:5000/v2/_catalog?n=1&last=a%20b#c", "n=1,last=a b,", ROUTE_CATALOG },
		{ "/v2/_catalog?a&b=&=c&&d=e=f&", "a=,b=,=c,d=e=f,", ROUTE_CATALOG },
		{ "/v2/_catalog?a=%zz&%0a=1+2", "a=%zz,%0a=1+2,", ROUTE_CATALOG },
		{ "/v2/?x=http://r/v2/a/tags/list", "x=http://r/v2/a/tags/list,", ROUTE_BASE },
	};
	static const char *const refused[] = {
		"", "?", "http://r", "http://r/", "r/v2/", "http:///v2/", "http://r/x/v2/",
		"http://r?/v2/", "v2/", "x",
	};
	struct route route;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct url_parameter *parameters;
		const char *text = "";
		size_t count;

		if (ok(url_parse(&arena, cases[i].url, &route), "%s", cases[i].url))
			is_number(route.kind, cases[i].kind, "its kind");
		parameters = url_parameters(&arena, cases[i].url, &count);
		for (size_t j = 0; j < count; j++)
			text = arena_printf(&arena, "%s%s=%s,", text, parameters[j].key,
					    parameters[j].value);
		is_text(text, cases[i].parameters, "its parameters");
	}
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		ok(!url_parse(&arena, refused[i], &route), "refused: '%s'", refused[i]);
}

static uint32_t seed = 8080;

static uint32_t any(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

/* Any string of few and many bytes, none of which is a control byte. */
static const char *any_text(bool empty)
{
	static const char likely[] = "&=?#%+/ ab";
	uint32_t length = any(6) + !empty;
	char text[8] = "";

	for (uint32_t i = 0; i < length; i++)
		text[i] = any(3) ? likely[any(sizeof(likely) - 1)] : (char)(128 + any(128));
	return arena_copy(&arena, text, length);
}

/* What is merged is read again, and merging it once more changes nothing. */
static bool merge_is_good(void)
{
	struct url_parameter given[PARAMETERS_MAX];
	const struct url_parameter *got;
	size_t count = any(PARAMETERS_MAX + 1), found;
	const char *url, *again;
	bool good;

	for (size_t i = 0; i < count; i++)
		given[i] = (struct url_parameter){ any_text(false), any_text(true) };
	url = url_merge(&arena, "http://r/v2/", given, count);
	got = url_parameters(&arena, url, &found);
	good = found == count;
	for (size_t i = 0; good && i < count; i++)
		good = strcmp(got[i].key, given[i].key) == 0 &&
		       strcmp(got[i].value, given[i].value) == 0;
	again = url_merge(&arena, url, got, found);
	if (!good || strcmp(again, url) != 0)
		printf("# %s became %s\n", url, again);
	return good && strcmp(again, url) == 0;
}

static void test_random(void)
{
	int bad = 0;

	for (int i = 0; i < 10000; i++) {
		bad += !merge_is_good();
		arena_reset(&arena);
	}
	is_number(bad, 0, "10,000 queries, there and back");
}

int main(void)
{
	arena_init(&arena);
	test_kinds();
	test_check();
	test_root();
	test_resolve();
	test_merge();
	test_parse();
	arena_reset(&arena);
	test_random();
	return done_testing();
}
