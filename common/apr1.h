/* apr1.h - Apache's own password hashes, which crypt(3) does not know
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_APR1_H
#define HYTHE_APR1_H

struct arena;

#define APR1_PREFIX "$apr1$"

/* The hash of a password with the salt of `setting`, `$apr1$` SALT and maybe
 * `$` and a hash.  The arena's; NULL if there is no salt of 1 to 8 characters,
 * or MD5 is not to be had. */
const char *apr1(struct arena *arena, const char *password, const char *setting);

#endif
