/* test_access.c - access.h
 * SPDX-License-Identifier: ISC */
#include "access.h"

#include "settings.h"
#include "tap.h"

static const struct {
	enum right right;
	const char *name;
	bool changes;
} cases[] = {
	{ RIGHT_PING, "ping", false },
	{ RIGHT_PULL, "pull", false },
	{ RIGHT_CATALOG, "catalog", false },
	{ RIGHT_PUSH, "push", true },
	{ RIGHT_DELETE, "delete", true },
};

int main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct settings settings = { .open = 0, .delete_allowed = 1 };

		ok(right_changes(cases[i].right) == cases[i].changes, "%s changes: %d",
		   cases[i].name, cases[i].changes);
		ok(access_allows(&settings, cases[i].right) != cases[i].changes,
		   "%s while closed", cases[i].name);
		settings.open = 1;
		ok(access_allows(&settings, cases[i].right), "%s while open", cases[i].name);
	}
	return done_testing();
}
