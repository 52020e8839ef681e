/* gc_kept.c - which manifests of a repository are kept, if untagged ones may go
 * SPDX-License-Identifier: ISC */
#include "gc_kept.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "manifest.h"

void gc_graph_init(struct gc_graph *graph, struct arena *arena)
{
	*graph = (struct gc_graph){ .arena = arena };
}

static struct gc_node *append(struct gc_graph *graph)
{
	if (graph->count == graph->room) {
		size_t room = graph->room ? 2 * graph->room : 64;
		struct gc_node *nodes = arena_alloc(graph->arena, room * sizeof(*nodes));

		if (graph->count)
			memcpy(nodes, graph->nodes, graph->count * sizeof(*nodes));
		graph->nodes = nodes;
		graph->room = room;
	}
	return &graph->nodes[graph->count++];
}

static size_t count_children(const struct manifest *manifest)
{
	size_t count = 0;

	for (size_t i = 0; i < manifest->descriptor_count; i++)
		count += manifest->descriptors[i].role == ROLE_MANIFEST;
	return count;
}

void gc_graph_add(struct gc_graph *graph, const struct digest *digest,
		  const struct manifest *manifest, bool kept)
{
	struct gc_node *node = append(graph);
	size_t children = count_children(manifest);

	*node = (struct gc_node){ .digest = *digest, .kept = kept };
	if (manifest->subject) {
		node->has_subject = true;
		node->subject = manifest->subject->digest;
	}
	if (children)
		node->children = arena_alloc(graph->arena, children * sizeof(*node->children));
	for (size_t i = 0; i < manifest->descriptor_count; i++)
		if (manifest->descriptors[i].role == ROLE_MANIFEST)
			node->children[node->child_count++] = manifest->descriptors[i].digest;
}

static int by_digest(const void *a, const void *b)
{
	return strcmp(((const struct gc_node *)a)->digest.text,
		      ((const struct gc_node *)b)->digest.text);
}

void gc_graph_sort(struct gc_graph *graph)
{
	if (graph->count)
		qsort(graph->nodes, graph->count, sizeof(*graph->nodes), by_digest);
}

static struct gc_node *find(const struct gc_graph *graph, const struct digest *digest)
{
	const struct gc_node key = { .digest = *digest };

	if (!graph->count)
		return NULL;
	return bsearch(&key, graph->nodes, graph->count, sizeof(*graph->nodes), by_digest);
}

void gc_graph_tag(struct gc_graph *graph, const struct digest *digest)
{
	struct gc_node *node = find(graph, digest);

	if (node)
		node->kept = true;
}

/* A work list of those that are kept, each coming onto it once, and all with a
 * subject, in the order of that. */
struct spread {
	const struct gc_graph *graph;
	struct gc_node **work, **referrers;
	size_t work_count, referrer_count;
};

static void keep(struct spread *spread, struct gc_node *node)
{
	if (!node || node->kept)
		return;
	node->kept = true;
	spread->work[spread->work_count++] = node;
}

static int by_subject(const void *a, const void *b)
{
	return strcmp((*(struct gc_node *const *)a)->subject.text,
		      (*(struct gc_node *const *)b)->subject.text);
}

static void list_referrers(struct spread *spread)
{
	for (size_t i = 0; i < spread->graph->count; i++)
		if (spread->graph->nodes[i].has_subject)
			spread->referrers[spread->referrer_count++] = &spread->graph->nodes[i];
	if (spread->referrer_count)
		qsort(spread->referrers, spread->referrer_count, sizeof(*spread->referrers),
		      by_subject);
}

/* The first of the referrers whose subject is not less. */
static size_t first_referrer(const struct spread *spread, const struct digest *subject)
{
	size_t low = 0, high = spread->referrer_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(spread->referrers[middle]->subject.text, subject->text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void keep_for(struct spread *spread, const struct gc_node *node)
{
	for (size_t i = 0; i < node->child_count; i++)
		keep(spread, find(spread->graph, &node->children[i]));
	for (size_t i = first_referrer(spread, &node->digest);
	     i < spread->referrer_count &&
	     digest_equal(&spread->referrers[i]->subject, &node->digest);
	     i++)
		keep(spread, spread->referrers[i]);
}

void gc_graph_spread(struct gc_graph *graph)
{
	struct spread spread = { .graph = graph };

	spread.work = arena_alloc(graph->arena, (graph->count + 1) * sizeof(struct gc_node *));
	spread.referrers = arena_alloc(graph->arena, (graph->count + 1) * sizeof(struct gc_node *));
	list_referrers(&spread);
	for (size_t i = 0; i < graph->count; i++)
		if (graph->nodes[i].kept)
			spread.work[spread.work_count++] = &graph->nodes[i];
	for (size_t i = 0; i < spread.work_count; i++)
		keep_for(&spread, spread.work[i]);
}
