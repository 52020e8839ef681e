/* option.h - the options of a subcommand, by a table
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_OPTION_H
#define HYTHE_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_kind {
	OPTION_SWITCH, /* given: 1 */
	OPTION_NUMBER,
	OPTION_TIME /* in seconds; may end in s, m, h or d */
};

struct option {
	const char *name; /* with its dashes */
	enum option_kind kind;
	uint64_t *value; /* left alone if the option is not given */
	uint64_t least, most;
};

/* Read all arguments behind argv[0] as options, `--name value` or `--name=value`.
 * False after saying what is wrong. */
bool options_read(int argc, char **argv, const struct option *options, size_t count);

#endif
