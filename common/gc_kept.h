/* gc_kept.h - which manifests of a repository are kept, if untagged ones may go
 * SPDX-License-Identifier: ISC
 *
 * Kept is what a tag stands for, what is young, the children of a kept index,
 * and what has a kept manifest as its subject: a signature stays with its image,
 * but does not keep it. */
#ifndef HYTHE_GC_KEPT_H
#define HYTHE_GC_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include "digest.h"

struct arena;
struct manifest;

/* A manifest of one repository. */
struct gc_node {
	struct digest digest;
	bool kept;
	bool has_subject;
	struct digest subject;
	struct digest *children;
	size_t child_count;
};

struct gc_graph {
	struct arena *arena;
	struct gc_node *nodes;
	size_t count, room;
};

void gc_graph_init(struct gc_graph *graph, struct arena *arena);

/* Add a manifest that was read as `digest`, to be kept for itself or not. */
void gc_graph_add(struct gc_graph *graph, const struct digest *digest,
		  const struct manifest *manifest, bool kept);

/* All are added: keep what the tag `digest` stands for, if it is there. */
void gc_graph_sort(struct gc_graph *graph);
void gc_graph_tag(struct gc_graph *graph, const struct digest *digest);

/* Then keep all that those kept keep. */
void gc_graph_spread(struct gc_graph *graph);

#endif
