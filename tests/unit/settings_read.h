/* settings_read.h - settings, read from a file and an environment of the test's own
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_SETTINGS_READ_H
#define HYTHE_SETTINGS_READ_H

#include "arena.h"
#include "scratch.h"
#include "settings.h"

static struct arena arena;
static struct settings settings;
static const char *said; /* meanwhile, on standard error */

/* Read the scratch's file `conf` and this environment, NULL at its end. */
static inline bool read_all(const char *const *variables)
{
	char *environment[8] = { arena_printf(&arena, "HYTHE_CONFIG=%s/conf", scratch_path) };
	size_t count = 1;
	bool good;

	for (; variables && *variables; variables++)
		environment[count++] = arena_copy(&arena, *variables, strlen(*variables));
	scratch_listen();
	good = settings_read(&settings, &arena, environment);
	said = scratch_said();
	return good;
}

/* Read this text as the file, and perhaps one variable. */
static inline bool read_text(const char *text, const char *variable)
{
	const char *variables[] = { variable, NULL };

	scratch_put("conf", text);
	return read_all(variables);
}

#endif
