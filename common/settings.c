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
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "glob.h"
#include "lines.h"
#include "json_scan.h"
#include "log.h"
#include "manifest.h"
#include "manifest_put.h"
#include "text.h"

#ifndef HYTHE_CONFIG_DEFAULT
#define HYTHE_CONFIG_DEFAULT "/etc/hythe/hythe.conf"
#endif
#ifndef HYTHE_STORAGE_DEFAULT
#define HYTHE_STORAGE_DEFAULT "/var/lib/hythe"
#endif

enum { FILE_BYTES_MAX = 65536, KEY_MAX = 32, PATH_BYTES_MAX = 1024, WARNING_BYTES_MAX = 1001 };

/* A value that is a word stands for its place in the list. */
static const char *const switches[] = { "no", "yes", NULL };
static const char *const sendfiles[] = { "none", "x-sendfile", "x-accel", NULL };
static const char *const durabilities[] = { "none", "full", NULL };
static const char *const hosts[] = { "unknown", "one", "many", NULL };
static const char *const sparses[] = { "no", "index", "all", NULL };

static bool is_path(const char *text)
{
	return text[0] == '/' && strlen(text) < PATH_BYTES_MAX;
}

/* Text that can stand between the quotes of a header. */
static bool is_quotable(const char *text)
{
	for (const char *c = text; *c; c++)
		if (*c <= ' ' || *c > '~' || *c == '"' || *c == '\\')
			return false;
	return *text && strlen(text) < PATH_BYTES_MAX;
}

/* Printable ASCII. */
static bool is_warning(const char *text)
{
	size_t length = 0;

	while (isprint((unsigned char)text[length]))
		length++;
	return !text[length] && length < WARNING_BYTES_MAX;
}

static bool is_url(const char *text)
{
	return is_quotable(text) &&
	       (strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0);
}

static bool is_patterns(const char *text)
{
	static const char tag_characters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._- \t";

	return !*text || (strlen(text) < PATH_BYTES_MAX && glob_valid(text, tag_characters));
}

struct key {
	const char *name;
	size_t offset;
	bool (*fits)(const char *text); /* a text; or, one of: */
	const char *const *words;       /* or, for a number: */
	const struct text_unit *units;  /* or NULL */
	unsigned long long least, most, usual;
};

#define TEXT(name, field, fits) \
	{ name, offsetof(struct settings, field), fits, NULL, NULL, 0, 0, 0 }
#define WORD(name, field, words, usual) \
	{ name, offsetof(struct settings, field), NULL, words, NULL, 0, 0, usual }
#define SIZE(name, field, units, least, most, usual) \
	{ name, offsetof(struct settings, field), NULL, NULL, units, least, most, usual }

