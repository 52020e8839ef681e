/* gc_mark.c - what the manifests name
 * SPDX-License-Identifier: ISC */
#include "gc_mark.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "blob.h"
#include "file.h"
#include "gc_kept.h"
#include "hash.h"
#include "layout.h"
#include "link.h"
#include "lock.h"
#include "log.h"
#include "manifest.h"
#include "mark.h"
#include "store.h"
#include "walk.h"

/* No setting allows a larger manifest. */
enum { MANIFEST_BYTES_MAX = 64 << 20 };

/* The reading of one repository. */
struct reading {
	struct gc *gc;
	struct arena *arena;
	struct gc_repository *repository;
	struct digest_set *here; /* what its manifests name */
	struct gc_graph graph;	 /* if untagged ones may go */
	size_t links, manifests; /* how many of it are kept */
	bool doubtful;		 /* something cannot be read: all of it stays */
};

static void add_item(struct reading *reading, enum gc_kind kind, bool named,
		     const struct digest *digest)
{
	const struct gc_item item = { .kind = kind, .named = named, .digest = *digest };

	gc_list_add(&reading->gc->links, &item);
}

/* It stays; if it bears a mark, that will be taken away. */
static void keep(struct reading *reading, struct arena *arena, enum gc_kind kind,
		 const char *directory, const struct digest *name)
{
	reading->gc->result->counts[kind].kept++;
	if (kind == GC_LINK)
		reading->links++;
	else
		reading->manifests++;
	if (gc_is_suspect(reading->gc, name) && mark_exists(reading->gc->store, arena, directory))
		add_item(reading, kind, true, name);
}

static void doubt(struct reading *reading, const char *what)
{
	if (!reading->doubtful)
		log_line("repository '%s' is kept whole, because of '%s'",
			 reading->repository->name, what);
	reading->doubtful = true;
}

/* The blob that it is named after stays. */
static void doubt_blob(struct reading *reading, const char *directory, const struct digest *name)
{
	doubt(reading, directory);
	if (name)
		digest_set_add(reading->gc->named, name);
}

/* Is the blob there that a link is named after?  docker-registry keeps all blobs by their
 * sha256, and links to them under whatever name they were pushed by. */
static bool is_named_after(const struct gc *gc, struct arena *arena, const struct digest *name)
{
	off_t size;

	return name &&
	       (name->algorithm == SHA256 || blob_size(gc->store, arena, name, &size) == DONE);
}

/* What a link would have said stays: the blob it is named after, or, if there is none,
 * every blob, for it may have led to any. */
static void doubt_link(struct reading *reading, struct arena *arena, const char *directory,
		       const struct digest *name)
{
	struct gc *gc = reading->gc;

	doubt_blob(reading, directory, name);
	if (gc->all_stay || is_named_after(gc, arena, name))
		return;
	log_line("no blob is collected, for '%s' may lead to any", directory);
	gc->all_stay = true;
}

/* Read the manifest that a link leads to, and judge it as when it came.  DONE;
 * MISSING, MISMATCH or FAILED if it cannot be relied on; or BUSY. */
static enum outcome read_manifest(const struct reading *reading, struct arena *arena,
				  const struct digest *target, struct manifest *manifest)
{
	struct blob blob;
	struct digest actual;
	const char *bytes;
	size_t length;
	enum outcome outcome = blob_find(reading->gc->store, arena, target, &blob);

	if (outcome == DONE)
		outcome = blob_read(arena, &blob, MANIFEST_BYTES_MAX, &bytes, &length);
	if (outcome != DONE)
		return outcome;
	hash_bytes(target->algorithm, bytes, length, &actual);
	if (!digest_equal(&actual, target))
		return MISMATCH;
	return manifest_parse(arena, bytes, length, NULL, manifest) ? DONE : MISMATCH;
}

static bool is_young(const struct gc *gc, const struct stat *status)
{
	uint64_t age = gc->options->untagged_age;

	return !gc_is_before(gc, &status->st_mtim, age);
}

static void take_manifest(struct reading *reading, const struct digest *name,
			  const struct manifest *manifest, const struct stat *status)
{
	for (size_t i = 0; i < manifest->descriptor_count; i++)
		digest_set_add(reading->here, &manifest->descriptors[i].digest);
	if (reading->gc->options->untagged)
		gc_graph_add(&reading->graph, name, manifest, is_young(reading->gc, status));
}

