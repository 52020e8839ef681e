/* request.h - a request, read and checked at the edge
 * SPDX-License-Identifier: ISC
 *
 * Handlers see typed values only: what a name, digest or number could be is
 * decided here, once, before any handler runs. */
#ifndef HYTHE_REQUEST_H
#define HYTHE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "access.h"
#include "digest.h"
#include "range.h"
#include "route.h"
#include "tarsum.h"

struct arena;
struct response;
struct settings;
struct store;
struct transport;

enum method { METHOD_GET, METHOD_PUT, METHOD_POST, METHOD_PATCH, METHOD_DELETE, METHOD_COUNT };

/* What an action reads besides the path; anything else is ignored. */
enum parameter {
	TAKES_DIGEST = 1 << 0,        /* ?digest=, a digest or tarsum */
	NEEDS_DIGEST = 1 << 1,        /* the same, and it must be there */
	TAKES_MOUNT = 1 << 2,         /* ?mount= and ?from= */
	TAKES_SIZE = 1 << 3,          /* ?size=, also called length= */
	TAKES_ALGORITHM = 1 << 4,     /* ?digest-algorithm= */
	TAKES_CONTENT_RANGE = 1 << 5, /* the header */
	TAKES_PAGE = 1 << 6,          /* ?n= and ?last= */
	TAKES_FILTER = 1 << 7,        /* ?artifactType= */
	TAKES_TAGS = 1 << 8           /* ?tag=, with a digest in the path, any number */
};

enum { TAGS_MAX = 100 };

struct request {
	struct arena *arena;
	const struct settings *settings;
	const struct store *store;
	struct transport *transport;
	const struct access *access;
	struct caller caller;     /* who sent it */
	bool is_read_only;        /* the registry, at this moment */

	enum method method;       /* METHOD_COUNT for one we do not know */
	bool head;                /* GET, but only the headers */
	struct route route;
	const char *path;         /* raw */
	const char *query;        /* raw, "" if there is none */

	const char *name;         /* repository of the path, or NULL */
	const char *tag;          /* reference of the path, if it is a tag, or NULL */
	const char *session;      /* upload session of the path, or NULL */
	struct digest digest;     /* digest of the path, where the route has one, */
	const struct tarsum *tarsum;         /* unless it has a tarsum there; or NULL */

	const struct digest *content_digest; /* ?digest=, or NULL; */
	const struct tarsum *content_tarsum; /* or this, if it is a tarsum */
	const struct digest *mount;          /* ?mount=, or NULL */
	const char *from;                    /* ?from=, or NULL */
	const struct range *content_range;   /* or NULL */
	bool has_size;
	uint64_t size;                       /* ?size=, bytes */
	enum algorithm algorithm;            /* ?digest-algorithm=, sha256 by default */

	bool has_n;
	uint64_t n;                          /* ?n=, clamped to UINT64_MAX */
	const char *last;                    /* ?last=, or NULL */
	const char *artifact_type;           /* ?artifactType=, or NULL */
	const char **tags;                   /* ?tag=, and the tag of the path */
	size_t tag_count;

	bool has_body;            /* one may follow; false: there is none */
	bool length_known;
	uint64_t length;          /* Content-Length, bytes, if known */
	uint64_t received;        /* body bytes read so far */
	bool may_be_cut;          /* nobody would know if it ended early */
	bool is_http2;
};

/* Read the method, the target and the length of the body.  Adds the faults of
 * PHASE_FRAMING and, where the path is no endpoint, of PHASE_ROUTE. */
void request_open(struct request *request, struct response *response);

/* Check the parts of the path, and the query and headers that `takes` (enum
 * parameter) names.  Adds the faults of PHASE_SYNTAX, in the order of the path
 * and the query. */
void request_check(struct request *request, struct response *response, unsigned takes);

/* A request header by its CGI name, such as HTTP_RANGE; NULL if not sent. */
const char *request_header(const struct request *request, const char *name);

/* Does the client have this digest already, by its If-None-Match?  Quoted, weak
 * or bare entity tags count.  [RFC 9110 13.1.2] */
bool request_has(const struct request *request, const struct digest *digest);

/* How large a buffer is worth having for the rest of the body: `most`, or what is left
 * of it where that is known and less. */
size_t request_room(const struct request *request, size_t most);

/* Read at most `room` bytes of the body; 0 at its end or where it breaks off. */
size_t request_read(struct request *request, void *bytes, size_t room);

/* Read the body to find out whether it has any bytes; one of them is lost. */
bool request_has_content(struct request *request);

/* After request_read() returned 0: was that the whole body?  Where plain CGI
 * cannot know (a chunked body), true: there the content must prove itself. */
bool request_is_whole(const struct request *request);

/* Read away what is left of the body, within reason, where an answer that ends before
 * it is lost: by CGI some servers drop it; by HTTP/2 some break off the stream, since
 * they cannot read on as by HTTP/1.  No client is kept from hanging up, or made to send
 * what it asked about by Expect: a web server has answered that before it asks us. */
void request_drain(struct request *request);

#endif
