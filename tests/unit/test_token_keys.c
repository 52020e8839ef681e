/* test_token_keys.c - token_keys.h and whole_file.h
 * SPDX-License-Identifier: ISC */
#include "token_keys.h"

#include <pthread.h>
#include <stdlib.h>

#include "arena.h"
#include "file.h"
#include "scratch.h"
#include "tap.h"
#include "whole_file.h"

#define SECRET "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define OTHER "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static struct arena arena;
static const char *path;

static const struct {
	const char *text, *last; /* NULL: wrong */
} cases[] = {
	{ "a " SECRET "\n", "a" },
	{ "# keys\n\na " SECRET "\nb " OTHER, "b" },
	{ "a\t" SECRET " \r\n", "a" },
	{ "", NULL },
	{ "# a " SECRET "\n", NULL },
	{ SECRET "\n", NULL },
	{ "a\n", NULL },
	{ "a " SECRET "0\n", NULL },
	{ "a 0\n", NULL },
	{ "a " SECRET " x\n", NULL },
	{ "a X" SECRET "\n", NULL },
	{ "a " SECRET "\na " OTHER "\n", NULL },
	{ "a " SECRET "\nb\n", NULL },
	{ "a FF112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n", NULL },
};

static void test_parse(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct token_key *last;
		const char *said;

		scratch_listen();
		last = token_keys_parse(&arena, "/keys", arena_copy(&arena, cases[i].text,
								    strlen(cases[i].text)));
		said = scratch_said();
		is_text(last ? last->name : NULL, cases[i].last, "the last key");
		ok((strstr(said, "/keys:") != NULL) == !cases[i].last, "a fault is said");
		ok(!strstr(said, "112233"), "but no secret");
	}
}

static const struct token_key *read_keys(void)
{
	return watched_get(watched_open(&arena, path, &token_keys_kind), &arena);
}

static void test_file(void)
{
	const struct token_key *first, *second, *third;
	char text[400];

	ok(token_keys_create(&arena, path), "the first key is made");
	is_number(scratch_mode("keys"), 0600, "the mode of its file");
	first = read_keys();
	ok(first && strlen(first->secret) == 64 && !first->before, "there is one");
	snprintf(text, sizeof(text), "%s", scratch_get("keys"));
	ok(token_keys_create(&arena, path), "made again");
	is_text(scratch_get("keys"), text, "it stays");
	ok(token_keys_add(&arena, path), "a second one is added");
	second = read_keys();
	ok(second && strcmp(second->name, first->name) != 0 && second->before &&
	   strcmp(second->before->secret, first->secret) == 0 &&
	   strcmp(second->secret, first->secret) != 0, "and signs, while the first is kept");
	ok(token_keys_find(second, first->name) == second->before &&
	   token_keys_find(second, second->name) == second && !token_keys_find(second, "x"),
	   "both are found, by name");
	is_number(scratch_mode("keys"), 0600, "the mode stays");
	ok(token_keys_add(&arena, path), "a third one is added");
	third = read_keys();
	ok(third && third->before && !third->before->before &&
	   strcmp(third->before->name, second->name) == 0, "and the first is gone");
}

static void test_refused(void)
{
	scratch_must(fchmodat(scratch, "keys", 0640, 0) == 0, "chmod");
	scratch_listen();
	ok(!read_keys(), "keys that others may read are not used");
	ok(!token_keys_add(&arena, path), "nor added to");
	ok(!token_keys_create(&arena, arena_printf(&arena, "%s/none/keys", scratch_path)),
	   "no directory is made");
	scratch_said();
	scratch_must(unlinkat(scratch, "keys", 0) == 0, "unlink");
	ok(token_keys_add(&arena, path) && read_keys(), "the first may be an added one");
	scratch_must(unlinkat(scratch, "keys", 0) == 0, "unlink");
}

static void *create(void *nothing)
{
	struct arena own;

	(void)nothing;
	arena_init(&own);
	token_keys_create(&own, path);
	arena_reset(&own);
	return NULL;
}

/* Who comes second must not take the first's key away. */
static void test_race(void)
{
	pthread_t threads[8];

	for (size_t i = 0; i < 8; i++)
		scratch_must(pthread_create(&threads[i], NULL, create, NULL) == 0, "thread");
	for (size_t i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	ok(read_keys() && !read_keys()->before, "eight at once make one key");
}

static bool count_hidden(const char *name, void *count)
{
	*(unsigned *)count += strncmp(name, ".keys", 5) == 0 || strncmp(name, ".file", 5) == 0;
	return true;
}

static void test_whole_file(void)
{
	const char *file = arena_printf(&arena, "%s/file", scratch_path);
	struct stat status;
	unsigned hidden = 0;

	ok(whole_file_create(&arena, file, "one", 3, 0444) == 0, "created");
	is_number(scratch_mode("file"), 0444, "with its mode");
	ok(whole_file_create(&arena, file, "two", 3, 0600) < 0, "not twice");
	is_text(scratch_get("file"), "one", "what is there stays");
	scratch_must(fchmodat(scratch, "file", 0624, 0) == 0 && stat(file, &status) == 0, "stat");
	ok(whole_file_replace(&arena, file, "three", 5, &status) == 0, "replaced");
	is_text(scratch_get("file"), "three", "whole");
	is_number(scratch_mode("file"), 0624, "the mode stays");
	ok(file_each(scratch, ".", count_hidden, &hidden) == 0 && hidden == 0,
	   "and nothing is left under another name");
}

int main(void)
{
	scratch_make();
	arena_init(&arena);
	path = arena_printf(&arena, "%s/keys", scratch_path);
	test_parse();
	test_file();
	test_refused();
	test_race();
	test_whole_file();
	arena_reset(&arena);
	scratch_remove();
	return done_testing();
}
