/* hythe/url.h - URLs of a container registry's endpoints, built and taken apart
 * SPDX-License-Identifier: ISC
 *
 * The OCI Distribution Specification's endpoints, from the same table that the
 * registry hythe reads requests by; a registry of any kind may be asked with
 * them.  Link with `pkg-config --libs hythe-url`.
 *
 * What is returned belongs to the caller.  NULL and errno ENOMEM is no memory;
 * NULL and EINVAL an argument that is refused.  Functions keep nothing between
 * calls, and may be called by any thread. */
#ifndef HYTHE_PUBLIC_URL_H
#define HYTHE_PUBLIC_URL_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Endpoints.  Behind each: its number in the specification, and whether it has
 * the name of a repository and a part, which is the last of the path. */
enum hythe_url_kind {
	HYTHE_URL_BASE,                  /* end-1 */
	HYTHE_URL_CATALOG,
	HYTHE_URL_EXTENSIONS,
	HYTHE_URL_REPOSITORY_EXTENSIONS, /* name */
	HYTHE_URL_TAGS,                  /* end-8: name */
	HYTHE_URL_REFERRERS,             /* end-12: name, part: a digest */
	HYTHE_URL_MANIFEST,              /* end-3, 7, 9: name, part: a tag or digest */
	HYTHE_URL_BLOB,                  /* end-2, 10: name, part: a digest or tarsum */
	HYTHE_URL_UPLOADS,               /* end-4, 11: name */
	HYTHE_URL_SESSION,               /* end-5, 6, 13, 14: name, part: a session */
	HYTHE_URL_TOKEN                  /* of hythe only */
};

/* A pair of the query, not encoded. */
struct hythe_url_parameter {
	const char *key;
	const char *value;
};

/* A URL taken apart.  Nothing in it is encoded; all of it goes with
 * hythe_url_free(). */
struct hythe_url {
	enum hythe_url_kind kind;
	const char *name; /* of the repository; NULL where the kind has none */
	const char *part; /* NULL where the kind has none */
	size_t count;     /* of parameters */
	const struct hythe_url_parameter *parameters; /* in their order */
};

/* The word that hythe-url(1) has for a kind, static; NULL if it is none. */
const char *hythe_url_word(enum hythe_url_kind kind);

/* The URL of an endpoint, to be given to free().
 *   root        `scheme://host[:port]`; NULL for the path alone
 *   name, part  not encoded; what the kind does not have is not looked at
 *   parameters  `count` of them, for the query
 * EINVAL if root, name or part is not valid, and for a kind that is none. */
char *hythe_url_build(const char *root, enum hythe_url_kind kind, const char *name,
		      const char *part, const struct hythe_url_parameter *parameters, size_t count);

/* The URL that a Location or Link means, to be given to free(): a whole URL as
 * it stands, an absolute path behind `root` (alone if that is NULL), without a
 * fragment.  The parameters replace those of the same key that it has, and
 * everything else of its query is kept byte for byte, before them: so `digest`
 * is added to an upload's Location.  EINVAL if root or location is not valid;
 * other relative locations, which depend on where they came from, are not. */
char *hythe_url_at(const char *root, const char *location,
		   const struct hythe_url_parameter *parameters, size_t count);

/* Take apart a path or a whole URL.  EINVAL if it is that of no endpoint;
 * whether names, tags and digests are valid is not decided here.  Parameters
 * that cannot be decoded are left as they stand. */
struct hythe_url *hythe_url_parse(const char *url);

/* `url` may be NULL. */
void hythe_url_free(struct hythe_url *url);

#ifdef __cplusplus
}
#endif

#endif
