/* referrers_list.c - the list of what refers to a manifest
 * SPDX-License-Identifier: ISC */
#include "referrers_list.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "link.h"
#include "manifest_store.h"
#include "page.h"
#include "referrers.h"
#include "referrers_find.h"
#include "seal.h"
#include "store.h"
#include "text.h"

/* Names held at once; and what is looked at for one page, shown or not. */
enum { NAMES_MAX = 1000, LOOKS_MAX = 10000, BYTES_MAX = 32 << 20 };

struct listing {
	const struct store *store;
	const struct referrers_query *query;
	enum referrers_source source;
	char last[PAGE_NAME_MAX + 1]; /* the last that was looked at */
	size_t looks, bytes;
	bool full;
};

/* What is recorded is ready to be shown; MISSING for a file that is none of our
 * making. */
static enum outcome read_entry(struct listing *listing, struct arena *arena,
			       const struct digest *digest, const char **text, size_t *length)
{
	const struct referrers_query *query = listing->query;
	const char *path = referrers_entry_path(arena, query->name, query->subject, digest);

	*text = file_read(arena, listing->store->root, path, REFERRERS_ENTRY_MAX, length);
	if (!*text)
		return file_outcome("cannot read", path) == BUSY ? BUSY : MISSING;
	listing->bytes += *length;
	return *length > 1 && (*text)[0] == '{' && (*text)[*length - 1] == '}' ? DONE : MISSING;
}

/* MISSING also if the manifest is another's referrer, or cannot be read. */
static enum outcome read_manifest(struct listing *listing, struct arena *arena,
				  const struct digest *digest, const char **text, size_t *length)
{
	const struct referrers_query *query = listing->query;
	struct text descriptor;
	struct manifest manifest;
	const char *bytes;
	enum outcome outcome = manifest_read(listing->store, arena, query->name, digest,
					     MANIFEST_BYTES_MAX, &bytes, length);

	if (outcome != DONE)
		return outcome == BUSY ? BUSY : MISSING;
	listing->bytes += *length;
	if (referrers_read(arena, bytes, *length, &manifest) != DONE ||
	    !digest_equal(&manifest.subject->digest, query->subject))
		return MISSING;
	text_init(&descriptor, arena);
	referrers_describe(&descriptor, &manifest, digest, *length);
	*text = descriptor.bytes;
	*length = descriptor.length;
	return DONE;
}

/* The descriptor of one.  MISSING if it is not to be shown: entries are removed
 * after their manifests. */
static enum outcome describe(struct listing *listing, struct arena *arena, const char *entry,
			     const char **text, size_t *length)
{
	struct digest digest, target;
	enum outcome outcome = MISSING;

	if (!referrers_entry_digest(entry, &digest))
		return MISSING;
	if (listing->source == FROM_ENTRIES) {
		outcome =
			link_follow(listing->store, arena,
				    layout_revision(arena, listing->query->name, &digest), &target);
		if (outcome != DONE)
			return outcome;
		outcome = read_entry(listing, arena, &digest, text, length);
	}
	return outcome == MISSING ? read_manifest(listing, arena, &digest, text, length) : outcome;
}

/* One after the other, each in memory of its own: together they may be far
 * larger than what is shown of them. */
static enum outcome show(struct listing *listing, const char *entry)
{
	const struct referrers_query *query = listing->query;
	struct arena arena;
	const char *text;
	size_t length;
	enum outcome outcome;

	arena_init(&arena);
	outcome = describe(listing, &arena, entry, &text, &length);
	if (outcome == DONE)
		listing->full = !query->each(query->context, &arena, text, length);
	arena_reset(&arena);
	return outcome == MISSING ? DONE : outcome;
}

/* Show the names of one page, one of many that are needed where most are not to
 * be shown.  `*more` says whether there are any behind it. */
static enum outcome show_page(struct listing *listing, struct arena *arena, bool *more)
{
	const struct referrers_query *query = listing->query;
	struct page page;
	enum outcome outcome;

	page_init(&page, arena, listing->last, NAMES_MAX);
	outcome = referrers_find(listing->store, query->name, query->subject, &listing->source,
				 &page);
	page_sort(&page);
	*more = page.more;
	for (size_t i = 0; i < page.count && outcome == DONE; i++) {
		bool enough = listing->looks >= LOOKS_MAX || listing->bytes > BYTES_MAX;

		if (enough)
			listing->full = true;
		else
			outcome = show(listing, page.list[i]);
		if (listing->full)
			break;
		snprintf(listing->last, sizeof(listing->last), "%s", page.list[i]);
		listing->looks++;
	}
	return outcome;
}

enum outcome referrers_list(const struct store *store, struct arena *arena,
			    const struct referrers_query *query, const char **next)
{
	struct listing listing = { .store = store, .query = query };
	enum outcome outcome = seal_check(store, arena, query->name);
	bool more = true;

	*next = NULL;
	if (outcome == MISSING) {
		listing.source = FROM_REVISIONS;
		outcome = DONE;
	}
	snprintf(listing.last, sizeof(listing.last), "%s", query->last ? query->last : "");
	while (outcome == DONE && more && !listing.full) {
		struct arena scratch;

		arena_init(&scratch);
		outcome = show_page(&listing, &scratch, &more);
		arena_reset(&scratch);
	}
	if (listing.full && listing.looks)
		*next = arena_copy(arena, listing.last, strlen(listing.last));
	return outcome;
}
