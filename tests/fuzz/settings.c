/* settings.c - fuzz target: the settings file and the variables; the input is the file
 * and, each behind a NUL, what follows HYTHE_
 * SPDX-License-Identifier: ISC */
#include "settings.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "arena.h"
#include "fuzz.h"

enum { VARIABLES_MAX = 8 };

static void check(const struct settings *settings)
{
	must(settings->storage[0] == '/' && strlen(settings->storage) < 1024);
	must(settings->sendfile <= SENDFILE_ACCEL && settings->open <= 1 &&
	     settings->delete_allowed <= 1 && settings->read_only <= 1 && settings->durable <= 1 &&
	     settings->sparse <= 2 && settings->hosts <= HOSTS_MANY);
	must(settings->threads >= 1 && settings->threads <= 1024);
	must(settings->manifest_limit >= 1024 && settings->manifest_limit <= 64 << 20);
	must(settings->manifest_depth >= 4 && settings->manifest_depth <= 32);
	must(settings->manifest_descriptors >= 1 && settings->manifest_descriptors <= 4096);
	must(settings->lock_wait <= 3600 && settings->upload_expiry >= 60);
	must(settings->remote_user <= 1 && settings->tokens <= 1 && settings->token_lifetime > 0);
	must(settings->token_service && *settings->token_service);
	must(settings->upload_sessions >= 1 && settings->upload_sessions <= 1000000);
	for (const char *c = settings->warning; c && *c; c++)
		must(*c >= ' ' && *c < 0x7F);
}

int fuzz_settings(const uint8_t *bytes, size_t length)
{
	static int file = -1;
	char *environment[VARIABLES_MAX + 2] = { NULL };
	struct fuzz_input input;
	struct arena arena;
	struct settings settings;
	const char *text;

	if (file < 0)
		file = memfd_create("settings", MFD_CLOEXEC);
	arena_init(&arena);
	fuzz_begin(&input, bytes, length);
	text = fuzz_take(&input);
	must(ftruncate(file, 0) == 0 &&
	     pwrite(file, text, strlen(text), 0) == (ssize_t)strlen(text));
	environment[0] = arena_printf(&arena, "HYTHE_CONFIG=/proc/self/fd/%d", file);
	for (size_t i = 1; i <= VARIABLES_MAX && input.left; i++)
		environment[i] = arena_printf(&arena, "HYTHE_%s", fuzz_take(&input));
	if (settings_read(&settings, &arena, environment))
		check(&settings);
	arena_reset(&arena);
	fuzz_end(&input);
	return 0;
}
