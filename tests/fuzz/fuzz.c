/* fuzz.c - what the fuzz targets have in common
 * SPDX-License-Identifier: ISC */
#include "fuzz.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

struct taken {
	struct taken *next;
	char *bytes;
};

void fuzz_stop(const char *file, int line, const char *condition)
{
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, condition);
	abort();
}

void fuzz_begin(struct fuzz_input *input, const uint8_t *bytes, size_t length)
{
	*input = (struct fuzz_input){ .at = bytes, .left = length };
}

static char *take(struct fuzz_input *input, size_t length)
{
	struct taken *taken = malloc(sizeof(*taken));

	must(taken);
	*taken = (struct taken){ input->taken, malloc(length + 1) };
	must(taken->bytes);
	input->taken = taken;
	if (length)
		memcpy(taken->bytes, input->at, length);
	taken->bytes[length] = '\0';
	input->at += length;
	input->left -= length;
	return taken->bytes;
}

char *fuzz_take(struct fuzz_input *input)
{
	const uint8_t *end = input->left ? memchr(input->at, '\0', input->left) : NULL;
	char *text = take(input, end ? (size_t)(end - input->at) : input->left);

	fuzz_byte(input);
	return text;
}

uint8_t fuzz_byte(struct fuzz_input *input)
{
	if (!input->left)
		return 0;
	input->left--;
	return *input->at++;
}

char *fuzz_rest(struct fuzz_input *input, size_t *length)
{
	struct taken *taken;

	*length = input->left;
	take(input, input->left);
	taken = input->taken;
	/* No NUL behind it that an overrun could hide in. */
	taken->bytes = realloc(taken->bytes, *length ? *length : 1);
	must(taken->bytes);
	return taken->bytes;
}

void fuzz_end(struct fuzz_input *input)
{
	while (input->taken) {
		struct taken *taken = input->taken;

		input->taken = taken->next;
		free(taken->bytes);
		free(taken);
	}
}

/* Instead of log.c: nobody reads these lines, but they are made. */

void log_init(const char *name)
{
	(void)name;
}

__attribute__((format(printf, 1, 0)))
static void make_line(const char *format, va_list arguments)
{
	char line[1024];

	must(vsnprintf(line, sizeof(line), format, arguments) >= 0);
}

void log_line(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	make_line(format, arguments);
	va_end(arguments);
}

void log_errno(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	make_line(format, arguments);
	va_end(arguments);
}
