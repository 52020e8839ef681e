/* manifest_store.c - the manifests of a repository: read, remove
 * SPDX-License-Identifier: ISC */
#include "manifest_store.h"

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "blob.h"
#include "file.h"
#include "layout.h"
#include "link.h"
#include "lock.h"
#include "manifest.h"
#include "page.h"
#include "referrers.h"
#include "revision.h"
#include "store.h"
#include "tag.h"

enum outcome manifests_touch(const struct store *store, struct arena *arena, const char *name)
{
	const char *path = layout_manifests(arena, name);

	return file_touch(store->root, path) == 0 ? DONE : file_outcome("cannot touch", path);
}

enum outcome manifest_read(const struct store *store, struct arena *arena, const char *name,
			   const struct digest *digest, size_t most, const char **bytes,
			   size_t *length)
{
	struct digest target;
	struct blob blob;
	enum outcome outcome =
		link_follow(store, arena, layout_revision(arena, name, digest), &target);

	if (outcome == DONE)
		outcome = blob_open(store, arena, &target, &blob);
	return outcome == DONE ? blob_read(arena, &blob, most, bytes, length) : outcome;
}

enum outcome manifest_read_tagged(const struct store *store, struct arena *arena,
				  const char *name, const char *tag, size_t most,
				  struct digest *digest, const char **bytes, size_t *length)
{
	enum outcome outcome = MISSING;
	struct digest before = { .text = "" };

	/* A tag that moves while what it stood for is deleted stands for
	 * something all the time: look again until it holds still. */
	for (int tries = 0; tries < 100 && outcome == MISSING; tries++) {
		outcome = tag_read(store, arena, name, tag, digest);
		if (outcome != DONE || digest_equal(digest, &before))
			return outcome == DONE ? MISSING : outcome;
		before = *digest;
		outcome = manifest_read(store, arena, name, digest, most, bytes, length);
	}
	return outcome;
}

enum outcome manifest_read_any(const struct store *store, struct arena *arena, const char *name,
			       const struct digest *digest, const char **bytes, size_t *length)
{
	struct digest target;
	struct blob blob;
	enum outcome outcome =
		link_read(store, arena, layout_revision(arena, name, digest), &target);

	if (outcome == DONE)
		outcome = blob_find(store, arena, &target, &blob);
	if (outcome == DONE)
		outcome = blob_read(arena, &blob, MANIFEST_BYTES_MAX, bytes, length);
	return outcome;
}

/* What the manifest has as its subject; `known` is false for one without, and
 * for a damaged one, which can be deleted all the same. */
static enum outcome read_subject(const struct store *store, struct arena *arena, const char *name,
				 const struct digest *digest, size_t most, struct digest *subject,
				 bool *known)
{
	struct manifest manifest = { .subject = NULL };
	const char *bytes;
	size_t length;
	enum outcome outcome = manifest_read(store, arena, name, digest, most, &bytes, &length);

	if (outcome == DONE)
		manifest_parse(arena, bytes, length, NULL, &manifest);
	*known = manifest.subject != NULL;
	if (*known)
		*subject = manifest.subject->digest;
	return outcome == MISSING || outcome == FAILED ? DONE : outcome;
}

/* The first `*count` of the page are the tags that stand for the manifest; KEPT if
 * one of them is immutable. */
static enum outcome find_tags(const struct store *store, struct arena *arena, const char *name,
			      const struct digest *digest, struct page *tags, size_t *count)
{
	const char *last;
	size_t listed;
	enum outcome outcome;

	*count = 0;
	page_init(tags, arena, NULL, SIZE_MAX);
	outcome = tag_list(store, arena, name, tags, &listed, &last);
	for (size_t i = 0; i < listed && outcome == DONE; i++) {
		struct digest current;

		outcome = tag_read(store, arena, name, tags->list[i], &current);
		if (outcome != DONE || !digest_equal(&current, digest))
			continue;
		tags->list[(*count)++] = tags->list[i];
		if (tag_is_immutable(store, tags->list[i]))
			outcome = KEPT;
	}
	return outcome;
}

/* Tags first, so that none ever stands for nothing; the referrer's entry last,
 * for readers drop one whose manifest is gone. */
static enum outcome remove_locked(const struct store *store, struct arena *arena,
				  const char *name, const struct digest *digest, size_t most)
{
	struct digest target, subject;
	struct page tags;
	size_t tag_count;
	bool has_subject;
	enum outcome outcome =
		link_follow(store, arena, layout_revision(arena, name, digest), &target);

	if (outcome == DONE)
		outcome = manifests_touch(store, arena, name);
	if (outcome == DONE)
		outcome = find_tags(store, arena, name, digest, &tags, &tag_count);
	if (outcome == DONE)
		outcome = read_subject(store, arena, name, digest, most, &subject, &has_subject);
	for (size_t i = 0; outcome == DONE && i < tag_count; i++)
		outcome = tag_remove(store, arena, name, tags.list[i]);
	if (outcome == DONE)
		outcome = revision_remove(store, arena, name, digest);
	if (outcome == DONE && has_subject)
		outcome = referrers_remove(store, arena, name, &subject, digest);
	return outcome;
}

enum outcome manifest_remove(const struct store *store, struct arena *arena, const char *name,
			     const struct digest *digest, size_t most)
{
	struct locks locks;
	enum outcome outcome = lock_repository(store, arena, name, LOCK_EXCLUSIVE, &locks);

	if (outcome != DONE)
		return outcome;
	outcome = remove_locked(store, arena, name, digest, most);
	lock_release(&locks);
	return outcome;
}

/* One that stands for nothing is missing, immutable or not. */
static enum outcome untag_locked(const struct store *store, struct arena *arena, const char *name,
				 const char *tag)
{
	struct digest current;
	enum outcome outcome = manifests_touch(store, arena, name);

	if (outcome == DONE && tag_is_immutable(store, tag)) {
		outcome = tag_read(store, arena, name, tag, &current);
		return outcome == DONE ? KEPT : outcome;
	}
	return outcome == DONE ? tag_remove(store, arena, name, tag) : outcome;
}

enum outcome manifest_untag(const struct store *store, struct arena *arena, const char *name,
			    const char *tag)
{
	struct locks locks;
	enum outcome outcome = lock_repository(store, arena, name, LOCK_EXCLUSIVE, &locks);

	if (outcome != DONE)
		return outcome;
	outcome = untag_locked(store, arena, name, tag);
	lock_release(&locks);
	return outcome;
}
