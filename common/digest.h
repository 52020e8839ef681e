/* digest.h - content digests  [OCI Image, "Digests"]
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_DIGEST_H
#define HYTHE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

enum algorithm { SHA256, SHA512, ALGORITHM_COUNT };

enum { DIGEST_TEXT_MAX = 7 + 128 }; /* sha512: and 128 digits */

/* `text` is canonical: `sha256:` or `sha512:` and lower-case hex. */
struct digest {
	enum algorithm algorithm;
	char text[DIGEST_TEXT_MAX + 1];
};

/* Read `text`; false unless it is a digest of a known algorithm, exactly. */
bool digest_parse(const char *text, struct digest *digest);

/* Make a digest of its raw bytes, as many as the algorithm has. */
void digest_from_bytes(struct digest *digest, enum algorithm algorithm, const unsigned char *bytes);

/* The reverse: its raw bytes, algorithm_bytes() of them. */
void digest_to_bytes(const struct digest *digest, unsigned char *bytes);

enum { DIGEST_BYTES_MAX = 64 };

/* How many raw bytes a digest of this algorithm has. */
size_t algorithm_bytes(enum algorithm algorithm);

bool digest_equal(const struct digest *a, const struct digest *b);

/* The hexadecimal part, within `text`. */
const char *digest_hex(const struct digest *digest);

/* `sha256` or `sha512`. */
const char *algorithm_name(enum algorithm algorithm);
bool algorithm_parse(const char *text, enum algorithm *algorithm);

/* Which of the 256 shards the digest belongs to: its first two hex digits. */
unsigned digest_shard(const struct digest *digest);

#endif
