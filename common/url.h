/* url.h - URLs of endpoints, as a client writes and reads them
 * SPDX-License-Identifier: ISC
 *
 * What route.h knows of paths, and what a client has around them: the root,
 * `scheme://authority`, and the query.  A URL is a path or a root and a path,
 * with or without a query. */
#ifndef HYTHE_URL_H
#define HYTHE_URL_H

#include <stdbool.h>
#include <stddef.h>
#include "route.h"

struct arena;

/* A pair of a query, decoded. */
struct url_parameter {
	const char *key;
	const char *value; /* "" where there is none */
};

enum url_fault {
	URL_GOOD,
	URL_BAD_NAME,
	URL_BAD_TAG,
	URL_BAD_DIGEST,
	URL_BAD_SESSION,
	URL_BAD_ROOT,
	URL_BAD_LOCATION,
	URL_FAULT_COUNT
};

/* What is wrong, in a few words of English; NULL for URL_GOOD. */
const char *url_fault_text(enum url_fault fault);

/* The word for a kind, and the kind of a word; false if there is none. */
const char *url_kind_word(enum route_kind kind);
bool url_kind_find(const char *word, enum route_kind *kind);

/* Are these the parts of an endpoint?  `name` and `last` as the route needs
 * them, decoded.  A session is whatever can be one segment of a path: other
 * registries have other names for theirs. */
enum url_fault url_check(struct arena *arena, enum route_kind kind, const char *name,
			 const char *last);

/* True for `scheme://authority`, with or without one slash behind it. */
bool url_root_valid(const char *root);

/* The URL that a Location or Link means [RFC 3986, 5.2], without its fragment:
 * a whole URL as it stands, an absolute path behind `root`, or alone if `root`
 * is NULL.  NULL for everything else, which would depend on more than the
 * root, for `//` without a host, and for what contains spaces or control bytes. */
const char *url_resolve(struct arena *arena, const char *root, const char *location);

/* `url` with `count` parameters in its query, in their order, percent-encoded
 * but for RFC 3986's unreserved characters.  They replace all that `url` has
 * with one of these keys; the rest stays byte for byte, and before them. */
const char *url_merge(struct arena *arena, const char *url, const struct url_parameter *parameters,
		      size_t count);

/* Read the path of a URL by route_parse(). */
bool url_parse(struct arena *arena, const char *url, struct route *route);

/* The parameters of a URL, in their order; `*count` is how many.  What cannot be
 * decoded is left as it stands. */
const struct url_parameter *url_parameters(struct arena *arena, const char *url, size_t *count);

#endif
