/* log.h - messages to the admin
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_LOG_H
#define HYTHE_LOG_H

/* Name the program in every line; `name` must outlive the process. */
void log_init(const char *name);

/* Write one line to standard error, `name[pid]: message`, in one write so
 * that lines of several processes never mix.  Control bytes become `?`;
 * a line is cut at 1 KiB.  Keeps errno. */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same with `: ` and the text of errno behind it. */
void log_errno(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
