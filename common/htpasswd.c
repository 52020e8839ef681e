/* htpasswd.c - the file of users and password hashes
 * SPDX-License-Identifier: ISC */
#include "htpasswd.h"

#include <crypt.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "apr1.h"
#include "arena.h"
#include "hash.h"
#include "lines.h"
#include "log.h"
#include "user.h"

enum { FILE_BYTES_MAX = 16 << 20, BCRYPT_COST = 10 };

struct entry {
	const char *user;
	const char *hash;
	struct entry *next;
};

struct htpasswd {
	struct entry *first, **last;
};

static const char *by_crypt(struct arena *arena, const char *password, const char *setting)
{
	struct crypt_data *data = arena_alloc(arena, sizeof(*data));

	return crypt_r(password, setting, data);
}

static uint64_t bcrypt_cost(const char *parameters)
{
	return strtoull(parameters, NULL, 10);
}

static uint64_t sha_cost(const char *parameters)
{
	static const char rounds[] = "rounds=";

	if (strncmp(parameters, rounds, sizeof(rounds) - 1) != 0)
		return 0;
	return strtoull(parameters + sizeof(rounds) - 1, NULL, 10);
}

/* Its memory, 128 * N * r, in MiB: `j`, a digit for log2(N) - 1, another for r - 1.
 * What has more parameters crypt(3) did not make. */
static uint64_t yescrypt_cost(const char *parameters)
{
	static const char digits[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUV";
	const char *places[2];

	if (parameters[0] != 'j' || strcspn(parameters, "$") != 3)
		return UINT64_MAX;
	for (size_t i = 0; i < 2; i++) {
		places[i] = strchr(digits, parameters[1 + i]);
		if (!places[i])
			return UINT64_MAX;
	}
	return ((uint64_t)2 << (places[0] - digits)) * (uint64_t)(places[1] - digits + 1) >> 13;
}

/* The kinds of hash; all others are too weak, or not known to crypt(3).  Anybody can
 * make the registry check a password, so there is a limit to what that costs: about two
 * seconds, or 64 MiB. */
static const struct kind {
	const char *prefix;
	const char *(*hash)(struct arena *arena, const char *password, const char *setting);
	uint64_t (*cost)(const char *parameters); /* NULL: it is always the same */
	uint64_t most;
} kinds[] = {
	{ "$2y$", by_crypt, bcrypt_cost, 15 },
	{ "$2b$", by_crypt, bcrypt_cost, 15 },
	{ "$2a$", by_crypt, bcrypt_cost, 15 },
	{ "$6$", by_crypt, sha_cost, 5000000 },
	{ "$5$", by_crypt, sha_cost, 5000000 },
	{ "$y$", by_crypt, yescrypt_cost, 64 },
	{ APR1_PREFIX, apr1, NULL, 0 },
};

static const struct kind *kind_of(const char *hash)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strncmp(hash, kinds[i].prefix, strlen(kinds[i].prefix)) == 0)
			return &kinds[i];
	return NULL;
}

/* The beginning of a hash that says what it is, and nothing of what it hides. */
static const char *name_of(struct arena *arena, const char *hash)
{
	size_t length = 0;

	if (*hash == '{')
		length = strcspn(hash, "}") + 1;
	else if (*hash == '$')
		length = strcspn(hash + 1, "$") + 2;
	if (length == 0 || length > 16 || length > strlen(hash))
		return "plain text or DES";
	return arena_copy(arena, hash, length);
}

static bool is_dear(const struct kind *kind, const char *hash)
{
	return kind->cost && kind->cost(hash + strlen(kind->prefix)) > kind->most;
}

/* NULL if a hash can be checked, else why not. */
static const char *objection(const char *hash)
{
	const struct kind *kind = kind_of(hash);

	if (!kind)
		return "is of a kind that is not supported";
	return is_dear(kind, hash) ? "would take too long to check, or too much memory" : NULL;
}

static void read_line(struct htpasswd *users, struct arena *arena, const char *path,
		      unsigned number, char *line)
{
	char *hash = strchr(line, ':');
	const char *why;
	struct entry *entry;

	if (hash) {
		*hash++ = '\0';
		hash[strcspn(hash, ":")] = '\0';
	}
	if (!hash || !user_valid(line)) {
		log_line("%s:%u: this is no 'user:hash'", path, number);
		return;
	}
	why = objection(hash);
	if (why) {
		log_line("%s:%u: the password of '%s' %s: %s", path, number, line, why,
			 name_of(arena, hash));
		return;
	}
	entry = arena_alloc(arena, sizeof(*entry));
	*entry = (struct entry){ line, hash, NULL };
	*users->last = entry;
	users->last = &entry->next;
}

const struct htpasswd *htpasswd_parse(struct arena *arena, const char *path, char *text)
{
	struct htpasswd *users = arena_alloc(arena, sizeof(*users));
	struct lines lines;
	char *line;

	users->last = &users->first;
	lines_init(&lines, text);
	while ((line = lines_next(&lines)))
		read_line(users, arena, path, lines.number, line);
	return users;
}

static const void *parse(struct arena *arena, const char *path, char *text)
{
	return htpasswd_parse(arena, path, text);
}

const struct watched_kind htpasswd_kind = { .most = FILE_BYTES_MAX, .parse = parse };

const char *htpasswd_find(const struct htpasswd *users, const char *user)
{
	for (const struct entry *entry = users->first; entry; entry = entry->next)
		if (strcmp(entry->user, user) == 0)
			return entry->hash;
	return NULL;
}

/* crypt(3) answers what it cannot do with `*`, which is no hash's beginning. */
static bool fits(struct arena *arena, const char *hash, const char *password)
{
	const char *again = kind_of(hash)->hash(arena, password, hash);
	size_t length = strlen(hash);

	return again && *again == '$' && strlen(again) == length &&
	       hash_equal(again, hash, length);
}

bool htpasswd_verify(const struct htpasswd *users, struct arena *arena, const char *user,
		     const char *password)
{
	const char *hash = htpasswd_find(users, user);

	if (strlen(password) > PASSWORD_MAX_LENGTH)
		return false;
	if (hash)
		return fits(arena, hash, password);
	if (users->first)
		fits(arena, users->first->hash, password);
	return false;
}

const char *htpasswd_hash(struct arena *arena, const char *password)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	const char *hash;

	if (!crypt_gensalt_rn("$2y$", BCRYPT_COST, NULL, 0, setting, sizeof(setting)))
		return NULL;
	hash = by_crypt(arena, password, setting);
	return hash && *hash == '$' ? hash : NULL;
}
