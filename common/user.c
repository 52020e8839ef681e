/* user.c - names of users
 * SPDX-License-Identifier: ISC */
#include "user.h"

#include <stddef.h>
#include <string.h>

#include "text.h"

bool user_valid(const char *name)
{
	size_t length = strnlen(name, USER_MAX_LENGTH + 1);

	if (length == 0 || length > USER_MAX_LENGTH || strchr("@#", name[0]))
		return false;
	for (size_t i = 0, step; i < length; i += step) {
		uint32_t character;

		step = text_utf8(name + i, length - i, &character);
		if (step == 0 || character <= ' ' || (character >= 127 && character <= 160))
			return false;
	}
	return strcmp(name, USER_ANONYMOUS) != 0 && strcmp(name, "*") != 0 &&
	       strcmp(name, "-") != 0;
}
