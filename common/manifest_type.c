/* manifest_type.c - the media type of a stored manifest
 * SPDX-License-Identifier: ISC
 *
 * Apart from manifest.c so that programs which only send manifests do not
 * link json-c. */
#include <stddef.h>
#include "json_scan.h"
#include "manifest.h"
#include "media_type.h"

static bool has(struct arena *arena, const char *bytes, size_t length, const char *key)
{
	bool present;

	json_top_string(arena, bytes, length, key, &present);
	return present;
}

const struct media_type *manifest_media_type(struct arena *arena, const char *bytes, size_t length)
{
	bool present;
	const char *text = json_top_string(arena, bytes, length, "mediaType", &present);

	if (present)
		return text ? media_type_find(text) : NULL;
	if (has(arena, bytes, length, "manifests"))
		return media_type_default(SHAPE_INDEX);
	if (has(arena, bytes, length, "layers"))
		return media_type_default(SHAPE_IMAGE);
	return NULL;
}
