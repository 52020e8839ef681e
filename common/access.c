/* access.c - who may do what
 * SPDX-License-Identifier: ISC */
#include "access.h"

#include "settings.h"

bool access_allows(const struct settings *settings, enum right right)
{
	return settings->open || !right_changes(right);
}