/* All manifests that are there name, also those that are condemned or will be:
 * what they name can go only after them. */
static enum outcome mark_manifest(void *context, struct arena *arena, const char *directory,
				  const struct digest *name)
{
	struct reading *reading = context;
	struct manifest manifest;
	struct digest target;
	struct stat status;
	enum outcome outcome = link_examine(reading->gc->store, arena, directory, &target, &status);

	if (outcome == MISSING && name) /* the rest of one that was removed */
		add_item(reading, GC_MANIFEST, false, name);
	if (outcome == BUSY || outcome == MISSING)
		return outcome == BUSY ? BUSY : DONE;
	reading->gc->result->manifests++;
	if (outcome != DONE) {
		doubt_link(reading, arena, directory, name);
	} else {
		digest_set_add(reading->gc->named, &target);
		outcome = read_manifest(reading, arena, &target, &manifest);
		if (outcome == BUSY)
			return BUSY;
		if (outcome == DONE && name)
			take_manifest(reading, name, &manifest, &status);
		else
			doubt_blob(reading, directory, name);
	}
	if (name && !reading->gc->options->untagged)
		keep(reading, arena, GC_MANIFEST, directory, name);
	return DONE;
}

static enum outcome mark_link(void *context, struct arena *arena, const char *directory,
			      const struct digest *name)
{
	struct reading *reading = context;
	struct digest target;
	struct stat status;
	enum outcome outcome = link_examine(reading->gc->store, arena, directory, &target, &status);

	if (outcome == BUSY)
		return BUSY;
	if (outcome == MISSING) {
		if (name)
			add_item(reading, GC_LINK, false, name);
		return DONE;
	}
	if (outcome != DONE) {
		doubt_link(reading, arena, directory, name);
		return DONE;
	}
	/* What has a strange name is none of ours to judge. */
	if (name && !reading->doubtful && !digest_set_has(reading->here, name)) {
		add_item(reading, GC_LINK, false, name);
		return DONE;
	}
	digest_set_add(reading->gc->named, &target);
	if (name)
		keep(reading, arena, GC_LINK, directory, name);
	return DONE;
}

/* If a link turns out to be unreadable, those before it must stay, too. */
static enum outcome mark_links(struct reading *reading)
{
	const char *path = layout_part(reading->arena, reading->repository->name, "_layers");
	struct gc_count *count = &reading->gc->result->counts[GC_LINK];
	const struct gc_list before = reading->gc->links;
	size_t kept = count->kept;
	bool doubtful = reading->doubtful;
	enum outcome outcome = link_each(reading->gc->store, path, mark_link, reading);

	if (outcome != DONE || doubtful || !reading->doubtful)
		return outcome;
	reading->gc->links.length = before.length;
	reading->gc->links.count = before.count;
	reading->links = 0;
	count->kept = kept;
	return link_each(reading->gc->store, path, mark_link, reading);
}

static bool mark_tag(const char *tag, void *context)
{
	struct reading *reading = context;
	struct arena arena;
	struct digest digest;
	struct stat status;
	const char *directory;

	arena_init(&arena);
	directory =
		layout_in(&arena, layout_tag(&arena, reading->repository->name, tag), "current");
	switch (link_examine(reading->gc->store, &arena, directory, &digest, &status)) {
	case DONE:
		gc_graph_tag(&reading->graph, &digest);
		break;
	case MISSING: /* a directory with a history only is no tag */
		break;
	default:
		doubt(reading, directory);
	}
	arena_reset(&arena);
	return true;
}

static enum outcome mark_tags(struct reading *reading)
{
	const char *path = layout_tags(reading->arena, reading->repository->name);

	gc_graph_sort(&reading->graph);
	if (file_each(reading->gc->store->root, path, mark_tag, reading) < 0 && errno != ENOENT)
		return store_required(file_outcome("cannot list", path), path);
	gc_graph_spread(&reading->graph);
	return DONE;
}

