/* manifest_put.c - how a manifest gets into a repository
 * SPDX-License-Identifier: ISC */
#include "manifest_put.h"

#include <stdint.h>

#include "arena.h"
#include "blob.h"
#include "file.h"
#include "layout.h"
#include "link.h"
#include "lock.h"
#include "manifest_store.h"
#include "mark.h"
#include "referrers.h"
#include "reindex.h"
#include "revision.h"
#include "store.h"
#include "tag.h"

/* What one descriptor of the manifest leads to in this repository. */
struct lead {
	const char *link;     /* directory of the link */
	struct digest target; /* what it says */
	enum outcome found;   /* of the link: DONE or MISSING */
};

struct put_state {
	const struct store *store;
	struct arena *arena;
	const struct manifest_put *put;
	struct locks locks;
	struct lead *leads;        /* one for each descriptor */
	struct manifest_gap *list; /* room for as many; the list of `gaps` */
	struct manifest_gaps *gaps;
};

static bool is_manifest(const struct descriptor *of)
{
	return of->role == ROLE_MANIFEST || of->role == ROLE_SUBJECT;
}

/* Some builders keep their caches in an index that names plain blobs: what is
 * no manifest of the repository may be a layer. */
static enum outcome follow(const struct put_state *state, const struct descriptor *of,
			   struct lead *lead)
{
	const char *name = state->put->name;

	lead->found = MISSING;
	if (is_manifest(of)) {
		lead->link = layout_revision(state->arena, name, &of->digest);
		lead->found = link_read(state->store, state->arena, lead->link, &lead->target);
	}
	if (lead->found == MISSING) {
		lead->link = layout_layer(state->arena, name, &of->digest);
		lead->found = link_read(state->store, state->arena, lead->link, &lead->target);
	}
	return lead->found == MISSING ? DONE : lead->found;
}

/* Read the links of everything the manifest names. */
static enum outcome read_links(struct put_state *state)
{
	const struct manifest *manifest = state->put->manifest;
	size_t count = manifest->descriptor_count;
	enum outcome outcome = DONE;

	state->leads = arena_alloc(state->arena, (count + 1) * sizeof(*state->leads));
	for (size_t i = 0; i < count && outcome == DONE; i++)
		outcome = follow(state, &manifest->descriptors[i], &state->leads[i]);
	return outcome;
}

/* The shards of all the names, of all that the links say, and its own. */
static enum outcome take_shards(struct put_state *state)
{
	const struct manifest *manifest = state->put->manifest;
	size_t count = manifest->descriptor_count, wanted = 0;
	struct digest *digests = arena_alloc(state->arena, (2 * count + 1) * sizeof(*digests));

	for (size_t i = 0; i < count; i++) {
		digests[wanted++] = manifest->descriptors[i].digest;
		if (state->leads[i].found == DONE)
			digests[wanted++] = state->leads[i].target;
	}
	digests[wanted++] = *state->put->digest;
	return lock_shards(&state->locks, digests, wanted);
}

/* Whether what a descriptor names counts: a subject may come later, or never,
 * and a foreign layer is somewhere else. */
static bool counts(const struct descriptor *of)
{
	return of->role != ROLE_SUBJECT && !of->foreign;
}

static bool may_miss(const struct put_state *state, const struct descriptor *of)
{
	return state->put->sparse >= (of->role == ROLE_MANIFEST ? SPARSE_INDEX : SPARSE_ALL);
}

static void add_gap(struct put_state *state, const struct descriptor *of, bool present, off_t size)
{
	state->list[state->gaps->count++] = (struct manifest_gap){ of, present, size };
}

/* DONE or a fault; a gap is noted, and for what may be missing and is, its lead
 * is set to MISSING. */
static enum outcome check(struct put_state *state, const struct descriptor *of, struct lead *lead)
{
	off_t size = 0;
	enum outcome outcome = lead->found;

	if (outcome == DONE)
		outcome = blob_size(state->store, state->arena, &lead->target, &size);
	lead->found = outcome;
	if (counts(of)) {
		if (outcome == MISSING && may_miss(state, of))
			state->gaps->allowed++;
		else if (outcome == MISSING)
			add_gap(state, of, false, 0);
		else if (outcome == DONE && (uint64_t)size != of->size)
			add_gap(state, of, true, size);
	}
	return outcome == MISSING ? DONE : outcome;
}

static enum outcome check_all(struct put_state *state)
{
	const struct manifest *manifest = state->put->manifest;
	enum outcome outcome = DONE;

