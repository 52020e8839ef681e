/* right.c - what somebody can be allowed to do
 * SPDX-License-Identifier: ISC */
#include "right.h"

#include <string.h>

static const char *const names[RIGHT_COUNT] = {
	[RIGHT_PULL] = "pull",
	[RIGHT_PUSH] = "push",
	[RIGHT_DELETE] = "delete",
	[RIGHT_CATALOG] = "catalog",
};

bool right_changes(enum right right)
{
	return right == RIGHT_PUSH || right == RIGHT_DELETE;
}

const char *right_name(enum right right)
{
	return names[right];
}

bool right_parse(const char *word, size_t length, enum right *right)
{
	for (*right = RIGHT_PULL; *right < RIGHT_COUNT; ++*right)
		if (strlen(names[*right]) == length && memcmp(names[*right], word, length) == 0)
			return true;
	return false;
}
