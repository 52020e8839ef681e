/* media_type.c - the manifests we know
 * SPDX-License-Identifier: ISC */
#include "media_type.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static const struct media_type manifests[] = {
	{ "application/vnd.oci.image.manifest.v1+json", SHAPE_IMAGE },
	{ "application/vnd.oci.image.index.v1+json", SHAPE_INDEX },
	{ "application/vnd.docker.distribution.manifest.v2+json", SHAPE_IMAGE },
	{ "application/vnd.docker.distribution.manifest.list.v2+json", SHAPE_INDEX },
};

static const char *const schema1[] = {
	"application/vnd.docker.distribution.manifest.v1+json",
	"application/vnd.docker.distribution.manifest.v1+prettyjws",
};

static const char *const foreign[] = {
	"application/vnd.docker.image.rootfs.foreign.diff.tar",
	"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
	"application/vnd.oci.image.layer.nondistributable.v1.tar",
	"application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
	"application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
};

/* Whether `text` is `type`, in any case [RFC 9110 8.3.1] and with any
 * parameters. */
static bool same(const char *text, const char *type)
{
	size_t length;

	text += strspn(text, " \t");
	length = strcspn(text, "; \t");
	return length == strlen(type) && strncasecmp(text, type, length) == 0;
}

static bool among(const char *text, const char *const *types, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (same(text, types[i]))
			return true;
	return false;
}

const struct media_type *media_type_find(const char *text)
{
	for (size_t i = 0; i < ROWS(manifests); i++)
		if (same(text, manifests[i].text))
			return &manifests[i];
	return NULL;
}

const struct media_type *media_type_default(enum manifest_shape shape)
{
	const struct media_type *row = manifests; /* OCI's rows are first */

	while (row->shape != shape)
		row++;
	return row;
}

bool media_type_is_schema1(const char *text)
{
	return among(text, schema1, ROWS(schema1));
}

bool media_type_is_foreign(const char *text)
{
	return among(text, foreign, ROWS(foreign));
}
