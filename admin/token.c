/* token.c - hythe token: what a token says, and the keys that sign them
 * SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "access.h"
#include "arena.h"
#include "command.h"
#include "jwt.h"
#include "settings.h"
#include "token.h"
#include "token_keys.h"

/* A token may come from anybody: nothing of it may drive the terminal. */
static void print_part(const char *what, const char *json)
{
	printf("%-9s ", what);
	for (; *json; json++)
		putchar(*json >= ' ' && *json <= '~' ? *json : '?');
	putchar('\n');
}

static void print_time(const char *what, int64_t seconds, int64_t now)
{
	time_t time = (time_t)seconds;
	struct tm calendar;
	char text[64];

	if (seconds == INT64_MIN || !gmtime_r(&time, &calendar))
		return;
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &calendar);
	printf("%-9s %s, %lld seconds %s\n", what, text, llabs((long long)(seconds - now)),
	       seconds < now ? "ago" : "from now");
}

static void print_times(struct arena *arena, struct jwt *jwt)
{
	const char *reason;
	int64_t now = time(NULL);

	if (!jwt_read_claims(arena, jwt, &reason))
		return;
	print_time("issued", jwt->issued, now);
	print_time("valid", jwt->not_before, now);
	print_time("expires", jwt->expires, now);
}

static bool print_verdict(struct arena *arena, const struct settings *settings, const char *text)
{
	struct token token;
	const char *reason;

	if (!access_read_token(access_open(arena, settings), arena, text, strlen(text), &token,
			       &reason)) {
		printf("%-9s %s\n", "refused", reason);
		return false;
	}
	printf("%-9s %s %s\n", "accepted",
	       token.is_foreign ? "of the other issuer, for" : "of this registry, for",
	       token.user ? token.user : "anybody");
	return true;
}

static bool decode(struct arena *arena, const struct settings *settings, const char *text)
{
	const char *reason;
	struct jwt jwt;

	if (!jwt_open(arena, text, strlen(text), &jwt, &reason)) {
		printf("%-9s %s\n", "refused", reason);
		return false;
	}
	print_part("header", jwt.header_json);
	print_part("claims", jwt.claims_json);
	print_times(arena, &jwt);
	return print_verdict(arena, settings, text);
}

/* The token, or `-` for standard input: arguments are for all to see. */
static const char *read_token(struct arena *arena, const char *word)
{
	char *text = arena_alloc(arena, JWT_BYTES_MAX + 2);
	size_t length;

	if (strcmp(word, "-") != 0)
		return word;
	length = fread(text, 1, JWT_BYTES_MAX + 1, stdin);
	text[length] = '\0';
	text[strcspn(text, "\r\n")] = '\0';
	return text;
}

int command_token(int argc, char **argv)
{
	struct settings settings;
	struct arena arena;
	bool good;

	if (!(argc == 3 && strcmp(argv[1], "--decode") == 0) &&
	    !(argc == 2 && strcmp(argv[1], "--add-key") == 0))
		return EXIT_USAGE;
	arena_init(&arena);
	good = settings_read(&settings, &arena, environ);
	if (good && argc == 3)
		good = decode(&arena, &settings, read_token(&arena, argv[2]));
	else if (good)
		good = token_keys_add(&arena, access_keys_path(&arena, &settings));
	arena_reset(&arena);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
