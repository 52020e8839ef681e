/* name.c - fuzz target: names of repositories, against the specification's pattern
 * SPDX-License-Identifier: ISC */
#include "name.h"

#include <regex.h>
#include <string.h>

#include "fuzz.h"

#define COMPONENT "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*"

int fuzz_name(const uint8_t *bytes, size_t length)
{
	static regex_t pattern;
	static int compiled;
	struct fuzz_input input;
	const char *text;
	int good;

	if (!compiled)
		compiled = regcomp(&pattern, "^" COMPONENT "(/" COMPONENT ")*$",
				   REG_EXTENDED | REG_NOSUB) == 0;
	must(compiled);
	fuzz_begin(&input, bytes, length);
	text = fuzz_take(&input);
	good = name_valid(text);
	if (strlen(text) > NAME_MAX_LENGTH)
		must(!good);
	else
		must(good == (regexec(&pattern, text, 0, NULL, 0) == 0));
	fuzz_end(&input);
	return 0;
}
