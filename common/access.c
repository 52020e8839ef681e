/* access.c - who may do what
 * SPDX-License-Identifier: ISC */
#include "access.h"

#include "settings.h"

bool right_changes(enum right right)
{
	return right == RIGHT_PUSH || right == RIGHT_DELETE;
}

bool access_allows(const struct settings *settings, enum right right)
{
	return settings->open || !right_changes(right);
}
