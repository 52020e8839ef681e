/* descriptor.h - the descriptors of a manifest, for manifest.c only
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_DESCRIPTOR_H
#define HYTHE_DESCRIPTOR_H

#include "manifest_reading.h"

/* Read the descriptor `value`, which stands at `at`.  If it has no fault it
 * is added to the manifest's and returned; else NULL. */
const struct descriptor *descriptor_read(struct reading *reading, struct json_object *value,
					 enum descriptor_role role, const char *at);

/* Judge annotations, a manifest's or a descriptor's: an object of strings. */
void annotations_read(struct reading *reading, struct json_object *value, const char *at);

#endif
