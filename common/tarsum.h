/* tarsum.h - tarsums: names for what is in a tar archive
 * SPDX-License-Identifier: ISC
 *
 * The older name of a layer.  It says nothing of the order of the entries, nor
 * of compression, so many archives have one tarsum: a blob is never stored
 * under it, but found by it.  How it is computed stands in tarsum_hash.h. */
#ifndef HYTHE_TARSUM_H
#define HYTHE_TARSUM_H

#include <stdbool.h>
#include "digest.h"

enum tarsum_version { TARSUM_V0, TARSUM_V1, TARSUM_DEV, TARSUM_VERSION_COUNT };

enum { TARSUM_TEXT_MAX = 18 + 64 }; /* tarsum.dev+sha256: and 64 digits */

/* `text` is `tarsum+`, `tarsum.v1+` or `tarsum.dev+`, and a SHA-256 digest. */
struct tarsum {
	enum tarsum_version version;
	char text[TARSUM_TEXT_MAX + 1];
};

/* Read `text`; false unless it is a tarsum of a known version, by SHA-256,
 * exactly. */
bool tarsum_parse(const char *text, struct tarsum *tarsum);

/* Make a tarsum of a SHA-256 digest. */
void tarsum_make(struct tarsum *tarsum, enum tarsum_version version, const struct digest *digest);

bool tarsum_equal(const struct tarsum *a, const struct tarsum *b);

/* The hexadecimal part, within `text`. */
const char *tarsum_hex(const struct tarsum *tarsum);

/* `v0`, `v1` or `dev`. */
const char *tarsum_version_name(enum tarsum_version version);

#endif
