/* settings.c - what the admin decides, hythe.conf(5)
 * SPDX-License-Identifier: ISC */
#include "settings.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "arena.h"
#include "log.h"
#include "manifest_put.h"
#include "text.h"

#ifndef HYTHE_CONFIG_DEFAULT
#define HYTHE_CONFIG_DEFAULT "/etc/hythe/hythe.conf"
#endif
#ifndef HYTHE_STORAGE_DEFAULT
#define HYTHE_STORAGE_DEFAULT "/var/lib/hythe"
#endif

enum { FILE_BYTES_MAX = 65536, KEY_MAX = 32, STORAGE_MAX = 1023, WARNING_MAX = 1000 };

/* A value that is a word stands for its place in the list. */
static const char *const switches[] = { "no", "yes", NULL };
static const char *const sendfiles[] = { "none", "x-sendfile", "x-accel", NULL };
static const char *const durabilities[] = { "none", "full", NULL };
static const char *const sparses[] = { "no", "index", "all", NULL };

struct key {
	const char *name;
	size_t offset;
	const char *const *words;      /* or, for a number: */
	const struct text_unit *units; /* or NULL */
	unsigned long long least, most, usual;
};

#define WORD(name, field, words, usual) \
	{ name, offsetof(struct settings, field), words, NULL, 0, 0, usual }
#define SIZE(name, field, units, least, most, usual) \
	{ name, offsetof(struct settings, field), NULL, units, least, most, usual }

static const struct key keys[] = {
	WORD("sendfile", sendfile, sendfiles, SENDFILE_NONE),
	WORD("open", open, switches, 0),
	WORD("delete", delete_allowed, switches, 1),
	WORD("read_only", read_only, switches, 0),
	WORD("durability", durable, durabilities, 1),
	WORD("sparse", sparse, sparses, SPARSE_INDEX),
	SIZE("threads", threads, NULL, 1, 1024, 16),
	SIZE("manifest_limit", manifest_limit, text_bytes, 1024, 64 << 20, 4 << 20),
	SIZE("blob_limit", blob_limit, text_bytes, 0, INT64_MAX, 0),
	SIZE("reserve", reserve, text_bytes, 0, INT64_MAX, 64 << 20),
	SIZE("lock_wait", lock_wait, text_times, 0, 3600, 10),
	SIZE("upload_expiry", upload_expiry, text_times, 60, 366 * 86400, 7 * 86400),
	SIZE("upload_sessions", upload_sessions, NULL, 1, 1000000, 1000),
	WORD("one_host", one_host, switches, 0),
};

enum { KEYS = sizeof(keys) / sizeof(*keys) };

static bool read_word(const char *const *words, const char *text, unsigned long long *value)
{
	for (*value = 0; words[*value]; ++*value)
		if (strcmp(words[*value], text) == 0)
			return true;
	return false;
}

static bool read_size(const struct key *key, const char *text, unsigned long long *value)
{
	uint64_t number;

	if (!text_quantity(text, key->units, key->least, key->most, &number))
		return false;
	*value = number;
	return true;
}

/* A value that is kept as it stands. */
static bool read_storage(struct settings *settings, struct arena *arena, const char *value)
{
	settings->storage = arena_copy(arena, value, strlen(value));
	return value[0] == '/' && strlen(value) <= STORAGE_MAX;
}

static bool read_warning(struct settings *settings, struct arena *arena, const char *value)
{
	size_t length = strlen(value);

	settings->warning = length ? arena_copy(arena, value, length) : NULL;
	while (length && isprint((unsigned char)value[length - 1]))
		length--;
	return length == 0 && strlen(value) <= WARNING_MAX;
}

static const struct {
	const char *name;
	bool (*read)(struct settings *settings, struct arena *arena, const char *value);
} texts[] = {
	{ "storage", read_storage },
	{ "warning", read_warning },
};

enum { TEXTS = sizeof(texts) / sizeof(*texts) };

enum reading { GOOD, UNKNOWN_KEY, BAD_VALUE };

static enum reading set(struct settings *settings, struct arena *arena, const char *name,
			const char *value)
{
	for (size_t i = 0; i < TEXTS; i++)
		if (strcmp(texts[i].name, name) == 0)
			return texts[i].read(settings, arena, value) ? GOOD : BAD_VALUE;
	for (size_t i = 0; i < KEYS; i++) {
		const struct key *key = &keys[i];
		unsigned long long *field =
			(unsigned long long *)(void *)((char *)settings + key->offset);

		if (strcmp(key->name, name) != 0)
			continue;
		return (key->words ? read_word(key->words, value, field)
				   : read_size(key, value, field)) ? GOOD : BAD_VALUE;
	}
	return UNKNOWN_KEY;
}

