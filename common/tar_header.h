/* tar_header.h - the header block of an entry in a tar archive
 * SPDX-License-Identifier: ISC
 *
 * Those of POSIX (ustar, pax), star, GNU, and of the seventh edition, which have
 * nothing behind the linkname.  [POSIX.1-2017 pax, "ustar Interchange Format"] */
#ifndef HYTHE_TAR_HEADER_H
#define HYTHE_TAR_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TAR_BLOCK = 512 };

/* An extended attribute; `value` may hold any bytes. */
struct tar_xattr {
	const char *key;
	const char *value;
	size_t length;
};

/* What is said of one entry.  A field that its format does not have is 0 or
 * empty.  The strings belong to whoever gives the entry away. */
struct tar_entry {
	const char *name;
	const char *linkname;
	const char *uname, *gname;
	int64_t mode, uid, gid;
	int64_t size;               /* never negative */
	int64_t mtime;              /* seconds since 1970, rounded down */
	int64_t devmajor, devminor;
	char typeflag;
	const struct tar_xattr *xattrs; /* by key, each once */
	size_t xattr_count;
};

/* Room for the strings of one header. */
struct tar_header {
	char name[155 + 1 + 100 + 1];
	char linkname[100 + 1];
	char uname[32 + 1], gname[32 + 1];
};

/* Read a block of TAR_BLOCK bytes.  NULL, and `*entry` is set, its strings in
 * `*header`; or what is wrong with the block. */
const char *tar_header_read(const unsigned char *block, struct tar_header *header,
			    struct tar_entry *entry);

/* A block of zeros, which is no header: two of them end an archive. */
bool tar_header_is_zero(const unsigned char *block);

#endif
