/* passwd.c - hythe passwd: the password of a user
 * SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "arena.h"
#include "command.h"
#include "file.h"
#include "htpasswd.h"
#include "log.h"
#include "settings.h"
#include "text.h"
#include "user.h"
#include "whole_file.h"

enum {
	FILE_MODE_NEW = 0640,
	BYTES_MAX = 16 << 20,
	LENGTH_MAX = 72 /* what bcrypt looks at: more would only seem to count */
};

/* One line, without its end; false at the end of the input. */
static bool read_line(FILE *in, char *line, size_t room)
{
	if (!fgets(line, (int)room, in))
		return false;
	line[strcspn(line, "\n")] = '\0';
	return true;
}

static bool ask(FILE *terminal, const char *question, char *answer, size_t room)
{
	bool good;

	fputs(question, terminal);
	fflush(terminal);
	good = read_line(terminal, answer, room);
	fputc('\n', terminal);
	return good;
}

/* Twice, without showing it. */
static bool ask_password(char *password, size_t room)
{
	FILE *terminal = fopen("/dev/tty", "r+e");
	struct termios shown, hidden;
	char again[PASSWORD_MAX_LENGTH + 2];
	bool good, same = false;

	if (!terminal || tcgetattr(fileno(terminal), &shown) < 0) {
		fputs("hythe: there is no terminal to ask on; use --stdin\n", stderr);
		if (terminal)
			fclose(terminal);
		return false;
	}
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	good = tcsetattr(fileno(terminal), TCSAFLUSH, &hidden) == 0 &&
	       ask(terminal, "Password: ", password, room) &&
	       ask(terminal, "Once more: ", again, sizeof(again));
	tcsetattr(fileno(terminal), TCSAFLUSH, &shown);
	fclose(terminal);
	if (good)
		same = strcmp(password, again) == 0;
	if (good && !same)
		fputs("hythe: these are two passwords\n", stderr);
	explicit_bzero(again, sizeof(again));
	return same;
}

static bool is_fit(const char *password)
{
	size_t length = strlen(password);

	if (length == 0 || length > LENGTH_MAX)
		fprintf(stderr, "hythe: a password has 1 to %d bytes\n", LENGTH_MAX);
	return length > 0 && length <= LENGTH_MAX;
}

static const char *make_hash(struct arena *arena, bool from_stdin)
{
	char password[PASSWORD_MAX_LENGTH + 2];
	const char *hash = NULL;
	bool good = from_stdin ? read_line(stdin, password, sizeof(password))
			       : ask_password(password, sizeof(password));

	if (!good && from_stdin)
		fputs("hythe: there is no password on standard input\n", stderr);
	if (good && is_fit(password)) {
		hash = htpasswd_hash(arena, password);
		if (!hash)
			log_errno("cannot make a hash");
	}
	explicit_bzero(password, sizeof(password));
	return hash;
}

/* The text with the line of the user replaced, or behind all others. */
static void change(struct text *changed, const char *text, const char *user, const char *hash)
{
	size_t length = strlen(user);
	bool done = false;

	while (*text) {
		size_t line = strcspn(text, "\n");
		bool is_users = strncmp(text, user, length) == 0 && text[length] == ':';

		if (!is_users) {
			text_add_bytes(changed, text, line);
			text_add(changed, "\n");
		} else if (!done) {
			text_add_format(changed, "%s:%s\n", user, hash);
			done = true;
		}
		text += line + (text[line] == '\n');
	}
	if (!done)
		text_add_format(changed, "%s:%s\n", user, hash);
}

/* The file's text and status; an empty text and no status if there is none. */
static const char *read_file(struct arena *arena, const char *path, struct stat *status,
			     bool *exists)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text;
	ssize_t length;

	*exists = fd >= 0 || errno != ENOENT;
	if (!*exists)
		return "";
	if (fd < 0 || fstat(fd, status) < 0 || status->st_size > BYTES_MAX) {
		log_errno("cannot use '%s'", path);
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	text = arena_alloc(arena, (size_t)status->st_size + 1);
	length = file_read_at(fd, text, (size_t)status->st_size, 0);
	close(fd);
	if (length >= 0 && strlen(text) == (size_t)length)
		return text;
	fprintf(stderr, "hythe: '%s' is no text\n", path);
	return NULL;
}

/* With the file locked. */
static int replace(struct arena *arena, const char *path, const char *user, const char *hash)
{
	struct stat status;
	struct text changed;
	bool exists;
	const char *text = read_file(arena, path, &status, &exists);
	int result;

	if (!text)
		return -1;
	text_init(&changed, arena);
	change(&changed, text, user, hash);
	if (exists)
		result = whole_file_replace(arena, path, changed.bytes, changed.length, &status);
	else
		result = whole_file_create(arena, path, changed.bytes, changed.length,
					   FILE_MODE_NEW);
	if (result < 0)
		log_errno("cannot write '%s'", path);
	return result;
}

/* Between reading and writing nobody else may set a password. */
static bool put(struct arena *arena, const char *path, const char *user, const char *hash)
{
	int lock = whole_file_lock(arena, path), result;

	if (lock < 0) {
		log_errno("cannot lock the directory of '%s'", path);
		return false;
	}
	result = replace(arena, path, user, hash);
	whole_file_unlock(arena, lock);
	return result == 0;
}

/* Nobody shall think of a password for a file that is of no use. */
static bool set(struct arena *arena, const char *path, const char *user, bool from_stdin)
{
	struct stat status;
	bool exists, good;
	const char *hash =
		read_file(arena, path, &status, &exists) ? make_hash(arena, from_stdin) : NULL;
	char *real = exists ? realpath(path, NULL) : NULL;

	good = hash && put(arena, real ? real : path, user, hash);
	free(real);
	return good;
}

int command_passwd(int argc, char **argv)
{
	bool from_stdin = argc > 1 && strcmp(argv[1], "--stdin") == 0, good = false;
	struct settings settings = { .htpasswd = NULL };
	struct arena arena;
	const char *user, *path;

	argc -= from_stdin;
	argv += from_stdin;
	if (argc < 2 || argc > 3 || argv[1][0] == '-')
		return EXIT_USAGE;
	user = argv[argc - 1];
	arena_init(&arena);
	if (argc == 2 && !settings_read(&settings, &arena, environ)) {
		arena_reset(&arena);
		return EXIT_FAILURE;
	}
	path = argc == 3 ? argv[1] : settings.htpasswd;
	if (!path)
		fputs("hythe: the settings name no htpasswd; say which file\n", stderr);
	else if (!user_valid(user) || strchr(user, ':'))
		fprintf(stderr, "hythe: this cannot be a user: '%s'\n", user);
	else
		good = set(&arena, path, user, from_stdin);
	arena_reset(&arena);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
