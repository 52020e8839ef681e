/* client.c - a client's program: hythe/url.h as it is installed
 * SPDX-License-Identifier: ISC
 *
 * It has functions of its own that are called as some of hythe's are. */
#include <hythe/url.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEX "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static int count, failed;

void text_add(const char *text);
void log_line(int good);
void arena_reset(void);
int route_parse(const char *url, enum hythe_url_kind kind);

void text_add(const char *text)
{
	fputs(text, stdout);
}

void log_line(int good)
{
	failed += !good;
	printf("%sok %d - ", good ? "" : "not ", ++count);
}

void arena_reset(void)
{
	putchar('\n');
}

/* What `got` is, which goes. */
static void is(char *got, const char *wanted)
{
	log_line(got && strcmp(got, wanted) == 0);
	text_add(wanted);
	arena_reset();
	if (!got || strcmp(got, wanted) != 0)
		printf("# got: %s\n", got ? got : "NULL");
	free(got);
}

static void is_refused(const void *got, const char *what)
{
	log_line(!got && errno == EINVAL);
	text_add(what);
	arena_reset();
}

int route_parse(const char *url, enum hythe_url_kind kind)
{
	struct hythe_url *parsed = hythe_url_parse(url);
	int good = parsed && parsed->kind == kind;

	if (good)
		is(hythe_url_build("https://r.example", kind, parsed->name, parsed->part,
				   parsed->parameters, parsed->count),
		   url);
	hythe_url_free(parsed);
	return good;
}

int main(void)
{
	static const struct hythe_url_parameter digest = { "digest", "sha256:" HEX };
	static const struct hythe_url_parameter page[] = { { "n", "5" }, { "last", "a b" } };

	is(hythe_url_build(NULL, HYTHE_URL_MANIFEST, "library/alpine", "latest", NULL, 0),
	   "/v2/library/alpine/manifests/latest");
	is(hythe_url_build("http://127.0.0.1:5000/", HYTHE_URL_TAGS, "a/b", NULL, page, 2),
	   "http://127.0.0.1:5000/v2/a/b/tags/list?n=5&last=a%20b");
	is(hythe_url_at("https://r.example", "/v2/a/blobs/uploads/1?_state=x%2By&digest=old",
			&digest, 1),
	   "https://r.example/v2/a/blobs/uploads/1?_state=x%2By&digest=sha256%3A" HEX);
	is_refused(hythe_url_build(NULL, HYTHE_URL_BLOB, "a", "sha256:0", NULL, 0), "a digest");
	is_refused(hythe_url_build(NULL, HYTHE_URL_BLOB, "a", NULL, NULL, 0), "a missing part");
	is_refused(hythe_url_at(NULL, "uploads/1", NULL, 0), "a relative location");
	is_refused(hythe_url_parse("https://r.example/v1/"), "what is no endpoint");
	log_line(route_parse("https://r.example/v2/a/blobs/uploads/1?digest=sha512%3A0&x=%26",
			     HYTHE_URL_SESSION));
	text_add("and back");
	arena_reset();
	printf("1..%d\n", count);
	return failed != 0;
}
