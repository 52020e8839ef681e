/* referrers_find.c - what may be in the list of referrers of a manifest
 * SPDX-License-Identifier: ISC */
#include "referrers_find.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "link.h"
#include "log.h"
#include "manifest.h"
#include "manifest_store.h"
#include "page.h"
#include "referrers.h"
#include "store.h"

/* As much as can be looked through while a client waits. */
enum { REVISIONS_MAX = 20000, BYTES_MAX = 256 << 20 };

struct search {
	const struct store *store;
	const char *name;
	const struct digest *subject;
	struct page *page;
	/* What the tag's index names, in order. */
	const char **tagged;
	size_t tagged_count;
	/* What was looked through. */
	size_t revisions, bytes;
};

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool offer(const char *entry, void *context)
{
	const struct search *search = context;
	struct digest digest;

	if (referrers_entry_digest(entry, &digest) &&
	    !(search->tagged_count && bsearch(&entry, search->tagged, search->tagged_count,
					      sizeof(*search->tagged), compare)))
		page_add(search->page, entry);
	return true;
}

static enum outcome find_entries(struct search *search)
{
	const char *path = layout_referrers(search->page->arena, search->name, search->subject);
	enum outcome outcome = DONE;

	if (file_each(search->store->root, path, offer, search) < 0)
		outcome = file_outcome("cannot list", path);
	return outcome == MISSING ? DONE : outcome;
}

/* Can this document have the subject at all?  Its digits would stand there, or
 * be written as escapes. */
static bool may_refer(const char *bytes, size_t length, const struct digest *subject)
{
	const char *hex = digest_hex(subject);

	return memmem(bytes, length, hex, strlen(hex)) || memmem(bytes, length, "\\u", 2);
}

/* What cannot be read is not there for clients either.  MISMATCH if it is too
 * much altogether. */
static enum outcome look_at(void *context, struct arena *arena, const char *directory,
			    const struct digest *digest)
{
	struct search *search = context;
	const char *entry, *bytes;
	size_t length;
	enum outcome outcome;

	(void)directory;
	entry = digest ? referrers_entry(arena, digest) : "";
	if (!digest || page_excludes(search->page, entry))
		return DONE;
	outcome = manifest_read(search->store, arena, search->name, digest, MANIFEST_BYTES_MAX,
				&bytes, &length);
	if (outcome != DONE)
		return outcome == BUSY ? BUSY : DONE;
	search->bytes += length;
	if (search->bytes > BYTES_MAX)
		return MISMATCH;
	if (may_refer(bytes, length, search->subject))
		page_add(search->page, entry);
	return DONE;
}

static enum outcome count(void *context, struct arena *arena, const char *directory,
			  const struct digest *digest)
{
	struct search *search = context;

	(void)arena, (void)directory, (void)digest;
	return ++search->revisions > REVISIONS_MAX ? MISMATCH : DONE;
}

/* Names are counted first, which costs next to nothing.  MISMATCH if there is
 * too much. */
static enum outcome find_revisions(struct search *search)
{
	const char *path = layout_part(search->page->arena, search->name, "_manifests/revisions");
	enum outcome outcome = link_each(search->store, path, count, search);

	return outcome == DONE ? link_each(search->store, path, look_at, search) : outcome;
}

/* Read the index that is tagged for the subject.  One that is not there, or is
 * no index, names nothing.  [OCI "Referrers Tag Schema"] */
static enum outcome read_tag(struct search *search, struct arena *arena, struct manifest *index)
{
	const struct digest *subject = search->subject;
	const char *tag = arena_printf(arena, "%s-%.64s", algorithm_name(subject->algorithm),
				       digest_hex(subject));
	struct digest digest;
	const char *bytes;
	size_t length;
	enum outcome outcome = manifest_read_tagged(search->store, arena, search->name, tag,
						    MANIFEST_BYTES_MAX, &digest, &bytes, &length);

	*index = (struct manifest){ .descriptor_count = 0 };
	if (outcome == DONE)
		manifest_parse(arena, bytes, length, NULL, index);
	return outcome == BUSY ? BUSY : DONE;
}

static void add_tagged(struct search *search, const struct manifest *index)
{
	struct arena *arena = search->page->arena;
	size_t count = 0;

	search->tagged = arena_alloc(arena, (index->descriptor_count + 1) * sizeof(char *));
	for (size_t i = 0; i < index->descriptor_count; i++)
		if (index->descriptors[i].role == ROLE_MANIFEST)
			search->tagged[count++] =
				referrers_entry(arena, &index->descriptors[i].digest);
	qsort(search->tagged, count, sizeof(*search->tagged), compare);
	for (size_t i = 0; i < count; i++) {
		const char *entry = search->tagged[i];

		if (i && strcmp(entry, search->tagged[search->tagged_count - 1]) == 0)
			continue;
		search->tagged[search->tagged_count++] = entry;
		page_add(search->page, entry);
	}
}

static enum outcome find_tagged(struct search *search)
{
	struct arena arena;
	struct manifest index;
	enum outcome outcome;

	arena_init(&arena);
	outcome = read_tag(search, &arena, &index);
	if (outcome == DONE)
		add_tagged(search, &index);
	arena_reset(&arena);
	return outcome == DONE ? find_entries(search) : outcome;
}

enum outcome referrers_find(const struct store *store, const char *name,
			    const struct digest *subject, enum referrers_source *source,
			    struct page *page)
{
	struct search search = { .store = store, .name = name, .subject = subject, .page = page };
	enum outcome outcome;

	if (*source == FROM_ENTRIES)
		return find_entries(&search);
	if (*source == FROM_REVISIONS) {
		outcome = find_revisions(&search);
		if (outcome != MISMATCH)
			return outcome;
		log_line("'%s' has too many manifests to look for referrers: run 'hythe reindex'",
			 name);
		*source = FROM_TAG;
		page_init(page, page->arena, page->last, page->most);
	}
	return find_tagged(&search);
}
