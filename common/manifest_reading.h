/* manifest_reading.h - the state of one manifest_parse(), for its files only
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_MANIFEST_READING_H
#define HYTHE_MANIFEST_READING_H

#include <stdbool.h>
#include <stddef.h>
#include "manifest.h"

struct json_object;

struct reading {
	struct arena *arena;
	const struct manifest_limits *limits;
	struct manifest *manifest;
	struct manifest_fault *faults;
	size_t fault_total;         /* those dropped included */
	struct descriptor *descriptors;
	size_t descriptors_seen;    /* good or bad */
	struct descriptor *current; /* the one that is being read */
	const void *data;           /* what it embeds, decoded; or NULL */
	size_t data_length;
	const struct media_type *stated; /* the Content-Type's, or NULL */
	int where;                  /* IN_IMAGE or IN_INDEX, by the members; 0 if unclear */
	const char *config_type;    /* the config's mediaType as JSON text, or NULL */
};

enum { OPTIONAL = 0, IN_IMAGE = 1, IN_INDEX = 2, ALWAYS = 4 };

/* A member of an object that means something here.  `read` judges its value
 * (NULL for null), which stands at the JSON pointer `at`. */
struct member {
	const char *key;
	int required;                  /* where it must not be missing */
	enum manifest_problem missing; /* the problem if it is */
	void (*read)(struct reading *reading, struct json_object *value, const char *at);
};

/* Read the members of `object`, which stands at `at`, by the rows of
 * `members`, in document order; then report those that are required and
 * missing.  A key that differs from a row's in nothing but case is refused:
 * clients that ignore case would read another document. */
void reading_members(struct reading *reading, struct json_object *object, const char *at,
		     const struct member *members, size_t count);

/* Note a fault; `value` is what stands at `at`, or NULL. */
void reading_fault(struct reading *reading, enum manifest_problem problem, const char *at,
		   const char *value, const char *reason);

/* The same for a JSON value; of arrays and objects no text is kept. */
void reading_reject(struct reading *reading, enum manifest_problem problem, const char *at,
		    struct json_object *value, const char *reason);

/* The value if it is a string; else NULL, with a fault. */
const char *reading_string(struct reading *reading, struct json_object *value, const char *at);

#endif
