/* lines.h - text files of one thing a line
 * SPDX-License-Identifier: ISC
 *
 * White space around a line is cut off; empty lines, and those whose first
 * character is `#`, are left out. */
#ifndef HYTHE_LINES_H
#define HYTHE_LINES_H

struct lines {
	char *rest;      /* what was not read yet, or NULL */
	unsigned number; /* of the last line, from 1 */
};

/* Start with a text, which is cut up as it is read. */
void lines_init(struct lines *lines, char *text);

/* The next line, or NULL. */
char *lines_next(struct lines *lines);

/* Cut white space off both ends, in place. */
char *lines_trim(char *text);

/* Cut the next word off `*rest`, by white space; NULL at the end. */
char *lines_word(char **rest);

#endif