static void judge_manifests(struct reading *reading)
{
	for (size_t i = 0; i < reading->graph.count; i++) {
		const struct gc_node *node = &reading->graph.nodes[i];

		if (node->kept || reading->doubtful)
			keep(reading, reading->arena, GC_MANIFEST,
			     layout_revision(reading->arena, reading->repository->name,
					     &node->digest),
			     &node->digest);
		else
			add_item(reading, GC_MANIFEST, false, &node->digest);
	}
}

/* Manifests are judged last, for any link may raise a doubt. */
static enum outcome read_repository(struct reading *reading)
{
	struct gc *gc = reading->gc;
	const char *revisions =
		layout_part(reading->arena, reading->repository->name, "_manifests/revisions");
	enum outcome outcome = link_each(gc->store, revisions, mark_manifest, reading);

	if (outcome == DONE && gc->options->untagged)
		outcome = mark_tags(reading);
	if (outcome == DONE)
		outcome = mark_links(reading);
	if (gc->options->untagged)
		judge_manifests(reading);
	digest_set_join(gc->named, reading->here);
	return outcome;
}

/* Take and release its lock: every writer from before T0 is done then. */
static enum outcome pass(const struct gc *gc, struct arena *arena, const char *name)
{
	struct locks locks;
	enum outcome outcome;

	if (gc->options->dry_run)
		return DONE;
	outcome = lock_repository(gc->store, arena, name, LOCK_EXCLUSIVE, &locks);
	if (outcome == DONE)
		lock_release(&locks);
	return outcome;
}

static enum outcome mark_repository(struct gc *gc, struct gc_repository *repository,
				    struct digest_set *here)
{
	struct arena arena;
	struct reading reading = {
		.gc = gc,
		.arena = &arena,
		.repository = repository,
		.here = here,
	};
	enum outcome outcome;

	arena_init(&arena);
	digest_set_clear(here);
	gc_graph_init(&reading.graph, &arena);
	repository->begin = gc->links.length;
	outcome = pass(gc, &arena, repository->name);
	if (outcome == DONE)
		outcome = read_repository(&reading);
	repository->end = gc->links.length;
	repository->hollow = !reading.links && !reading.manifests && !reading.doubtful;
	gc->result->doubtful += reading.doubtful;
	arena_reset(&arena);
	return outcome;
}

enum outcome gc_mark_repositories(struct gc *gc)
{
	struct digest_set *here = digest_set_new(gc->arena);
	enum outcome outcome = DONE;

	gc->watch->step(gc->watch, "reading repositories", gc->repository_count);
	for (size_t i = 0; i < gc->repository_count && outcome == DONE; i++) {
		outcome = mark_repository(gc, &gc->repositories[i], here);
		gc->watch->advance(gc->watch, i + 1);
	}
	return outcome;
}

/* Who lists the repositories. */
struct census {
	struct walk walk; /* first, for what it calls gets no more */
	struct gc *gc;
	size_t room;
};

static enum outcome visit(struct walk *walk, struct arena *arena, const struct walk_place *place)
{
	struct census *census = (struct census *)walk;
	struct gc *gc = census->gc;

	(void)arena;
	if (gc->repository_count == census->room) {
		size_t room = census->room ? 2 * census->room : 64;
		struct gc_repository *list = arena_alloc(gc->arena, room * sizeof(*list));

		if (census->room)
			memcpy(list, gc->repositories, census->room * sizeof(*list));
		gc->repositories = list;
		census->room = room;
	}
	gc->repositories[gc->repository_count++] = (struct gc_repository){
		.name = arena_copy(gc->arena, place->name, strlen(place->name)),
		.has_parts = place->has_parts,
	};
	gc->result->repositories += place->has_manifests;
	return DONE;
}

enum outcome gc_list_repositories(struct gc *gc)
{
	struct census census = {
		.walk = { .store = gc->store, .strict = true, .visit = visit },
		.gc = gc,
	};
	int blobs = file_open_directory(gc->store->root, LAYOUT_BLOBS);
	enum outcome outcome;

	if (blobs < 0)
		return file_outcome("cannot open", LAYOUT_BLOBS);
	close(blobs);
	gc->watch->step(gc->watch, "listing repositories", 0);
	outcome = walk_repositories(&census.walk);
	gc->watch->advance(gc->watch, gc->repository_count);
	return outcome;
}
