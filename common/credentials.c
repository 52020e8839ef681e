/* credentials.c - what an Authorization header says
 * SPDX-License-Identifier: ISC */
#include "credentials.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "base64.h"

enum { HEADER_BYTES_MAX = 8192 + 16 };

static void read_basic(struct arena *arena, const char *value, size_t length,
		       struct credentials *credentials)
{
	size_t size;
	char *pair = base64_decode(arena, BASE64_PADDED, value, length, &size);
	char *colon = pair && strlen(pair) == size ? strchr(pair, ':') : NULL;

	if (!colon)
		return;
	*colon = '\0';
	credentials->scheme = size > 1 ? CREDENTIALS_BASIC : CREDENTIALS_NONE;
	credentials->user = pair;
	credentials->password = colon + 1;
}

static void read_bearer(struct arena *arena, const char *value, size_t length,
			struct credentials *credentials)
{
	(void)arena;
	if (length == 0)
		return;
	credentials->scheme = CREDENTIALS_BEARER;
	credentials->token = value;
	credentials->token_length = length;
}

static const struct {
	const char *name;
	void (*read)(struct arena *arena, const char *value, size_t length,
		     struct credentials *credentials);
} schemes[] = {
	{ "Basic", read_basic },
	{ "Bearer", read_bearer },
};

/* Neither scheme's value has a comma or a space in it: where there is one, a
 * web server joined several headers, or one was made to look like two. */
static bool is_one(const char *value)
{
	return !value[strcspn(value, ", \t")];
}

struct credentials credentials_parse(struct arena *arena, const char *header)
{
	struct credentials credentials = { .scheme = CREDENTIALS_BAD };
	size_t length = header ? strcspn(header, " ,") : 0;
	const char *value;

	if (!header || !*header)
		return (struct credentials){ .scheme = CREDENTIALS_NONE };
	if (strnlen(header, HEADER_BYTES_MAX + 1) > HEADER_BYTES_MAX)
		return credentials;
	value = header + length + strspn(header + length, " ");
	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
		if (strlen(schemes[i].name) != length ||
		    strncasecmp(header, schemes[i].name, length) != 0)
			continue;
		if (header[length] == ' ' && is_one(value))
			schemes[i].read(arena, value, strlen(value), &credentials);
		return credentials;
	}
	credentials.scheme = CREDENTIALS_OTHER;
	return credentials;
}
