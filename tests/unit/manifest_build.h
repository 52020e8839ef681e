/* manifest_build.h - manifests to test with, put together of pieces, and parsed
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_MANIFEST_BUILD_H
#define HYTHE_MANIFEST_BUILD_H

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "manifest.h"

#define OCI_IMAGE "application/vnd.oci.image.manifest.v1+json"
#define OCI_INDEX "application/vnd.oci.image.index.v1+json"
#define DOCKER_IMAGE "application/vnd.docker.distribution.manifest.v2+json"
#define DOCKER_LIST "application/vnd.docker.distribution.manifest.list.v2+json"
#define SCHEMA1 "application/vnd.docker.distribution.manifest.v1+prettyjws"

#define HEX16 "0123456789abcdef"
#define HEX64 HEX16 HEX16 HEX16 HEX16
#define HEX63 HEX16 HEX16 HEX16 "0123456789abcde"

/* Pieces of documents.  In the tables `'` stands for `"`. */
#define DIGEST "'digest':'sha256:" HEX64 "'"
#define DESCRIPTOR "{'mediaType':'a/b'," DIGEST ",'size':1}"
#define WITH(more) "{'mediaType':'a/b'," DIGEST ",'size':1," more "}"
#define OF_A "'mediaType':'a','digest':'sha256:" HEX_OF_A "','size':1"
#define HEX_OF_A "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
#define OF_NOTHING "'mediaType':'a','digest':'sha256:" HEX_OF_NOTHING "','size':0"
#define HEX_OF_NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define TYPED(type) "'schemaVersion':2,'mediaType':'" type "'"
#define PARTS "'config':" DESCRIPTOR ",'layers':[" DESCRIPTOR "]"
#define IMAGE(more) "{" TYPED(OCI_IMAGE) "," PARTS more "}"
#define LAYER(descriptor) "{" TYPED(OCI_IMAGE) ",'config':" DESCRIPTOR ",'layers':[" descriptor "]}"
#define INDEX(more) "{" TYPED(OCI_INDEX) ",'manifests':[" DESCRIPTOR "]" more "}"

static struct arena arena;

static inline const char *double_quotes(const char *text)
{
	char *copy = arena_copy(&arena, text, strlen(text));

	for (char *quote = copy; (quote = strchr(quote, '\'')) != NULL; )
		*quote = '"';
	return copy;
}

/* Parse a copy that ends where the bytes end, so that a step beyond is seen. */
static inline bool parse_bytes(const char *bytes, size_t length, const char *content_type,
			struct manifest *manifest)
{
	char *copy = malloc(length ? length : 1);
	bool good;

	memcpy(copy, bytes, length);
	good = manifest_parse(&arena, copy, length, content_type, manifest);
	free(copy);
	return good;
}

static inline bool parse(const char *text, const char *content_type, struct manifest *manifest)
{
	text = double_quotes(text);
	return parse_bytes(text, strlen(text), content_type, manifest);
}

#endif
