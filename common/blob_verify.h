/* blob_verify.h - are the bytes of a blob those of its digest?
 * SPDX-License-Identifier: ISC
 *
 * Apart from blob.h, so that programs which do not ask need no libgcrypt. */
#ifndef HYTHE_BLOB_VERIFY_H
#define HYTHE_BLOB_VERIFY_H

#include "digest.h"
#include "outcome.h"

struct arena;
struct store;

/* Read the blob, condemned or not, and compare.  DONE, MISSING, MISMATCH, BUSY or
 * FAILED. */
enum outcome blob_verify(const struct store *store, struct arena *arena,
			 const struct digest *digest);

#endif
