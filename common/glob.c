/* glob.c - patterns for names of repositories and for tags
 * SPDX-License-Identifier: ISC */
#include "glob.h"

#include <stddef.h>
#include <string.h>

#include "name.h"

static const char user_word[] = "{user}";
enum { USER_WORD = sizeof(user_word) - 1 };

bool glob_valid(const char *pattern, const char *literals)
{
	if (!*pattern)
		return false;
	while (*pattern) {
		if (strncmp(pattern, user_word, USER_WORD) == 0 && strchr(literals, '{'))
			pattern += USER_WORD;
		else if (*pattern != '{' && (strchr("*?", *pattern) || strchr(literals, *pattern)))
			pattern++;
		else
			return false;
	}
	return true;
}

/* How much of the text what was read of the pattern can match: `at[n]` says
 * whether its first n characters. */
struct reach {
	const char *text;
	size_t length;
	bool at[GLOB_TEXT_MAX + 1];
};

static void pass_any(struct reach *reach, bool slashes)
{
	for (size_t n = 1; n <= reach->length; n++)
		if (reach->at[n - 1] && (slashes || reach->text[n - 1] != '/'))
			reach->at[n] = true;
}

static void pass_one(struct reach *reach, char wanted)
{
	for (size_t n = reach->length; n > 0; n--) {
		char is = reach->text[n - 1];

		reach->at[n] = reach->at[n - 1] && (wanted == '?' ? is != '/' : is == wanted);
	}
	reach->at[0] = false;
}

static void pass_word(struct reach *reach, const char *word)
{
	for (; *word; word++) {
		for (size_t n = reach->length; n > 0; n--)
			reach->at[n] = reach->at[n - 1] && reach->text[n - 1] == *word;
		reach->at[0] = false;
	}
}

/* A user called `a/b` must not come into a namespace of `a`. */
static bool is_component(const char *user)
{
	return user && name_valid(user) && !strchr(user, '/');
}

bool glob_matches(const char *pattern, const char *user, const char *text)
{
	struct reach reach;

	if (strlen(text) > GLOB_TEXT_MAX)
		return false;
	/* Most patterns that do not match differ soon. */
	for (; *pattern && !strchr("*?{", *pattern); pattern++, text++)
		if (*pattern != *text)
			return false;
	reach = (struct reach){ .text = text, .length = strlen(text), .at = { true } };
	while (*pattern) {
		if (strncmp(pattern, "**", 2) == 0) {
			pass_any(&reach, true);
			pattern += 2;
		} else if (strncmp(pattern, user_word, USER_WORD) == 0) {
			if (!is_component(user))
				return false;
			pass_word(&reach, user);
			pattern += USER_WORD;
		} else if (*pattern == '*') {
			pass_any(&reach, false);
			pattern++;
		} else {
			pass_one(&reach, *pattern++);
		}
	}
	return reach.at[reach.length];
}

bool glob_any(const char *patterns, const char *text)
{
	static const char blanks[] = " \t";

	while (*(patterns += strspn(patterns, blanks))) {
		char pattern[GLOB_TEXT_MAX + 1];
		size_t length = strcspn(patterns, blanks);

		if (length < sizeof(pattern)) {
			memcpy(pattern, patterns, length);
			pattern[length] = '\0';
			if (glob_matches(pattern, NULL, text))
				return true;
		}
		patterns += length;
	}
	return false;
}
