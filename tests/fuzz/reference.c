/* reference.c - fuzz target: tags and digests in a path
 * SPDX-License-Identifier: ISC */
#include "reference.h"

#include <string.h>

#include "fuzz.h"

static int is_tag(const char *text)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	static const char later[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

	return *text && strchr(first, *text) && strlen(text) <= TAG_MAX_LENGTH &&
	       text[strspn(text, later)] == '\0';
}

int fuzz_reference(const uint8_t *bytes, size_t length)
{
	struct fuzz_input input;
	struct digest digest, same;
	const char *text;
	enum reference_kind kind;

	fuzz_begin(&input, bytes, length);
	text = fuzz_take(&input);
	kind = reference_parse(text, &digest);
	must(tag_valid(text) == is_tag(text));
	must((kind == REFERENCE_TAG) == is_tag(text));
	must((kind == REFERENCE_DIGEST) == digest_parse(text, &same));
	must(kind != REFERENCE_DIGEST || strcmp(digest.text, text) == 0);
	must((kind == REFERENCE_BAD_TAG || kind == REFERENCE_TAG) == !strchr(text, ':'));
	fuzz_end(&input);
	return 0;
}
