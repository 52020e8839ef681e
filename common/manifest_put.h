/* manifest_put.h - how a manifest gets into a repository
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_MANIFEST_PUT_H
#define HYTHE_MANIFEST_PUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "digest.h"
#include "manifest.h"
#include "outcome.h"

struct arena;
struct store;

/* What a manifest may name that the repository does not have.  A foreign layer
 * and a subject always may be missing. */
enum sparse {
	SPARSE_NO,    /* nothing */
	SPARSE_INDEX, /* the manifests of an index */
	SPARSE_ALL    /* these, and the config and layers of an image */
};

/* A manifest on its way in. */
struct manifest_put {
	const char *name;                 /* of the repository */
	const struct manifest *manifest;  /* parsed without a fault */
	const struct digest *digest;      /* of these bytes */
	const void *bytes;
	size_t length;
	const char *const *tags;          /* valid ones, to be set last */
	size_t tag_count;
	enum sparse sparse;
};

/* Why a manifest cannot be accepted: a descriptor without its blob or manifest. */
struct manifest_gap {
	const struct descriptor *descriptor;
	bool present; /* it is there, but has `size` bytes instead */
	off_t size;
};

/* What was found of all that a manifest names. */
struct manifest_gaps {
	const struct manifest_gap *list; /* the arena's, in document order */
	size_t count;
	size_t allowed; /* how many are missing and may be, subject and foreign layers apart */
	const char *kept; /* the tag that may not move, if the outcome is KEPT */
};

/* Find the gaps of a manifest that will not be stored anyhow, so that one
 * answer has them all: its good descriptors are looked at, without a lock.
 * DONE, BUSY or FAILED. */
enum outcome manifest_find_gaps(const struct store *store, struct arena *arena,
				const struct manifest_put *put, struct manifest_gaps *gaps);

/* Store a manifest if all that it names is in the repository, but for what may
 * be missing.  Takes the locks itself.  Nothing is visible before everything is
 * durable, the tags last.
 *
 * DONE      stored.
 * MISMATCH  `gaps` lists every descriptor whose blob or manifest is missing or
 *           of another size; nothing was written.
 * KEPT      one of the tags is immutable and stands for another manifest; nothing
 *           was written.
 * BUSY, FULL, FAILED
 *
 * [OCI "Pushing Manifests", end-7] */
enum outcome manifest_put(const struct store *store, struct arena *arena,
			  const struct manifest_put *put, struct manifest_gaps *gaps);

#endif
