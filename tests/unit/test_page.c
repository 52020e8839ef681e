/* test_page.c - page.h, against qsort
 * SPDX-License-Identifier: ISC */
#include "page.h"

#include <stdint.h>
#include <stdlib.h>

#include "arena.h"
#include "tap.h"

enum { NAMES_MAX = 200, NAME_ROOM = 16, ROUNDS = 5000 };

static uint32_t seed = 20240229;

static uint32_t any(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

/* Short names of few letters, so that many are prefixes of others. */
static void any_name(char *name)
{
	static const char letters[] = "ab0/-._z\xc3";
	size_t length = 1 + any(NAME_ROOM - 2);

	for (size_t i = 0; i < length; i++)
		name[i] = letters[any(sizeof(letters) - 1)];
	name[length] = '\0';
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(a, b);
}

static char names[NAMES_MAX][NAME_ROOM];

static size_t any_names(void)
{
	size_t count = any(NAMES_MAX), unique = 0;

	for (size_t i = 0; i < count; i++)
		any_name(names[i]);
	qsort(names, count, NAME_ROOM, by_bytes);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || strcmp(names[i], names[unique - 1]) != 0)
			memmove(names[unique++], names[i], NAME_ROOM);
	return unique;
}

static bool is_below(const char *name, const char *directory)
{
	size_t length = strlen(directory);

	return strncmp(name, directory, length) == 0 && (!name[length] || name[length] == '/');
}

/* `directory` is excluded: is that true of all `count` of the page? */
static bool excludes_rightly(const char (*member)[NAME_ROOM], size_t count, const char *directory)
{
	for (size_t i = 0; i < count; i++)
		if (is_below(member[i], directory))
			return false;
	return true;
}

static bool round_is_good(struct arena *arena, unsigned *excluded, unsigned *unwanted)
{
	size_t count = any_names(), first = 0, wanted;
	size_t most = any(4) ? any(20) : any(2) ? SIZE_MAX : NAMES_MAX;
	char last[NAME_ROOM] = "", asked[NAME_ROOM];
	static size_t places[NAMES_MAX];
	struct page page;
	bool good, choosy = any(2);

	if (any(3))
		any_name(last);
	if (count && any(3) == 0)
		strcpy(last, names[any((uint32_t)count)]);
	while (first < count && strcmp(names[first], last) <= 0)
		first++;
	wanted = count - first < most ? count - first : most;
	page_init(&page, arena, *last || any(2) ? last : NULL, most);

	for (size_t i = 0; i < count; i++)
		places[i] = i;
	for (size_t i = count; i > 1; i--) {
		size_t j = any((uint32_t)i), place = places[j];

		places[j] = places[i - 1];
		places[i - 1] = place;
	}
	good = true;
	for (size_t i = 0; i < count; i++) {
		any_name(asked);
		if (page_excludes(&page, asked)) {
			++*excluded;
			good &= excludes_rightly(&names[first], wanted, asked);
		}
		if (choosy && !page_wants(&page, names[places[i]]))
			++*unwanted;
		else
			page_add(&page, names[places[i]]);
	}
	page_sort(&page);
	good &= page.count == wanted && page.more == (count - first > wanted);
	for (size_t i = 0; good && i < wanted; i++)
		good = strcmp(page.list[i], names[first + i]) == 0;
	return good;
}

static void test_random(void)
{
	struct arena arena;
	unsigned excluded = 0, unwanted = 0;
	int bad = 0;

	arena_init(&arena);
	for (int round = 0; round < ROUNDS; round++) {
		uint32_t before = seed;

		if (!round_is_good(&arena, &excluded, &unwanted) && bad++ < 5)
			printf("# round %d, seed %u\n", round, before);
		arena_reset(&arena);
	}
	is_number(bad, 0, "pages are what qsort says, and exclude no member");
	ok(unwanted > ROUNDS, "%u times a name was not wanted, and not missed", unwanted);
	ok(excluded > ROUNDS, "%u times something was excluded", excluded);
}

static void test_excludes(void)
{
	static const struct {
		const char *last, *name;
		bool excluded;
	} cases[] = {
		{ "", "a", false },
		{ "a", "a", false },
		{ "a/b", "a", false },
		{ "a/b/c", "a/b", false },
		{ "a-b", "a", false },
		{ "a.b", "a", false },
		{ "a0", "a", true },
		{ "ab", "a", true },
		{ "a_b", "a", true },
		{ "b", "a", true },
		{ "b/a", "a", true },
		{ "b", "c", false },
	};
	struct arena arena;

	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct page page;

		page_init(&page, &arena, cases[i].last, 10);
		ok(page_excludes(&page, cases[i].name) == cases[i].excluded, "'%s' behind '%s': %d",
		   cases[i].name, cases[i].last, cases[i].excluded);
	}
	arena_reset(&arena);
}

static void test_bounds(void)
{
	char name[PAGE_NAME_MAX + 2];
	struct arena arena;
	struct page page;

	arena_init(&arena);
	memset(name, 'a', sizeof(name));
	name[PAGE_NAME_MAX + 1] = '\0';
	page_init(&page, &arena, NULL, 1);
	page_add(&page, name);
	ok(page.count == 0 && !page.more, "a name that is too long is none");
	page_add(&page, "b");
	page_add(&page, name + 1);
	ok(page.count == 1 && page.more && strcmp(page.list[0], name + 1) == 0,
	   "the longest takes the place of a short one");
	page_init(&page, &arena, NULL, 0);
	page_sort(&page);
	ok(page.count == 0 && !page.more, "nothing of nothing");
	page_add(&page, "a");
	page_sort(&page);
	ok(page.count == 0 && page.more, "nothing of something, and there is more");
	page_init(&page, &arena, "a", 0);
	page_add(&page, "a");
	ok(page.count == 0 && !page.more, "what is left out is no more");
	arena_reset(&arena);
}

int main(void)
{
	test_random();
	test_excludes();
	test_bounds();
	return done_testing();
}
