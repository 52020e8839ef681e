/* hythe.c - the command of clients and admins
 * SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "log.h"
#include "server.h"

static const struct command commands[] = {
	{ "access", "check USER REPOSITORY RIGHT",
	  "say which line of the access file decides", command_access },
	{ "passwd", "[--stdin] [FILE] USER", "set the password of a user", command_passwd },
	{ "token", "--decode TOKEN\n--add-key", "explain a token, or add a key to sign with",
	  command_token },
	{ "url",
	  "[--root ROOT] [--raw] KIND [ARGUMENT]... [KEY=VALUE]...\n"
	  "[--root ROOT] at LOCATION [KEY=VALUE]...\n"
	  "[--root ROOT] [--raw] --batch\n"
	  "--parse URL",
	  "print the URL of an endpoint, or take one apart", command_url },
	{ "reindex", "[--dry-run] [NAME]...", "record again what manifests refer to",
	  command_reindex },
	{ "check-storage", "[--record] DIRECTORY [DIRECTORY]",
	  "say whether a directory, or two hosts', can be a store", command_check_storage },
	{ "expire", "[--older-than TIME]", "end upload sessions that nobody finishes",
	  command_expire },
	{ "fsck", "[--hash] [--jobs NUMBER] [--repair] [--unmark]",
	  "say what is wrong with the store", command_fsck },
	{ "gc",
	  "[--dry-run] [--verbose] [--grace TIME] [--linger TIME] [--untagged-older-than TIME]",
	  "remove what no manifest names", command_gc },
};

/* A line for each form of the command, the first one behind `lead`. */
static void print_usage(FILE *out, const char *lead, const struct command *command)
{
	const char *line = command->arguments;

	for (;; lead = "") {
		int length = (int)strcspn(line, "\n");

		fprintf(out, "%-7shythe %s %.*s\n", lead, command->name, length, line);
		if (!line[length])
			return;
		line += length + 1;
	}
}

static int help(FILE *out, int status)
{
	fputs("usage: hythe COMMAND [ARGUMENT]...\n\n", out);
	for (size_t i = 0; i < COUNT(commands); i++) {
		fprintf(out, "%-13s %s\n", commands[i].name, commands[i].summary);
		print_usage(out, "", &commands[i]);
	}
	return status;
}

static int run(const struct command *command, int argc, char **argv)
{
	int status;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		print_usage(stdout, "usage: ", command);
		return EXIT_SUCCESS;
	}
	status = command->run(argc, argv);
	if (status == EXIT_USAGE)
		print_usage(stderr, "usage: ", command);
	return status;
}

int main(int argc, char **argv)
{
	log_init("hythe");
	umask(0);
	if (argc < 2)
		return help(stderr, EXIT_USAGE);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
		return help(stdout, EXIT_SUCCESS);
	if (strcmp(argv[1], "--version") == 0)
		return puts("hythe " HYTHE_VERSION) < 0;
	for (size_t i = 0; i < COUNT(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return run(&commands[i], argc - 1, argv + 1);
	fprintf(stderr, "hythe: there is no command '%s'\n", argv[1]);
	return help(stderr, EXIT_USAGE);
}
