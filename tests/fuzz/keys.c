/* keys.c - fuzz target: the file of keys that tokens are signed with
 * SPDX-License-Identifier: ISC */
#include "token_keys.h"

#include <string.h>

#include "arena.h"
#include "fuzz.h"

static const struct token_key *read_keys(struct arena *arena, const char *text)
{
	return token_keys_parse(arena, "keys", arena_copy(arena, text, strlen(text)));
}

/* A line for each, the oldest first. */
static const char *print(struct arena *arena, const struct token_key *last)
{
	const char *text = "";

	for (; last; last = last->before)
		text = arena_printf(arena, "%s %s\n%s", last->name, last->secret, text);
	return text;
}

static void check_key(const struct token_key *last, const struct token_key *key)
{
	must(*key->name && !strpbrk(key->name, " \t\r\n") && *key->name != '#');
	must(strlen(key->secret) == 64 && strspn(key->secret, "0123456789abcdef") == 64);
	must(token_keys_find(last, key->name) == key);
}

static void check(struct arena *arena, const char *text, const struct token_key *last)
{
	const char *printed = print(arena, last);
	const struct token_key *again = read_keys(arena, printed);

	for (const struct token_key *key = last; key; key = key->before)
		check_key(last, key);
	must(again && strcmp(print(arena, again), printed) == 0);
	/* A second key of that name would make it nobody's. */
	must(!read_keys(arena, arena_printf(arena, "%s\n%s %s", text, last->name, last->secret)));
}

int fuzz_keys(const uint8_t *bytes, size_t length)
{
	struct fuzz_input input;
	struct arena arena;
	const struct token_key *last;
	const char *text;

	arena_init(&arena);
	fuzz_begin(&input, bytes, length);
	text = fuzz_take(&input);
	last = read_keys(&arena, text);
	if (last)
		check(&arena, text, last);
	arena_reset(&arena);
	fuzz_end(&input);
	return 0;
}
