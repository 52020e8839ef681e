/* outcome.h - what an operation on the store can end in
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_OUTCOME_H
#define HYTHE_OUTCOME_H

/* Only expected ends have a name; each function documents the few it has.
 * Whoever returns FAILED or FULL has logged the cause, with path and errno. */
enum outcome {
	DONE,
	MISSING,  /* what was named is not there */
	MISMATCH, /* it is there, but is not what the caller said it is */
	KEPT,     /* it may neither be changed nor removed: the admin said so */
	HELD,     /* another request works on it at this moment */
	BUSY,     /* the machine cannot do it just now: try again */
	FULL,     /* no space, quota or inodes left on the store */
	FAILED    /* a fault of the machine */
};

#endif