static const struct key keys[] = {
	TEXT("storage", storage, is_path),
	TEXT("warning", warning, is_warning),
	WORD("sendfile", sendfile, sendfiles, SENDFILE_NONE),
	WORD("open", open, switches, 0),
	WORD("delete", delete_allowed, switches, 1),
	WORD("read_only", read_only, switches, 0),
	WORD("durability", durable, durabilities, 1),
	WORD("sparse", sparse, sparses, SPARSE_INDEX),
	SIZE("threads", threads, NULL, 1, 1024, 16),
	SIZE("manifest_limit", manifest_limit, text_bytes, 1024, 64 << 20, 4 << 20),
	SIZE("manifest_depth", manifest_depth, NULL, 4, JSON_DEPTH_MAX, JSON_DEPTH_MAX),
	SIZE("manifest_descriptors", manifest_descriptors, NULL, 1, DESCRIPTORS_MAX,
	     DESCRIPTORS_MAX),
	SIZE("blob_limit", blob_limit, text_bytes, 0, INT64_MAX, 0),
	SIZE("reserve", reserve, text_bytes, 0, INT64_MAX, 64 << 20),
	SIZE("lock_wait", lock_wait, text_times, 0, 3600, 10),
	SIZE("upload_expiry", upload_expiry, text_times, 60, 366 * 86400, 7 * 86400),
	SIZE("upload_sessions", upload_sessions, NULL, 1, 1000000, 1000),
	WORD("hosts", hosts, hosts, HOSTS_UNKNOWN),
	TEXT("access", access, is_path),
	TEXT("htpasswd", htpasswd, is_path),
	WORD("remote_user", remote_user, switches, 0),
	WORD("tokens", tokens, switches, 0),
	TEXT("token_realm", token_realm, is_url),
	TEXT("token_service", token_service, is_quotable),
	SIZE("token_lifetime", token_lifetime, text_times, 60, 86400, 300),
	TEXT("token_keys", token_keys, is_path),
	TEXT("issuer", issuer, is_quotable),
	TEXT("issuer_keys", issuer_keys, is_path),
	TEXT("immutable", immutable, is_patterns),
	TEXT("read_only_file", read_only_file, is_path),
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

enum reading { GOOD, UNKNOWN_KEY, BAD_VALUE };

static void *field_of(struct settings *settings, const struct key *key)
{
	return (char *)settings + key->offset;
}

static bool read_value(struct settings *settings, struct arena *arena, const struct key *key,
		       const char *value)
{
	if (key->words)
		return read_word(key->words, value, field_of(settings, key));
	if (!key->fits)
		return read_size(key, value, field_of(settings, key));
	*(const char **)field_of(settings, key) =
		*value ? arena_copy(arena, value, strlen(value)) : NULL;
	return key->fits(value);
}

static enum reading set(struct settings *settings, struct arena *arena, const char *name,
			const char *value)
{
	for (size_t i = 0; i < KEYS; i++)
		if (strcmp(keys[i].name, name) == 0)
			return read_value(settings, arena, &keys[i], value) ? GOOD : BAD_VALUE;
	return UNKNOWN_KEY;
}

static bool read_line(struct settings *settings, struct arena *arena, char *line, const char *path,
		      unsigned number)
{
	char *equals = strchr(line, '=');
	const char *name, *value;

	if (!equals) {
		log_line("%s:%u: '%s' is no 'key = value'", path, number, line);
		return false;
	}
	*equals = '\0';
	name = lines_trim(line);
	value = lines_trim(equals + 1);
	switch (set(settings, arena, name, value)) {
	case GOOD:
		return true;
	case UNKNOWN_KEY:
		log_line("%s:%u: there is no setting '%s'", path, number, name);
		return false;
	default:
		log_line("%s:%u: '%s' cannot be '%s'", path, number, name, value);
		return false;
	}
}

/* As large as it says it is; what says nothing, such as a pipe, as large as may be. */
static size_t room_for(int fd)
{
	struct stat status;
	bool known = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
		     status.st_size < FILE_BYTES_MAX;

	return known ? (size_t)status.st_size : FILE_BYTES_MAX;
}

/* At most one byte more than `room`; the count, or -1. */
static ssize_t read_at_most(int fd, char *text, size_t room)
{
	size_t length = 0;
	ssize_t count = 1;

	while (length <= room && count > 0) {
		count = read(fd, text + length, room + 1 - length);
		if (count > 0)
			length += (size_t)count;
	}
	return count < 0 ? -1 : (ssize_t)length;
}

static char *read_text(struct arena *arena, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t room;
	ssize_t length;
	char *text;

	if (fd < 0)
		return NULL;
	room = room_for(fd);
	text = arena_alloc(arena, room + 1);
	length = read_at_most(fd, text, room);
	if (length > (ssize_t)room && room < FILE_BYTES_MAX) { /* it grew meanwhile */
		room = FILE_BYTES_MAX;
		text = arena_alloc(arena, room + 1);
		length = lseek(fd, 0, SEEK_SET) < 0 ? -1 : read_at_most(fd, text, room);
	}
	close(fd);
	if (length < 0)
		return NULL;
	if (length > (ssize_t)room || strlen(text) != (size_t)length) {
		errno = length > (ssize_t)room ? EFBIG : EINVAL;
		return NULL;
	}
	return text;
}

static bool read_file(struct settings *settings, struct arena *arena, const char *path,
		      bool required)
{
	char *text = read_text(arena, path), *line;
	struct lines lines;
	bool good = true;

	if (!text && errno == ENOENT && !required)
		return true;
	if (!text) {
		log_errno("cannot read settings '%s'", path);
		return false;
	}
	lines_init(&lines, text);
	while ((line = lines_next(&lines)))
		good &= read_line(settings, arena, line, path, lines.number);
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

bool settings_have_logins(const struct settings *settings)
{
	return settings->htpasswd || settings->remote_user || settings->tokens;
}

/* What makes sense only with something else. */
static bool is_complete(const struct settings *settings)
{
	const struct {
		bool wrong;
		const char *what;
	} rules[] = {
		{ settings_have_logins(settings) && !settings->access,
		  "htpasswd, remote_user and tokens need access: who may do what" },
		{ !settings->issuer != !settings->issuer_keys,
		  "issuer and issuer_keys need each other" },
		{ settings->issuer && !settings->tokens, "issuer needs tokens = yes" },
		{ settings->issuer && !settings->token_service,
		  "issuer needs token_service: its tokens may be for other registries" },
		{ settings->hosts == HOSTS_MANY && !settings->durable,
		  "hosts = many needs durability = full: who dies would leave torn files" },
	};
	bool good = true;

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		if (rules[i].wrong)
			log_line("settings: %s", rules[i].what);
		good &= !rules[i].wrong;
	}
	return good;
}

static void set_usual(struct settings *settings)
{
	*settings = (struct settings){
		.storage = HYTHE_STORAGE_DEFAULT,
	};
	for (size_t i = 0; i < KEYS; i++)
		if (!keys[i].fits)
			*(unsigned long long *)field_of(settings, &keys[i]) = keys[i].usual;
}

bool settings_read(struct settings *settings, struct arena *arena, char *const *environment)
{
	static const char prefix[] = "HYTHE_", config[] = "HYTHE_CONFIG=";
	const char *path = NULL;
	bool good;

	set_usual(settings);
	for (char *const *entry = environment; *entry; entry++)
		if (strncmp(*entry, config, sizeof(config) - 1) == 0)
			path = *entry + sizeof(config) - 1;
	good = read_file(settings, arena, path ? path : HYTHE_CONFIG_DEFAULT, path != NULL);
	for (char *const *entry = environment; *entry; entry++)
		if (strncmp(*entry, prefix, sizeof(prefix) - 1) == 0 &&
		    strncmp(*entry, config, sizeof(config) - 1) != 0)
			good &= read_variable(settings, arena, *entry + sizeof(prefix) - 1);
	good = good && is_complete(settings);
	if (!settings->token_service)
		settings->token_service = "hythe";
	return good;
}
