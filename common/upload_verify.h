/* upload_verify.h - are the bytes of an upload what they are said to be?
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_UPLOAD_VERIFY_H
#define HYTHE_UPLOAD_VERIFY_H

#include "digest.h"
#include "outcome.h"
#include "tarsum.h"

struct upload;

/* Are the bytes those of `digest`?  DONE; MISMATCH, and `*actual` is what they
 * are; or FAILED. */
enum outcome upload_verify(struct upload *upload, const struct digest *digest,
			   struct digest *actual);

/* What was found of bytes that should have a tarsum. */
struct tarsum_finding {
	struct digest digest; /* their SHA-256, if they have it */
	struct tarsum actual; /* what they have instead, */
	const char *reason;   /* or why they have none */
};

/* Have the bytes this tarsum?  They are read for it once more.  DONE; MISMATCH;
 * MISSING if an earlier commit took them away and the blob is gone since, and so
 * the session; BUSY or FAILED. */
enum outcome upload_verify_tarsum(struct upload *upload, const struct tarsum *tarsum,
				  struct tarsum_finding *finding);

#endif
