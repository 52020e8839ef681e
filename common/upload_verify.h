/* upload_verify.h - are the bytes of an upload what they are said to be?
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_UPLOAD_VERIFY_H
#define HYTHE_UPLOAD_VERIFY_H

#include "digest.h"
#include "outcome.h"

struct upload;

/* Are the bytes those of `digest`?  DONE; MISMATCH, and `*actual` is what they
 * are; or FAILED. */
enum outcome upload_verify(struct upload *upload, const struct digest *digest,
			   struct digest *actual);

#endif
