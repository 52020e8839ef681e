/* page.c - fuzz target: lists in pages
 * SPDX-License-Identifier: ISC */
#include "page.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "fuzz.h"

enum { NAMES_MAX = 64 };

struct names {
	char *list[NAMES_MAX];
	size_t count;
};

static bool has(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->list[i], name) == 0)
			return true;
	return false;
}

/* As a directory has them: each once. */
static void read_names(struct fuzz_input *input, struct names *names)
{
	for (names->count = 0; names->count < NAMES_MAX && input->left;) {
		char *name = fuzz_take(input);

		if (*name && !has(names, name))
			names->list[names->count++] = name;
	}
}

/* Offer all names but those that are excluded, and which then must not be missed. */
static void fill(struct page *page, const struct names *names)
{
	bool excluded[NAMES_MAX] = { false };

	for (size_t i = 0; i < names->count; i++) {
		excluded[i] = page_excludes(page, names->list[i]);
		if (!excluded[i])
			page_add(page, names->list[i]);
	}
	page_sort(page);
	for (size_t i = 0; i < names->count; i++)
		for (size_t j = 0; excluded[i] && j < page->count; j++)
			must(strcmp(page->list[j], names->list[i]) != 0);
}

int fuzz_page(const uint8_t *bytes, size_t length)
{
	struct fuzz_input input;
	struct arena arena;
	struct page whole, page;
	struct names names;
	const char *last = NULL;
	size_t most, done = 0;

	arena_init(&arena);
	fuzz_begin(&input, bytes, length);
	most = 1 + fuzz_byte(&input) % 8;
	read_names(&input, &names);
	page_init(&whole, &arena, NULL, SIZE_MAX);
	for (size_t i = 0; i < names.count; i++)
		page_add(&whole, names.list[i]);
	page_sort(&whole);
	must(!whole.more);
	for (size_t i = 1; i < whole.count; i++)
		must(strcmp(whole.list[i - 1], whole.list[i]) < 0);
	do {
		page_init(&page, &arena, last, most);
		fill(&page, &names);
		must(page.count <= most && done + page.count <= whole.count);
		for (size_t i = 0; i < page.count; i++)
			must(strcmp(page.list[i], whole.list[done + i]) == 0);
		done += page.count;
		must(page.count == most || done == whole.count);
		last = page.count ? page.list[page.count - 1] : NULL;
	} while (page.count == most);
	must(done == whole.count);
	arena_reset(&arena);
	fuzz_end(&input);
	return 0;
}
