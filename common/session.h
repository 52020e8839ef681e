/* session.h - the session file: what is known of one upload
 * SPDX-License-Identifier: ISC
 *
 * Four sectors of 512 bytes.  The first two hold the header, written once:
 *
 *   hythe-session 1 <algorithm> <time> <repository> <user> <check>
 *
 * The other two are slots, written in turn, so that a torn write loses one
 * step and never the upload:
 *
 *   <number> offset <size> <digest> <boot> <check>
 *   <number> committing <size> <digest> <boot> <check>
 *
 * The slot with the greater number counts.  `offset` says that the first <size>
 * bytes of `data` have this digest (`-`: not known); `committing`, that `data`,
 * verified, was about to become the blob.  <boot> names the boot of the
 * machine that wrote it, for after a crash `data` may be shorter or have zeros
 * at its end: a digest from another boot is not believed.  <check> is the
 * start of the SHA-256 of what stands before it.  Each is text, padded with
 * spaces and ended by a newline. */
#ifndef HYTHE_SESSION_H
#define HYTHE_SESSION_H

#include <stdbool.h>
#include <sys/types.h>
#include "digest.h"
#include "name.h"

enum { SESSION_USER_MAX = 255 };

struct session {
	enum algorithm algorithm;              /* hashed while bytes come in */
	char repository[NAME_MAX_LENGTH + 1];
	char user[SESSION_USER_MAX + 1];       /* who opened it; "-" for anybody */
	unsigned long long number;             /* of the last slot written */
	bool committing;
	off_t size;                            /* of the last slot, bytes */
	bool has_digest;                       /* and it can be believed */
	struct digest digest;
};

/* Write a new session file: the header of `session`, no slot.  -1 and errno. */
int session_create(int fd, const struct session *session);

/* Read a session file; false if it is none of ours. */
bool session_read(int fd, struct session *session);

/* Write the next slot: `digest` may be NULL for an offset.  -1 and errno; the
 * slot before it then still counts. */
int session_record(int fd, struct session *session, bool committing, off_t size,
		   const struct digest *digest);

#endif
