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

/* A manifest on its way in. */
struct manifest_put {
	const char *name;                 /* of the repository */
	const struct manifest *manifest;  /* parsed without a fault */
	const struct digest *digest;      /* of these bytes */
	const void *bytes;
	size_t length;
	const char *const *tags;          /* valid ones, to be set last */
	size_t tag_count;
};

/* Why a manifest cannot be accepted: a descriptor without its blob. */
struct manifest_gap {
	const struct descriptor *descriptor;
	bool present; /* the blob is there, but has `size` bytes instead */
	off_t size;
};

/* List the gaps of a manifest that will not be stored anyhow, so that one
 * answer has them all: its good descriptors are looked at, without a lock.
 * DONE, BUSY or FAILED; `gaps` as below. */
enum outcome manifest_find_gaps(const struct store *store, struct arena *arena,
				const struct manifest_put *put, const struct manifest_gap **gaps,
				size_t *gap_count);

/* Store a manifest whose config and layers must all be in the repository; the
 * foreign ones, children and a subject may be missing.  Takes the locks
 * itself.  Nothing is visible before everything is durable, the tags last.
 *
 * DONE      stored.
 * MISMATCH  `gaps` (the arena's) lists every descriptor whose blob is missing
 *           or of another size; nothing was written.
 * BUSY, FULL, FAILED
 *
 * [OCI "Pushing Manifests", end-7] */
enum outcome manifest_put(const struct store *store, struct arena *arena,
			  const struct manifest_put *put, const struct manifest_gap **gaps,
			  size_t *gap_count);

#endif
