/* reindex.c - record again what the manifests of a repository refer to
 * SPDX-License-Identifier: ISC */
#include "reindex.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "digest.h"
#include "file.h"
#include "layout.h"
#include "link.h"
#include "lock.h"
#include "log.h"
#include "manifest.h"
#include "manifest_store.h"
#include "referrers.h"
#include "repository.h"
#include "seal.h"
#include "store.h"
#include "text.h"

enum { SMALL_MAX = 1000 };

struct work {
	const struct store *store;
	struct store quick; /* the same, without syncs: there is one at the end */
	const char *name;
	bool dry_run;
	struct reindex *found;
	bool written;
	const struct digest *subject; /* of the entries that are looked at */
	enum outcome pruned;	      /* what came of the last */
};

static bool not_empty(const char *name, void *empty)
{
	(void)name;
	*(bool *)empty = false;
	return false;
}

static bool is_empty(const struct store *store, const char *path)
{
	bool empty = true;

	return file_each(store->root, path, not_empty, &empty) == 0 && empty;
}

/* A directory without a link, as docker-registry leaves it and would fill it
 * again unseen, is no revision. */
static bool remove_leftover(struct work *work, struct arena *arena, const char *directory,
			    const struct digest *digest)
{
	struct seal seal;
	bool removed;

	if (!is_empty(work->store, directory))
		return false;
	if (work->dry_run)
		return true;
	seal_begin(work->store, arena, work->name, digest->algorithm, &seal);
	removed = file_remove_directory(work->store->root, directory) == 0;
	seal_end(work->store, arena, work->name, &seal);
	return removed;
}

static bool is_recorded(const struct work *work, struct arena *arena,
			const struct manifest *manifest, const struct digest *digest, size_t length)
{
	const char *path =
		referrers_entry_path(arena, work->name, &manifest->subject->digest, digest);
	struct text wanted;
	const char *text;

	text_init(&wanted, arena);
	referrers_describe(&wanted, manifest, digest, length);
	text = file_read(arena, work->store->root, path, REFERRERS_ENTRY_MAX, &length);
	return text && length == wanted.length && memcmp(text, wanted.bytes, length) == 0;
}

static enum outcome record(struct work *work, struct arena *arena, const struct manifest *manifest,
			   const struct digest *digest, size_t length)
{
	work->found->referrers++;
	if (is_recorded(work, arena, manifest, digest, length))
		return DONE;
	work->found->added++;
	if (work->dry_run)
		return DONE;
	work->written = true;
	return referrers_add(&work->quick, arena, work->name, manifest, digest, length);
}

static enum outcome index_revision(void *context, struct arena *arena, const char *directory,
				   const struct digest *digest)
{
	struct work *work = context;
	struct manifest manifest;
	const char *bytes;
	size_t length;
	enum outcome outcome;

	if (!digest)
		return DONE;
	outcome = manifest_read_any(work->store, arena, work->name, digest, &bytes, &length);
	if (outcome == BUSY ||
	    (outcome == MISSING && remove_leftover(work, arena, directory, digest)))
		return outcome == BUSY ? BUSY : DONE;
	work->found->revisions++;
	if (outcome == DONE) {
		outcome = referrers_read(arena, bytes, length, &manifest);
		if (outcome == DONE)
			return record(work, arena, &manifest, digest, length);
		if (outcome == MISSING)
			return DONE;
	}
	work->found->bad++;
	log_line("what %s of '%s' refers to cannot be read", digest->text, work->name);
	return DONE;
}

static bool is_gone(const struct work *work, struct arena *arena, const struct digest *digest)
{
	const char *path = layout_revision(arena, work->name, digest);
	int fd = file_open_directory(work->store->root, path);

	if (fd < 0)
		return errno == ENOENT;
	close(fd);
	return is_empty(work->store, path);
}

/* MISSING if there should be no entry of `digest` at this subject. */
static enum outcome check_entry(struct work *work, struct arena *arena, const struct digest *digest)
{
	struct manifest manifest;
	const char *bytes;
	size_t length;
	enum outcome outcome =
		manifest_read_any(work->store, arena, work->name, digest, &bytes, &length);