	state->list = arena_alloc(state->arena,
				  (manifest->descriptor_count + 1) * sizeof(*state->list));
	state->gaps->list = state->list;
	for (size_t i = 0; i < manifest->descriptor_count && outcome == DONE; i++)
		outcome = check(state, &manifest->descriptors[i], &state->leads[i]);
	return outcome == DONE && state->gaps->count ? MISMATCH : outcome;
}

/* Keep all that the manifest names from the collector, from now until the
 * manifest itself does. */
static enum outcome refresh_all(struct put_state *state)
{
	for (size_t i = 0; i < state->put->manifest->descriptor_count; i++) {
		const struct lead *lead = &state->leads[i];
		enum outcome outcome;

		if (lead->found != DONE)
			continue;
		outcome = mark_refresh(state->store, layout_blob(state->arena, &lead->target),
				       "data");
		if (outcome == DONE)
			outcome = mark_refresh(state->store, lead->link, "link");
		if (outcome != DONE)
			return store_required(outcome, lead->link);
	}
	return DONE;
}

/* docker-registry does not see a repository without `_layers`, and its
 * collector then deletes the content. */
static enum outcome make_repository(const struct put_state *state)
{
	const char *path = layout_in(state->arena,
				     layout_repository(state->arena, state->put->name), "_layers");
	int made = file_make_directories(state->store->root, path);

	if (made < 0)
		return file_outcome("cannot make", path);
	return made ? store_sync(state->store, path, made + 1) : DONE;
}

/* Each step durable before the next, and the tags last: whatever a reader can
 * find is whole. */
static enum outcome write_all(const struct put_state *state)
{
	const struct manifest_put *put = state->put;
	const struct store *store = state->store;
	struct arena *arena = state->arena;
	enum outcome outcome = make_repository(state);

	if (outcome == DONE)
		outcome = blob_write(store, arena, put->bytes, put->length, put->digest);
	if (outcome == DONE)
		outcome = referrers_add(store, arena, put->name, put->manifest, put->digest,
					put->length);
	if (outcome == DONE)
		outcome = revision_put(store, arena, put->name, put->digest);
	for (size_t i = 0; i < put->tag_count && outcome == DONE; i++)
		outcome = tag_write(store, arena, put->name, put->tags[i], put->digest);
	return outcome;
}

/* An immutable tag may be set, or set again to what it stands for. */
static enum outcome check_tag(struct put_state *state, const char *tag)
{
	struct digest current;
	enum outcome outcome;

	if (!tag_is_immutable(state->store, tag))
		return DONE;
	outcome = tag_read(state->store, state->arena, state->put->name, tag, &current);
	if (outcome != DONE || digest_equal(&current, state->put->digest))
		return outcome == MISSING ? DONE : outcome;
	state->gaps->kept = tag;
	return KEPT;
}

static enum outcome check_tags(struct put_state *state)
{
	enum outcome outcome = DONE;

	for (size_t i = 0; i < state->put->tag_count && outcome == DONE; i++)
		outcome = check_tag(state, state->put->tags[i]);
	return outcome;
}

static enum outcome put_locked(struct put_state *state)
{
	enum outcome outcome = manifests_touch(state->store, state->arena, state->put->name);

	reindex_if_small(state->store, state->arena, state->put->name);
	if (outcome == DONE || outcome == MISSING)
		outcome = check_tags(state);
	if (outcome == DONE)
		outcome = read_links(state);
	if (outcome == DONE)
		outcome = take_shards(state);
	if (outcome == DONE)
		outcome = check_all(state);
	if (outcome == DONE)
		outcome = refresh_all(state);
	if (outcome == DONE)
		outcome = write_all(state);
	return store_required(outcome, layout_manifests(state->arena, state->put->name));
}

enum outcome manifest_put(const struct store *store, struct arena *arena,
			  const struct manifest_put *put, struct manifest_gaps *gaps)
{
	struct put_state state = { .store = store, .arena = arena, .put = put, .gaps = gaps };
	enum outcome outcome =
		lock_repository(store, arena, put->name, LOCK_EXCLUSIVE, &state.locks);

	*gaps = (struct manifest_gaps){ .list = NULL };
	if (outcome != DONE)
		return outcome;
	outcome = put_locked(&state);
	lock_release(&state.locks);
	return outcome;
}

enum outcome manifest_find_gaps(const struct store *store, struct arena *arena,
				const struct manifest_put *put, struct manifest_gaps *gaps)
{
	struct put_state state = { .store = store, .arena = arena, .put = put, .gaps = gaps };
	enum outcome outcome = read_links(&state);

	*gaps = (struct manifest_gaps){ .list = NULL };
	if (outcome == DONE)
		outcome = check_all(&state);
	return outcome == MISMATCH ? DONE : outcome;
}
