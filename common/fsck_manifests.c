/* fsck_manifests.c - a repository's manifests, tags and referrers
 * SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "blob.h"
#include "file.h"
#include "fsck_check.h"
#include "hash.h"
#include "layout.h"
#include "link.h"
#include "lock.h"
#include "manifest.h"
#include "mark.h"
#include "reference.h"
#include "referrers.h"
#include "reindex.h"
#include "seal.h"
#include "store.h"

/* No setting allows a larger manifest. */
enum { MANIFEST_BYTES_MAX = 64 << 20 };

static bool repair_mark(struct fsck_place *place, const char *path)
{
	struct locks locks;
	bool repaired;

	if (lock_repository(place->fsck->store, place->arena, place->name, LOCK_EXCLUSIVE,
			    &locks) != DONE)
		return false;
	repaired = mark_remove(place->fsck->store, place->arena, path) == DONE;
	lock_release(&locks);
	return repaired;
}

/* What a manifest names must not be hidden. */
static void look_for_mark(struct fsck_place *place, struct arena *arena, const char *directory,
			  const char *leaf)
{
	struct stat status;
	struct mark mark;

	if (fsck_status(place, layout_in(arena, directory, leaf), &status) == DONE &&
	    mark_read(place->fsck->store, arena, directory, &status, &mark) == DONE)
		fsck_note_repairable(place, FSCK_CONDEMNED, directory, leaf, repair_mark);
}

/* Where the manifest that is being looked at is, for the report. */
struct reading {
	struct fsck_place *place;
	struct arena *arena;
	const char *directory;
	const struct digest *name;
};

static void note(const struct reading *reading, enum fsck_kind kind, const struct descriptor *of,
		 const char *more)
{
	fsck_note(reading->place, kind, reading->directory,
		  arena_printf(reading->arena, "%s %s%s", of->at, of->digest.text, more));
}

/* The directory of the link that the descriptor leads to, or NULL. */
static const char *find_link(const struct reading *reading, const struct descriptor *of,
			     struct digest *target)
{
	const struct store *store = reading->place->fsck->store;
	const char *name = reading->place->name;
	bool manifest = of->role == ROLE_MANIFEST || of->role == ROLE_SUBJECT;
	const char *directory = layout_revision(reading->arena, name, &of->digest);

	if (manifest && link_read(store, reading->arena, directory, target) == DONE)
		return directory;
	directory = layout_layer(reading->arena, name, &of->digest);
	return link_read(store, reading->arena, directory, target) == DONE ? directory : NULL;
}

static void look_at_descriptor(const struct reading *reading, const struct descriptor *of)
{
	bool layer = of->role == ROLE_CONFIG || of->role == ROLE_LAYER;
	bool required = layer && !of->foreign && !reading->place->fsck->options->sparse;
	struct digest target;
	const char *link = find_link(reading, of, &target);
	off_t size;

	if (!link) {
		if (required)
			note(reading, FSCK_BLOB_MISSING, of, ": no link here");
		return;
	}
	if (blob_size(reading->place->fsck->store, reading->arena, &target, &size) != DONE) {
		if (required)
			note(reading, FSCK_BLOB_MISSING, of, ": no data");
		return;
	}
	if ((uint64_t)size != of->size)
		note(reading, FSCK_BLOB_SIZE, of,
		     arena_printf(reading->arena, ": %lld bytes, not %llu", (long long)size,
				  (unsigned long long)of->size));
	if (!reading->place->fsck->options->unmark && layer)
		look_for_mark(reading->place, reading->arena, link, "link");
	if (!reading->place->fsck->options->unmark)
		look_for_mark(reading->place, reading->arena, layout_blob(reading->arena, &target),
			      "data");
}

