/* log.c - messages to the admin
 * SPDX-License-Identifier: ISC */
#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

enum { LINE_MAX_BYTES = 1024 };

static const char *program = "hythe";

void log_init(const char *name)
{
	program = name;
}

/* Whatever came from outside must not end the line or drive a terminal. */
static void blank_controls(char *line, size_t length)
{
	bool control;

	for (size_t i = 0, step; i < length; i += step) {
		step = text_step(line + i, length - i, &control);
		if (control)
			memset(line + i, '?', step);
	}
}

__attribute__((format(printf, 1, 0)))
static void write_line(const char *format, va_list arguments, int cause)
{
	char line[LINE_MAX_BYTES];
	int used = snprintf(line, sizeof(line), "%s[%ld]: ", program, (long)getpid());
	size_t length;

	if (used < 0 || (size_t)used >= sizeof(line))
		return;
	vsnprintf(line + used, sizeof(line) - (size_t)used, format, arguments);
	length = strlen(line);
	if (cause) {
		errno = cause;
		snprintf(line + length, sizeof(line) - length, ": %m");
	}
	length = strlen(line);
	if (length == sizeof(line) - 1)
		length--;
	blank_controls(line, length);
	line[length++] = '\n';
	/* A log that cannot be written has nowhere to say so. */
	if (write(STDERR_FILENO, line, length) < 0)
		return;
}

void log_line(const char *format, ...)
{
	int saved = errno;
	va_list arguments;

	va_start(arguments, format);
	write_line(format, arguments, 0);
	va_end(arguments);
	errno = saved;
}

void log_errno(const char *format, ...)
{
	int saved = errno;
	va_list arguments;

	va_start(arguments, format);
	write_line(format, arguments, saved);
	va_end(arguments);
	errno = saved;
}
