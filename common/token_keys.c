/* token_keys.c - the keys that this registry signs its tokens with
 * SPDX-License-Identifier: ISC */
#include "token_keys.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "arena.h"
#include "file.h"
#include "lines.h"
#include "log.h"
#include "whole_file.h"

enum { FILE_BYTES_MAX = 65536, SECRET_DIGITS = 64, NAME_DIGITS = 8, KEY_MODE = 0600 };

const struct token_key *token_keys_find(const struct token_key *last, const char *name)
{
	while (last && strcmp(last->name, name) != 0)
		last = last->before;
	return last;
}

const struct token_key *token_keys_parse(struct arena *arena, const char *path, char *text)
{
	const struct token_key *last = NULL;
	struct lines lines;
	char *rest;

	lines_init(&lines, text);
	while ((rest = lines_next(&lines))) {
		struct token_key *key = arena_alloc(arena, sizeof(*key));

		key->name = lines_word(&rest);
		key->secret = lines_word(&rest);
		key->before = last;
		if (!key->secret || lines_word(&rest) || strlen(key->secret) != SECRET_DIGITS ||
		    strspn(key->secret, "0123456789abcdef") != SECRET_DIGITS ||
		    token_keys_find(last, key->name)) {
			log_line("%s:%u: this is no key, or one of a name that is taken", path,
				 lines.number);
			return NULL;
		}
		last = key;
	}
	if (!last)
		log_line("%s: there is no key in it", path);
	return last;
}

static const void *parse(struct arena *arena, const char *path, char *text)
{
	return token_keys_parse(arena, path, text);
}

const struct watched_kind token_keys_kind = {
	.most = FILE_BYTES_MAX, .forbidden = 077, .parse = parse
};

static const char *new_line(struct arena *arena)
{
	return arena_printf(arena, "%.*s %s%s\n", NAME_DIGITS, file_unique(arena),
			    file_unique(arena), file_unique(arena));
}

static const char *usage =
	"# Keys of the registry's tokens: a name, a secret.  The last one signs.\n";

bool token_keys_create(struct arena *arena, const char *path)
{
	const char *text;
	struct stat status;

	if (stat(path, &status) == 0)
		return true;
	text = arena_printf(arena, "%s%s", usage, new_line(arena));
	if (whole_file_create(arena, path, text, strlen(text), KEY_MODE) == 0 || errno == EEXIST)
		return true;
	log_errno("cannot make '%s'", path);
	return false;
}

/* With the file locked. */
static bool add(struct arena *arena, const char *path)
{
	const struct token_key *last =
		watched_get(watched_open(arena, path, &token_keys_kind), arena);
	const char *text;
	struct stat status;

	if (!last)
		return false;
	text = arena_printf(arena, "%s%s %s\n%s", usage, last->name, last->secret, new_line(arena));
	if (stat(path, &status) == 0 &&
	    whole_file_replace(arena, path, text, strlen(text), &status) == 0)
		return true;
	log_errno("cannot replace '%s'", path);
	return false;
}

bool token_keys_add(struct arena *arena, const char *path)
{
	struct stat status;
	bool good;
	int lock;

	if (stat(path, &status) < 0 && errno == ENOENT)
		return token_keys_create(arena, path);
	lock = whole_file_lock(arena, path);
	if (lock < 0) {
		log_errno("cannot lock the directory of '%s'", path);
		return false;
	}
	good = add(arena, path);
	whole_file_unlock(arena, lock);
	return good;
}
