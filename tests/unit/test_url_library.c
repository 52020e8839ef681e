/* test_url_library.c - hythe/url.h, where memory runs out
 * SPDX-License-Identifier: ISC
 *
 * The linker sends the library's calls of calloc() and malloc() here. */
#include <hythe/url.h>

#include <errno.h>
#include <stdlib.h>

#include "tap.h"

#define HEX64 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/* How many allocations succeed from now on. */
static int left = -1;

void *__real_calloc(size_t count, size_t size);
void *__real_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size);

static bool fails(void)
{
	if (left == 0) {
		errno = ENOMEM;
		return true;
	}
	left -= left > 0;
	return false;
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

static const struct hythe_url_parameter parameters[] = {
	{ "digest", "sha256:" HEX64 },
	{ "key", "value" },
};

static char *build(void)
{
	return hythe_url_build("http://r", HYTHE_URL_MANIFEST, "a/b", "sha256:" HEX64, parameters,
			       2);
}

static char *at(void)
{
	return hythe_url_at("http://r", "/v2/a/blobs/uploads/1?key=a&x=y", parameters, 2);
}

/* What was parsed, built again. */
static char *parse(void)
{
	struct hythe_url *url = hythe_url_parse("http://r/v2/a/blobs/uploads/1?key=a%20b&x=y");
	char *text = NULL;

	if (url)
		text = hythe_url_build(NULL, url->kind, url->name, url->part, url->parameters,
				       url->count);
	hythe_url_free(url);
	return text;
}

/* Whichever allocation fails, it is NULL and ENOMEM, and nothing is left over,
 * as the sanitizer of leaks sees. */
static void test_exhausted(char *(*call)(void), const char *wanted, const char *name)
{
	int failed = 0, bad = 0;
	char *got;

	for (;; failed++) {
		left = failed;
		errno = 0;
		got = call();
		left = -1;
		if (got)
			break;
		bad += errno != ENOMEM;
	}
	is_text(got, wanted, name);
	is_number(bad, 0, "no memory is ENOMEM");
	ok(failed >= 2, "%d allocations failed", failed);
	free(got);
}

static void test_refused(void)
{
	static const struct {
		const char *root;
		int kind;
		const char *name, *part;
	} cases[] = {
		{ "r", HYTHE_URL_BASE, NULL, NULL },
		{ NULL, -1, "a", "b" },
		{ NULL, HYTHE_URL_TOKEN + 1, "a", "b" },
		{ NULL, HYTHE_URL_TAGS, NULL, NULL },
		{ NULL, HYTHE_URL_TAGS, "A", NULL },
		{ NULL, HYTHE_URL_MANIFEST, "a", NULL },
		{ NULL, HYTHE_URL_MANIFEST, NULL, "b" },
		{ NULL, HYTHE_URL_SESSION, "a", ".." },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		errno = 0;
		is_text(hythe_url_build(cases[i].root, (enum hythe_url_kind)cases[i].kind,
					cases[i].name, cases[i].part, NULL, 0),
			NULL, "not built");
		is_number(errno, EINVAL, "which is EINVAL");
	}
	errno = 0;
	is_text(hythe_url_at("r", "/v2/", NULL, 0), NULL, "no root");
	is_number(errno, EINVAL, "which is EINVAL");
	errno = 0;
	is_text(hythe_url_at(NULL, "r", NULL, 0), NULL, "no location");
	is_number(errno, EINVAL, "which is EINVAL");
	errno = 0;
	ok(!hythe_url_parse("/v1/"), "no endpoint");
	is_number(errno, EINVAL, "which is EINVAL");
	is_text(hythe_url_word((enum hythe_url_kind)99), NULL, "no kind");
	is_text(hythe_url_word(HYTHE_URL_SESSION), "session", "the word for a kind");
	errno = 0;
	is_text(hythe_url_at(NULL, "/v2/", parameters, (size_t)-1), NULL, "too much to have");
	is_number(errno, ENOMEM, "which is ENOMEM");
	hythe_url_free(NULL);
}

int main(void)
{
	test_exhausted(build,
		       "http://r/v2/a/b/manifests/sha256:" HEX64 "?digest=sha256%3A" HEX64
		       "&key=value",
		       "built");
	test_exhausted(at,
		       "http://r/v2/a/blobs/uploads/1?x=y&digest=sha256%3A" HEX64 "&key=value",
		       "completed");
	test_exhausted(parse, "/v2/a/blobs/uploads/1?key=a%20b&x=y", "parsed");
	test_refused();
	return done_testing();
}
