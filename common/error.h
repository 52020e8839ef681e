/* error.h - everything that can be wrong with a request
 * SPDX-License-Identifier: ISC
 *
 * One table says how each fault of ours looks to a client: the code of the
 * spec, the HTTP status, a message.  Several may share a code.  Each fault
 * carries what it is about as typed fields, which become its `detail`. */
#ifndef HYTHE_ERROR_H
#define HYTHE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

struct text;

/* A request is checked phase by phase, and answered at the end of the first
 * that found a fault, with all its faults.  Those of one phase that can meet
 * in an answer share one status. */
enum phase {
	PHASE_FRAMING,      /* length, header limits: one fault */
	PHASE_ROUTE,        /* path and method: one fault */
	PHASE_SYNTAX,       /* each part of path, query and headers: 400 */
	PHASE_ACCESS,       /* who may: one fault */
	PHASE_SWITCHED_OFF, /* what the admin turned off: one fault */
	PHASE_ABSENT,       /* what is named and not there: 404 */
	PHASE_PRECONDITION, /* order, range, being busy: one fault */
	PHASE_BODY,         /* what was sent, in document order: 400 */
	PHASE_MACHINE       /* no fault of the client's: one fault */
};

enum fault_kind {
	FAULT_LENGTH_INVALID,
	FAULT_BODY_TOO_LARGE,
	FAULT_MANIFEST_TOO_LARGE,
	FAULT_TAGS_TOO_MANY,
	FAULT_ROUTE_UNKNOWN,
	FAULT_METHOD_UNKNOWN,
	FAULT_NAME_INVALID,
	FAULT_TAG_INVALID,
	FAULT_DIGEST_INVALID,
	FAULT_DIGEST_MISSING,
	FAULT_ALGORITHM_UNKNOWN,
	FAULT_SIZE_PARAMETER_INVALID,
	FAULT_NUMBER_INVALID,
	FAULT_PARAMETER_INVALID,
	FAULT_CONTENT_RANGE_INVALID,
	FAULT_CONTENT_RANGE_LENGTH,
	FAULT_UNAUTHORIZED,
	FAULT_DENIED,
	FAULT_READ_ONLY,
	FAULT_DELETE_OFF,
	FAULT_NAME_UNKNOWN,
	FAULT_BLOB_UNKNOWN,
	FAULT_MANIFEST_UNKNOWN,
	FAULT_UPLOAD_UNKNOWN,
	FAULT_RANGE_UNSATISFIABLE,
	FAULT_UPLOAD_OUT_OF_ORDER,
	FAULT_UPLOAD_BUSY,
	FAULT_UPLOADS_TOO_MANY,
	FAULT_TAG_IMMUTABLE,
	FAULT_BODY_CUT,
	FAULT_BODY_LENGTH,
	FAULT_SIZE_MISMATCH,
	FAULT_SIZE_MISSING,
	FAULT_DIGEST_MISMATCH,
	FAULT_TAR_INVALID,
	FAULT_MANIFEST_JSON,
	FAULT_MANIFEST_FIELD,
	FAULT_MANIFEST_TYPE,
	FAULT_MANIFEST_DIGEST,
	FAULT_MANIFEST_SIZE,
	FAULT_MANIFEST_BLOB_UNKNOWN,
	FAULT_MANIFEST_BLOB_SIZE,
	FAULT_MORE,
	FAULT_BUSY,
	FAULT_FULL,
	FAULT_BROKEN,
	FAULT_COUNT
};

/* A number that may be absent. */
struct number {
	bool given;
	unsigned long long value;
};

#define NUMBER(of) ((struct number){ true, (unsigned long long)(of) })

/* What is not given is left out of `detail`.  The strings live as long as the
 * request, and are cut at 256 bytes when shown. */
struct fault {
	enum fault_kind kind;
	const char *name;      /* of a repository */
	const char *reference; /* a tag or a digest, as it was sent */
	const char *digest;
	const char *session;   /* id of an upload */
	const char *at;        /* place in the manifest: a JSON pointer */
	const char *field;     /* a header or query parameter */
	const char *value;     /* what was sent, of a field or instead of what is known */
	const char *reason;    /* a sentence for people */
	struct number offset;   /* bytes; where it should have gone on */
	struct number size;     /* what there was, bytes or a count */
	struct number expected; /* what there should have been, or at most */
};

/* FAULT(FAULT_NAME_INVALID, .name = name) */
#define FAULT(...) ((struct fault){ .kind = __VA_ARGS__ })

enum { FAULTS_SHOWN_MAX = 100 };

/* The HTTP status of a fault, and the phase it belongs to. */
unsigned fault_status(enum fault_kind kind);
enum phase fault_phase(enum fault_kind kind);

/* Add the body of the answer with these faults: the first FAULTS_SHOWN_MAX, the
 * last saying how many more.  [OCI "Error Codes"] */
void faults_render(struct text *text, const struct fault *faults, size_t count);

#endif
