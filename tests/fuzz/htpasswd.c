/* htpasswd.c - fuzz target: the file of users, and Apache's hashes.  The input is a user,
 * a password, and the file; or, where the user begins with a star, a salt instead of it
 * SPDX-License-Identifier: ISC */
#include "htpasswd.h"

#include <stdbool.h>
#include <string.h>

#include "apr1.h"
#include "arena.h"
#include "fuzz.h"
#include "user.h"

static const struct htpasswd *read_users(struct arena *arena, const char *text)
{
	return htpasswd_parse(arena, "htpasswd", arena_copy(arena, text, strlen(text)));
}

static bool begins_with(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* One that takes no seconds: the most that is accepted does. */
static bool is_cheap(const char *hash)
{
	static const char *const cheap[] = { "$2y$04$",		"$2b$04$",	   "$2a$04$",
					     "$5$rounds=1000$", "$6$rounds=1000$", APR1_PREFIX };

	for (size_t i = 0; i < sizeof(cheap) / sizeof(*cheap); i++)
		if (begins_with(hash, cheap[i]))
			return true;
	return false;
}

/* No other password is right, and nobody else's. */
static void check_password(struct arena *arena, const struct htpasswd *users, const char *user,
			   const char *password)
{
	const char *hash = htpasswd_find(users, user), *longer;

	if (!hash || !is_cheap(hash) || !htpasswd_verify(users, arena, user, password))
		return;
	must(strlen(password) <= PASSWORD_MAX_LENGTH);
	longer = arena_printf(arena, "%sx", password);
	/* bcrypt looks at no more than 72 bytes. */
	must(strlen(password) >= 72 || !htpasswd_verify(users, arena, user, longer));
}

/* What is printed is read as what it was. */
static void check_user(struct arena *arena, const struct htpasswd *users, const char *user)
{
	static const char *const kinds[] = { "$2y$", "$2b$", "$2a$",	 "$6$",
					     "$5$",  "$y$",  APR1_PREFIX };
	const char *hash = htpasswd_find(users, user), *again;
	bool known = false;

	if (!hash)
		return;
	must(user_valid(user) && !strpbrk(hash, ":\n"));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		known |= begins_with(hash, kinds[i]);
	must(known);
	again = htpasswd_find(read_users(arena, arena_printf(arena, "%s:%s\n", user, hash)), user);
	must(again && strcmp(again, hash) == 0);
}

/* A line in front counts instead; one behind does not. */
static void check_order(struct arena *arena, const char *text, const char *user)
{
	const char *hash = htpasswd_find(read_users(arena, text), user), *found;

	if (!user_valid(user) || strpbrk(user, ":\n"))
		return;
	found = htpasswd_find(
		read_users(arena, arena_printf(arena, "%s:$apr1$new\n%s", user, text)), user);
	must(found && strcmp(found, "$apr1$new") == 0);
	found = htpasswd_find(
		read_users(arena, arena_printf(arena, "%s\n%s:$apr1$new", text, user)), user);
	must(found && strcmp(found, hash ? hash : "$apr1$new") == 0);
}

/* A hash of our own lets in whom it was made for. */
static void check_salt(struct arena *arena, const char *salt, const char *password)
{
	const char *hash = apr1(arena, password, arena_printf(arena, APR1_PREFIX "%s", salt));
	const struct htpasswd *users;

	must((hash != NULL) == (strcspn(salt, "$") >= 1 && strcspn(salt, "$") <= 8));
	if (!hash || strpbrk(hash, ":\n"))
		return;
	users = read_users(arena, arena_printf(arena, "u:%s\n", hash));
	must(htpasswd_verify(users, arena, "u", password) ==
	     (strlen(password) <= PASSWORD_MAX_LENGTH));
	must(!htpasswd_verify(users, arena, "u", arena_printf(arena, "%sx", password)));
	must(!htpasswd_verify(users, arena, "v", password));
}

int fuzz_htpasswd(const uint8_t *bytes, size_t length)
{
	struct fuzz_input input;
	struct arena arena;
	const struct htpasswd *users;
	const char *user, *password, *text;

	arena_init(&arena);
	fuzz_begin(&input, bytes, length);
	user = fuzz_take(&input);
	password = fuzz_take(&input);
	text = fuzz_take(&input);
	if (*user == '*') {
		check_salt(&arena, user + 1, password);
	} else {
		users = read_users(&arena, text);
		check_user(&arena, users, user);
		check_order(&arena, text, user);
		check_password(&arena, users, user, password);
	}
	arena_reset(&arena);
	fuzz_end(&input);
	return 0;
}
