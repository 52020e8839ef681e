/* credentials.h - what an Authorization header says  [RFC 9110 11.6.2]
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_CREDENTIALS_H
#define HYTHE_CREDENTIALS_H

#include <stddef.h>

struct arena;

enum credentials_scheme {
	CREDENTIALS_NONE,   /* no header, or the empty user and password that some
	                     * clients send for want of any: `Basic Og==` */
	CREDENTIALS_BASIC,  /* [RFC 7617] */
	CREDENTIALS_BEARER, /* [RFC 6750] */
	CREDENTIALS_OTHER,  /* a scheme that is not known here */
	CREDENTIALS_BAD     /* no header of these, or several joined by commas */
};

struct credentials {
	enum credentials_scheme scheme;
	const char *user, *password; /* Basic */
	const char *token;           /* Bearer */
	size_t token_length;
};

/* Read the value of the header, NULL or empty if there is none.  The strings
 * are the arena's or the header's. */
struct credentials credentials_parse(struct arena *arena, const char *header);

#endif
