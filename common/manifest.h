/* manifest.h - manifests and indexes, read and judged
 * SPDX-License-Identifier: ISC
 *
 * The whole document is judged, not up to the first fault: each fault comes
 * with its JSON pointer.  Nothing here knows whether a blob exists. */
#ifndef HYTHE_MANIFEST_H
#define HYTHE_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "digest.h"
#include "media_type.h"

struct arena;

enum { DESCRIPTORS_MAX = 4096, MANIFEST_FAULTS_MAX = 101 };

enum manifest_problem {
	PROBLEM_JSON,            /* json_scan's; `value` says which */
	PROBLEM_SCHEMA1,         /* Docker schema 1, no longer supported */
	PROBLEM_SCHEMA_VERSION,  /* `schemaVersion` is not 2 */
	PROBLEM_MEDIA_TYPE,      /* unknown, or not the Content-Type's */
	PROBLEM_SHAPE,           /* both shapes at once, none, or not the type's */
	PROBLEM_FIELD,           /* a field is missing or of the wrong kind */
	PROBLEM_DIGEST,          /* a descriptor's digest is no digest of ours, or its data's */
	PROBLEM_SIZE,            /* a size is no whole number from 0 to 2^53, or not the data's */
	PROBLEM_TOO_MANY         /* more descriptors than the limit */
};

struct manifest_fault {
	enum manifest_problem problem;
	size_t after;       /* how many of the good descriptors stand before it */
	const char *at;     /* JSON pointer */
	const char *value;  /* what stands there, cut at 256 bytes; or NULL */
	const char *reason; /* a constant sentence for people, lower case, no full stop */
};

enum descriptor_role { ROLE_CONFIG, ROLE_LAYER, ROLE_MANIFEST, ROLE_SUBJECT };

struct descriptor {
	enum descriptor_role role;
	const char *at;         /* JSON pointer to the descriptor, such as /layers/1 */
	const char *media_type; /* as it stands, or "" */
	struct digest digest;
	uint64_t size;          /* bytes */
	bool foreign;           /* a foreign layer, or one with `urls`: not required */
};

struct manifest {
	const struct media_type *media_type;
	/* Good descriptors in document order; bad ones are faults instead. */
	const struct descriptor *descriptors;
	size_t descriptor_count;
	const struct descriptor *subject; /* one of the above, or NULL */
	/* What a referrers list shows of it, as compact JSON text: the
	 * artifactType (for an image with none or an empty one, its config's
	 * mediaType) and the annotations; NULL if there are none, or bad ones. */
	const char *artifact_type;
	const char *annotations;
	/* In document order, at most MANIFEST_FAULTS_MAX; more are dropped. */
	const struct manifest_fault *faults;
	size_t fault_count;
};

/* Read a document of `length` bytes, pushed with `content_type` (NULL or ""
 * if none was sent).  True if it has no fault; else `faults` lists them all,
 * and the descriptors that could be read are there as well.  Everything is
 * the arena's.  [OCI Image, "Image Manifest", "Image Index", "Descriptors"] */
bool manifest_parse(struct arena *arena, const char *bytes, size_t length,
		    const char *content_type, struct manifest *manifest);

/* What an admin allows, at most JSON_DEPTH_MAX and DESCRIPTORS_MAX: whatever is stored
 * can be read by every program, with any settings. */
struct manifest_limits {
	size_t depth;       /* nested arrays and objects */
	size_t descriptors;
};

/* The same within narrower limits, for a manifest that is not stored yet. */
bool manifest_parse_within(struct arena *arena, const struct manifest_limits *limits,
			   const char *bytes, size_t length, const char *content_type,
			   struct manifest *manifest);

/* The media type of a stored manifest, from its bytes alone and without
 * building a tree: its mediaType, else OCI's of its shape; NULL if it is no
 * manifest of ours. */
const struct media_type *manifest_media_type(struct arena *arena, const char *bytes, size_t length);

#endif
