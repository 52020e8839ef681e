/* tarsum_list.h - the sums of a tar's entries, and their order
 * SPDX-License-Identifier: ISC
 *
 * They are sorted, so that the order of the entries does not count; only where
 * one path occurs more than once it must, for the last one is what is unpacked.
 * The places that the sums of one path have got are therefore filled with them
 * in the order in which they came. */
#ifndef HYTHE_TARSUM_LIST_H
#define HYTHE_TARSUM_LIST_H

#include <stddef.h>
#include "digest.h"

struct arena;
struct tarsum_list;

/* Each takes about 80 bytes of memory. */
enum { TARSUM_ENTRIES_MAX = 1000000 };

/* What is kept of an entry. */
struct tarsum_item {
	unsigned char sum[32];  /* SHA-256 of its fields and content */
	unsigned char path[32]; /* SHA-256 of its path, so that all take the same room */
};

/* An empty list; it is the arena's. */
struct tarsum_list *tarsum_list_begin(struct arena *arena);

/* The next item, to be filled in; NULL if there are TARSUM_ENTRIES_MAX. */
struct tarsum_item *tarsum_list_add(struct tarsum_list *list);

/* The SHA-256 of all sums in hexadecimal, in their order. */
void tarsum_list_digest(struct tarsum_list *list, struct digest *digest);

#endif