static bool exists(struct fsck_place *place, const char *path)
{
	int fd = file_open(place->fsck->store->root, path, O_PATH, 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* All of the repository at once: the others need it no more then. */
static bool reindex(struct fsck_place *place)
{
	struct reindex found;

	return reindex_repository(place->fsck->store, place->name, false, &found) == DONE;
}

static bool repair_missing(struct fsck_place *place, const char *path)
{
	return exists(place, path) || reindex(place);
}

static bool repair_stale(struct fsck_place *place, const char *path)
{
	return !exists(place, path) || reindex(place);
}

/* Every manifest with a subject has its entry there, if that is sealed. */
static void look_for_referrer(const struct reading *reading, const struct digest *subject)
{
	struct stat status;
	const char *path =
		referrers_entry_path(reading->arena, reading->place->name, subject, reading->name);

	if (fsck_status(reading->place, path, &status) == MISSING &&
	    seal_check(reading->place->fsck->store, reading->arena, reading->place->name) == DONE)
		fsck_note_repairable(reading->place, FSCK_REFERRER_MISSING, path, NULL,
				     repair_missing);
}

static void look_into(const struct reading *reading, const char *bytes, size_t length)
{
	struct manifest manifest;

	if (!manifest_parse(reading->arena, bytes, length, NULL, &manifest)) {
		const struct manifest_fault *fault = &manifest.faults[0];

		fsck_note(reading->place, FSCK_MANIFEST_REFUSED, reading->directory,
			  arena_printf(reading->arena, "%s: %s", fault->at, fault->reason));
		return;
	}
	for (size_t i = 0; i < manifest.descriptor_count; i++)
		look_at_descriptor(reading, &manifest.descriptors[i]);
	if (manifest.subject && reading->name)
		look_for_referrer(reading, &manifest.subject->digest);
}

static void look_at_bytes(const struct reading *reading, const struct digest *target)
{
	struct blob blob;
	struct digest actual;
	const char *bytes;
	size_t length;
	enum outcome outcome =
		blob_find(reading->place->fsck->store, reading->arena, target, &blob);

	if (outcome == DONE)
		outcome = blob_read(reading->arena, &blob, MANIFEST_BYTES_MAX, &bytes, &length);
	if (outcome != DONE) {
		fsck_note(reading->place, outcome == MISSING ? FSCK_LINK_DANGLING : FSCK_UNREADABLE,
			  reading->directory, target->text);
		return;
	}
	hash_bytes(target->algorithm, bytes, length, &actual);
	if (digest_equal(&actual, target))
		look_into(reading, bytes, length);
	else
		fsck_note(reading->place, FSCK_MANIFEST_BROKEN, reading->directory,
			  arena_printf(reading->arena, "its bytes are those of %s", actual.text));
}

static void look_at_manifest(struct fsck_place *place, const char *directory,
			     const struct digest *name, const struct digest *target, void *context)
{
	size_t *count = context;
	struct arena arena;
	struct reading reading = { place, &arena, directory, name };

	++*count;
	arena_init(&arena);
	look_at_bytes(&reading, target);
	if (!place->fsck->options->unmark)
		look_for_mark(place, &arena, layout_blob(&arena, target), "data");
	arena_reset(&arena);
}

static void look_at_history(struct fsck_place *place, const char *directory,
			    const struct digest *name, const struct digest *target, void *context)
{
	/* What a tag was once may be gone. */
	(void)place, (void)directory, (void)name, (void)target, (void)context;
}

static void look_at_current(struct fsck_place *place, struct arena *arena, const char *path)
{
	static const char *const known[] = { "current", "index", NULL };
	const struct store *store = place->fsck->store;
	struct digest digest, target;
	struct stat status;
	const char *revision;

	fsck_strays(place, path, known);
	fsck_links(place, layout_in(arena, path, "index"), NULL, look_at_history);
	if (link_examine(store, arena, layout_in(arena, path, "current"), &digest, &status) !=
	    DONE) {
		fsck_note(place, FSCK_TAG_BROKEN, path, NULL);
		return;
	}
	revision = layout_revision(arena, place->name, &digest);
	if (link_read(store, arena, revision, &target) != DONE)
		fsck_note(place, FSCK_TAG_DANGLING, path, digest.text);
	else if (!place->fsck->options->unmark)
		look_for_mark(place, arena, revision, "link");
}

static void look_at_tag(struct fsck_place *place, const char *path, const char *tag, void *context)
{
	struct stat status;
	struct arena arena;

	(void)context;
	if (fsck_status(place, path, &status) != DONE)
		return;
	arena_init(&arena);
	if (tag_valid(tag) && S_ISDIR(status.st_mode))
		look_at_current(place, &arena, path);
	else
		fsck_note(place, FSCK_STRAY, path, NULL);
	arena_reset(&arena);
}

/* Is the entry at `path` that of this manifest?  The entry of one that is not there
 * is garbage: nobody lists it, and a program that is killed may leave it. */
static bool is_entry_of(struct fsck_place *place, struct arena *arena, const char *path,
			const struct digest *digest)
{
	const struct store *store = place->fsck->store;
	const char *directory = layout_revision(arena, place->name, digest);
	struct manifest manifest;
	struct digest target;
	struct blob blob;
	const char *bytes;
	size_t length;

	if (link_read(store, arena, directory, &target) != DONE)
		return true;
	/* What cannot be read has been told already. */
	if (blob_find(store, arena, &target, &blob) != DONE ||
	    blob_read(arena, &blob, MANIFEST_BYTES_MAX, &bytes, &length) != DONE ||
	    !manifest_parse(arena, bytes, length, NULL, &manifest))
		return true;
	return manifest.subject &&
	       strcmp(path, referrers_entry_path(arena, place->name, &manifest.subject->digest,
						 digest)) == 0;
}

static void look_at_referrer(struct fsck_place *place, const char *path, const char *entry,
			     void *context)
{
	struct digest digest;
	struct stat status;
	struct arena arena;

	(void)context;
	if (fsck_status(place, path, &status) != DONE)
		return;
	arena_init(&arena);
	if (!referrers_entry_digest(entry, &digest))
		fsck_note(place, FSCK_STRAY, path, NULL);
	else if (!is_entry_of(place, &arena, path, &digest))
		fsck_note_repairable(place, FSCK_REFERRER_STALE, path, NULL, repair_stale);
	arena_reset(&arena);
}

static void look_at_subject(struct fsck_place *place, const char *path, const char *hex,
			    void *context)
{
	(void)hex, (void)context;
	fsck_each(place, path, NULL, look_at_referrer);
}

static void look_at_subjects(struct fsck_place *place, const char *path, const char *algorithm,
			     void *context)
{
	(void)context;
	if (!seal_is_name(algorithm))
		fsck_each(place, path, NULL, look_at_subject);
}

void fsck_manifests(struct fsck_place *place)
{
	static const char *const known[] = { "revisions", "tags", "referrers", NULL };
	const char *path = layout_manifests(place->arena, place->name);
	size_t count = 0;

	fsck_strays(place, path, known);
	fsck_links(place, layout_in(place->arena, path, "revisions"), &count, look_at_manifest);
	fsck_each(place, layout_tags(place->arena, place->name), NULL, look_at_tag);
	fsck_each(place, layout_in(place->arena, path, "referrers"), NULL, look_at_subjects);
	if (!place->again)
		place->fsck->result->manifests += count;
}
