/* complete.h - what came becomes a blob, if it is what it should be
 * SPDX-License-Identifier: ISC
 *
 * Each function answers the request: with CREATED and the blob, or with a fault. */
#ifndef HYTHE_COMPLETE_H
#define HYTHE_COMPLETE_H

#include <sys/types.h>

struct digest;
struct request;
struct response;
struct upload;

/* The repository has the blob `digest`: say where. */
void complete_stored(const struct request *request, struct response *response,
		     const struct digest *digest);

/* The last step of PUT, and of POST with everything in it: check the size and the digest
 * or tarsum that the request says, and commit.  If that fails, the upload is as it was
 * with `before` bytes, but where an earlier commit has taken them. */
void complete_upload(struct request *request, struct response *response, struct upload *upload,
		     off_t before);

/* A PUT to a session that is not there.  The answer to the last request may have been
 * lost: asked again, without a body, for what is done, say so. */
void complete_again(struct request *request, struct response *response);

#endif
