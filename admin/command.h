/* command.h - the subcommands of hythe(1)
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_COMMAND_H
#define HYTHE_COMMAND_H

#include <stdbool.h>

struct arena;
struct settings;
struct store;

/* What a subcommand ends with: EXIT_SUCCESS, EXIT_FAILURE for what it found or
 * could not do, or this, after saying how it is called. */
enum { EXIT_USAGE = 2 };

struct command {
	const char *name;
	const char *arguments; /* what usage shows behind the name, a line each */
	const char *summary;   /* half a sentence */
	/* Run with its own arguments, the name among them as argv[0].  Returns
	 * the exit status; EXIT_USAGE lets the caller show the arguments. */
	int (*run)(int argc, char **argv);
};

/* Read the settings as the programs do, from hythe.conf(5) and the environment,
 * and open the store, to change it if `writer`.  False, the reason logged.
 * Strings are the arena's. */
bool command_open(struct arena *arena, struct settings *settings, struct store *store,
		  bool writer);

int command_access(int argc, char **argv);
int command_check_storage(int argc, char **argv);
int command_passwd(int argc, char **argv);
int command_reindex(int argc, char **argv);
int command_expire(int argc, char **argv);
int command_fsck(int argc, char **argv);
int command_gc(int argc, char **argv);
int command_token(int argc, char **argv);
int command_url(int argc, char **argv);

#endif