/* Cut white space off both ends, in place. */
static char *trim(char *text)
{
	char *end;

	text += strspn(text, " \t\r");
	end = text + strlen(text);
	while (end > text && strchr(" \t\r", end[-1]))
		*--end = '\0';
	return text;
}

static bool read_line(struct settings *settings, struct arena *arena, char *line, const char *path,
		      unsigned number)
{
	char *equals = strchr(line, '=');
	char *name = trim(line);

	if (!*name || *name == '#')
		return true;
	if (!equals) {
		log_line("%s:%u: '%s' is no 'key = value'", path, number, name);
		return false;
	}
	*equals = '\0';
	name = trim(name);
	switch (set(settings, arena, name, trim(equals + 1))) {
	case GOOD:
		return true;
	case UNKNOWN_KEY:
		log_line("%s:%u: there is no setting '%s'", path, number, name);
		return false;
	default:
		log_line("%s:%u: '%s' cannot be '%s'", path, number, name, trim(equals + 1));
		return false;
	}
}

static char *read_text(struct arena *arena, const char *path)
{
	char *text = arena_alloc(arena, FILE_BYTES_MAX + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t count = 1;

	if (fd < 0)
		return NULL;
	while (length <= FILE_BYTES_MAX && count > 0) {
		count = read(fd, text + length, FILE_BYTES_MAX + 1 - length);
		if (count > 0)
			length += (size_t)count;
	}
	close(fd);
	if (count < 0)
		return NULL;
	if (length > FILE_BYTES_MAX || strlen(text) != length) {
		errno = length > FILE_BYTES_MAX ? EFBIG : EINVAL;
		return NULL;
	}
	return text;
}

static bool read_file(struct settings *settings, struct arena *arena, const char *path,
		      bool required)
{
	char *line = read_text(arena, path);
	bool good = true;

	if (!line && errno == ENOENT && !required)
		return true;
	if (!line) {
		log_errno("cannot read settings '%s'", path);
		return false;
	}
	for (unsigned number = 1; line; number++) {
		char *next = strchr(line, '\n');

		if (next)
			*next++ = '\0';
		good &= read_line(settings, arena, line, path, number);
		line = next;
	}
	return good;
}

/* HYTHE_LOCK_WAIT=5 is lock_wait = 5. */
static bool read_variable(struct settings *settings, struct arena *arena, const char *variable)
{
	char name[KEY_MAX];
	size_t length = strcspn(variable, "=");

	if (!variable[length])
		return true;
	if (length >= sizeof(name))
		length = sizeof(name) - 1; /* longer than any there is */
	for (size_t i = 0; i < length; i++)
		name[i] = (char)tolower((unsigned char)variable[i]);
	name[length] = '\0';
	switch (set(settings, arena, name, variable + length + 1)) {
	case GOOD:
		return true;
	case UNKNOWN_KEY:
		log_line("there is no setting for the variable HYTHE_%.*s", (int)length, variable);
		return true;
	default:
		log_line("HYTHE_%.*s cannot be '%s'", (int)length, variable, variable + length + 1);
		return false;
	}
}

bool settings_read(struct settings *settings, struct arena *arena, char *const *environment)
{
	static const char prefix[] = "HYTHE_", config[] = "HYTHE_CONFIG=";
	const char *path = NULL;
	bool good;

	*settings = (struct settings){ .storage = HYTHE_STORAGE_DEFAULT };
	for (size_t i = 0; i < KEYS; i++)
		*(unsigned long long *)(void *)((char *)settings + keys[i].offset) = keys[i].usual;
	for (char *const *entry = environment; *entry; entry++)
		if (strncmp(*entry, config, sizeof(config) - 1) == 0)
			path = *entry + sizeof(config) - 1;
	good = read_file(settings, arena, path ? path : HYTHE_CONFIG_DEFAULT, path != NULL);
	for (char *const *entry = environment; *entry; entry++)
		if (strncmp(*entry, prefix, sizeof(prefix) - 1) == 0 &&
		    strncmp(*entry, config, sizeof(config) - 1) != 0)
			good &= read_variable(settings, arena, *entry + sizeof(prefix) - 1);
	return good;
}
