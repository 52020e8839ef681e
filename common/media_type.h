/* media_type.h - the manifests we know
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_MEDIA_TYPE_H
#define HYTHE_MEDIA_TYPE_H

#include <stdbool.h>

enum manifest_shape {
	SHAPE_IMAGE, /* `config` and `layers` */
	SHAPE_INDEX  /* `manifests` */
};

struct media_type {
	const char *text;
	enum manifest_shape shape;
};

/* The row for a Content-Type or mediaType, parameters and case ignored; NULL
 * for a type that is not a manifest of ours.  The rows are constant. */
const struct media_type *media_type_find(const char *text);

/* The type of a manifest that states none: OCI's of its shape. */
const struct media_type *media_type_default(enum manifest_shape shape);

/* True for Docker's schema 1, signed or not, which is refused by name. */
bool media_type_is_schema1(const char *text);

/* True for layers that are not meant to be in a registry: Docker's foreign
 * and OCI's non-distributable ones.  They are neither required nor fetched. */
bool media_type_is_foreign(const char *text);

#endif
