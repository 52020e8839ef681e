/* reference.h - what names a manifest: a tag or a digest
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_REFERENCE_H
#define HYTHE_REFERENCE_H

#include <stdbool.h>
#include "digest.h"

enum { TAG_MAX_LENGTH = 128 };

/* True for [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}.  [OCI "Pulling manifests"] */
bool tag_valid(const char *text);

enum reference_kind {
	REFERENCE_TAG,
	REFERENCE_DIGEST,
	REFERENCE_BAD_TAG,   /* no colon, and no tag */
	REFERENCE_BAD_DIGEST /* a colon, and no digest of ours */
};

/* Decide what `text` is; for REFERENCE_DIGEST `*digest` is set. */
enum reference_kind reference_parse(const char *text, struct digest *digest);

#endif
