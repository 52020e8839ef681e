/* reference.c - what names a manifest: a tag or a digest
 * SPDX-License-Identifier: ISC */
#include "reference.h"

#include <string.h>

bool tag_valid(const char *text)
{
	static const char characters[] = "abcdefghijklmnopqrstuvwxyz"
					 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "0123456789_.-";
	size_t length = strspn(text, characters);

	return length > 0 && length <= TAG_MAX_LENGTH && text[length] == '\0' &&
	       text[0] != '.' && text[0] != '-';
}

enum reference_kind reference_parse(const char *text, struct digest *digest)
{
	if (strchr(text, ':'))
		return digest_parse(text, digest) ? REFERENCE_DIGEST : REFERENCE_BAD_DIGEST;
	return tag_valid(text) ? REFERENCE_TAG : REFERENCE_BAD_TAG;
}