	if (outcome == BUSY)
		return BUSY;
	if (outcome != DONE)
		return is_gone(work, arena, digest) ? MISSING : DONE;
	outcome = referrers_read(arena, bytes, length, &manifest);
	if (outcome == DONE && !digest_equal(&manifest.subject->digest, work->subject))
		return MISSING;
	return outcome == MISSING ? MISSING : DONE;
}

static enum outcome prune(struct work *work, struct arena *arena, const char *entry)
{
	struct digest digest;
	enum outcome outcome = DONE;

	if (referrers_entry_digest(entry, &digest))
		outcome = check_entry(work, arena, &digest);
	if (outcome != MISSING)
		return outcome;
	work->found->removed++;
	if (work->dry_run)
		return DONE;
	work->written = true;
	return referrers_remove(&work->quick, arena, work->name, work->subject, &digest);
}

static bool visit_entry(const char *entry, void *context)
{
	struct work *work = context;
	struct arena arena;

	arena_init(&arena);
	work->pruned = prune(work, &arena, entry);
	arena_reset(&arena);
	return work->pruned == DONE;
}

/* The directory of a subject goes with its last entry. */
static enum outcome prune_subject(void *context, struct arena *arena, const char *directory,
				  const struct digest *subject)
{
	struct work *work = context;

	(void)arena;
	work->subject = subject;
	if (!subject)
		return DONE;
	if (file_each(work->store->root, directory, visit_entry, work) < 0)
		return file_outcome("cannot list", directory) == BUSY ? BUSY : DONE;
	if (work->pruned == DONE && !work->dry_run)
		file_remove_directory(work->store->root, directory);
	return work->pruned;
}

/* Entries first, for what is there; then away with what is not to be there. */
static enum outcome rebuild(struct work *work, struct arena *arena)
{
	const struct store *store = work->store;
	enum outcome outcome =
		link_each(store, layout_part(arena, work->name, "_manifests/revisions"),
			  index_revision, work);

	if (outcome == DONE)
		outcome = link_each(store, layout_all_referrers(arena, work->name), prune_subject,
				    work);
	if (outcome == DONE && work->written)
		outcome = store_sync_all(store);
	if (outcome == DONE && !work->found->bad && !work->dry_run)
		outcome = seal_set(store, arena, work->name);
	return outcome;
}

static struct work begin(const struct store *store, const char *name, bool dry_run,
			 struct reindex *found)
{
	struct work work = {
		.store = store, .quick = *store, .name = name, .dry_run = dry_run, .found = found
	};

	*found = (struct reindex){ 0 };
	work.quick.durable = false;
	return work;
}

enum outcome reindex_repository(const struct store *store, const char *name, bool dry_run,
				struct reindex *found)
{
	struct work work = begin(store, name, dry_run, found);
	struct arena arena;
	struct locks locks;
	enum outcome outcome;

	arena_init(&arena);
	outcome = lock_repository(store, &arena, name, dry_run ? LOCK_SHARED : LOCK_EXCLUSIVE,
				  &locks);
	if (outcome == DONE)
		outcome = repository_find(store, &arena, name);
	if (outcome == DONE)
		outcome = rebuild(&work, &arena);
	arena_reset(&arena);
	return outcome;
}

static enum outcome count(void *context, struct arena *arena, const char *directory,
			  const struct digest *digest)
{
	size_t *revisions = context;

	(void)arena, (void)directory, (void)digest;
	return ++*revisions > SMALL_MAX ? MISMATCH : DONE;
}

void reindex_if_small(const struct store *store, struct arena *arena, const char *name)
{
	const char *path = layout_part(arena, name, "_manifests/revisions");
	size_t revisions = 0;
	struct reindex found;
	struct work work = begin(store, name, false, &found);

	if (seal_check(store, arena, name) == MISSING &&
	    link_each(store, path, count, &revisions) == DONE)
		rebuild(&work, arena);
}
