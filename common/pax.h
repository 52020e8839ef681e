/* pax.h - extended headers of a tar archive
 * SPDX-License-Identifier: ISC
 *
 * They say more, or longer things, of the entry that follows, in records
 * `<length> <key>=<value>\n`.  [POSIX.1-2017 pax, "pax Extended Header"] */
#ifndef HYTHE_PAX_H
#define HYTHE_PAX_H

#include <stddef.h>
#include "tar_header.h"

struct arena;

/* Memory for the extended attributes of one entry after another. */
struct pax {
	struct arena *arena;
	struct tar_xattr *xattrs;
	size_t count, room;
};

/* Let the `length` bytes of records at `bytes` have their say in `*entry`:
 * path, linkpath, uname, gname, uid, gid, size, mtime, and extended attributes
 * (SCHILY.xattr.*).  What comes twice counts as it came last; but for
 * attributes, what is empty leaves the header's value.  Other keys are passed
 * over.  The records are changed, strings of the entry lie in them, and its
 * attributes in `*pax`.  NULL, or what is wrong with them. */
const char *pax_apply(struct pax *pax, char *bytes, size_t length, struct tar_entry *entry);

#endif
