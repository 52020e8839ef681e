/* option.c - the options of a subcommand, by a table
 * SPDX-License-Identifier: ISC */
#include "option.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

static const struct option *find(const struct option *options, size_t count, const char *argument)
{
	size_t length = strcspn(argument, "=");

	for (size_t i = 0; i < count; i++)
		if (strlen(options[i].name) == length &&
		    strncmp(options[i].name, argument, length) == 0)
			return &options[i];
	fprintf(stderr, "hythe: there is no option '%s'\n", argument);
	return NULL;
}

static bool read_value(const struct option *option, const char *text)
{
	const struct text_unit *units = option->kind == OPTION_TIME ? text_times : NULL;

	if (!text)
		fprintf(stderr, "hythe: %s needs a value\n", option->name);
	else if (text_quantity(text, units, option->least, option->most, option->value))
		return true;
	else
		fprintf(stderr, "hythe: %s cannot be '%s'\n", option->name, text);
	return false;
}

/* Read the option at argv[*at], and step over its value if that stands apart. */
static bool read_option(const struct option *option, int argc, char **argv, int *at)
{
	const char *equals = strchr(argv[*at], '=');

	if (option->kind == OPTION_SWITCH) {
		*option->value = 1;
		if (equals)
			fprintf(stderr, "hythe: %s takes no value\n", option->name);
		return !equals;
	}
	if (equals)
		return read_value(option, equals + 1);
	++*at;
	return read_value(option, *at < argc ? argv[*at] : NULL);
}

bool options_read(int argc, char **argv, const struct option *options, size_t count)
{
	for (int i = 1; i < argc; i++) {
		const struct option *option = find(options, count, argv[i]);

		if (!option || !read_option(option, argc, argv, &i))
			return false;
	}
	return true;
}
