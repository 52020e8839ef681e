/* token_keys.h - the keys that this registry signs its tokens with
 * SPDX-License-Identifier: ISC
 *
 * A file of mode 0600, a line for each key: a name, and 64 hexadecimal digits.
 * The last one signs, all of them verify: so a key is changed by adding another,
 * and no token that is on its way becomes invalid. */
#ifndef HYTHE_TOKEN_KEYS_H
#define HYTHE_TOKEN_KEYS_H

#include <stdbool.h>
#include "watched.h"

struct arena;

struct token_key {
	const char *name;
	const char *secret; /* 64 digits, used as they are */
	const struct token_key *before;
};

/* The keys as a watched file: its value is the last struct token_key. */
extern const struct watched_kind token_keys_kind;

/* Read the text of a key file, which is cut up: the last key.  NULL, logged with
 * `path` and line, if a line is no key, a name is there twice, or none is there. */
const struct token_key *token_keys_parse(struct arena *arena, const char *path, char *text);

/* The key of this name among those up to `last`, or NULL. */
const struct token_key *token_keys_find(const struct token_key *last, const char *name);

/* Make the file `path` with a first key, unless there is one.  False, logged. */
bool token_keys_create(struct arena *arena, const char *path);

/* Add a key to the file `path`, made if absent; of those there the last one is
 * kept.  False, logged. */
bool token_keys_add(struct arena *arena, const char *path);

#endif
