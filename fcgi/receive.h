/* receive.h - the bytes of a blob come in
 * SPDX-License-Identifier: ISC
 *
 * Each function tells the client of what goes wrong, by a fault in `response`. */
#ifndef HYTHE_RECEIVE_H
#define HYTHE_RECEIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "error.h"

struct request;
struct response;
struct upload;

/* Say where the session `id` is and how far it has come, `size` bytes: `0-0` for none
 * as for one byte, as every registry has it.  [OCI "Pushing a blob in chunks"] */
void receive_progress(const struct request *request, struct response *response, const char *id,
		      off_t size);

/* Is there room for so many bytes more?  What was received can be completed in any
 * case. */
bool receive_has_room(struct request *request, struct response *response, uint64_t bytes);

/* Does the body continue the upload?  A chunk must begin where the bytes end; and what a
 * cut-short commit left has no place for more.  If not, the progress is told too. */
bool receive_is_in_order(const struct request *request, struct response *response,
			 const struct upload *upload);

/* Append the body.  What came before it broke off, or the disk was full, is progress and
 * stays; of a body that is longer than a blob may be, or not as long as Content-Range
 * says, nothing does. */
void receive_body(struct request *request, struct response *response, struct upload *upload);

/* What came behind the first `before` bytes is not what was announced, as `fault` says:
 * as if it had never come. */
void receive_undo(struct response *response, struct upload *upload, off_t before,
		  struct fault fault);

#endif
