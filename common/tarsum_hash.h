/* tarsum_hash.h - computes tarsums
 * SPDX-License-Identifier: ISC
 *
 * Of each entry of the archive, plain or compressed by gzip, the SHA-256 of its
 * fields as they stand there, each as name and value, numbers in decimal:
 *
 *   name mode uid gid size mtime typeflag linkname uname gname devmajor devminor
 *
 * mtime in version 0 only; in the others, after these, the key and value of each
 * extended attribute, by key; then its content.  The tarsum is the SHA-256 of all
 * these sums in hexadecimal, ordered as tarsum_list.h says.  An archive without
 * entries has the SHA-256 of nothing, and so has one without a byte.
 *
 * Nothing stands between the fields, so one can be made to look like another:
 * that a tarsum is right says less than that a digest is. */
#ifndef HYTHE_TARSUM_HASH_H
#define HYTHE_TARSUM_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include "tarsum.h"

struct arena;
struct tarsum_hash;

/* Begin a tarsum; released with the arena.  Its memory grows by 80 bytes for
 * each entry, of which there may be 1,000,000, and with nothing else. */
struct tarsum_hash *tarsum_hash_begin(struct arena *arena, enum tarsum_version version);

/* Add `length` bytes.  False once the archive is known to be a bad one: more
 * bytes then change nothing. */
bool tarsum_hash_add(struct tarsum_hash *hash, const void *bytes, size_t length);

/* The archive is complete.  NULL, and `*tarsum` is its tarsum; or why it has
 * none. */
const char *tarsum_hash_end(struct tarsum_hash *hash, struct tarsum *tarsum);

#endif
