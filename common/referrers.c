/* referrers.c - which manifests have this one as their subject
 * SPDX-License-Identifier: ISC */
#include "referrers.h"

#include <stdint.h>
#include <string.h>

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "link.h"
#include "page.h"
#include "store.h"
#include "text.h"

enum { ENTRY_BYTES_MAX = 64 << 20, READ_BYTES_MAX = 32 << 20 };

static const char *entry_path(struct arena *arena, const char *name, const struct digest *subject,
			      const struct digest *digest)
{
	return arena_printf(arena, "%s/%s-%s", layout_referrers(arena, name, subject),
			    algorithm_name(digest->algorithm), digest_hex(digest));
}

/* [OCI Image, "Descriptors"] with what a referrers list adds. */
static void add_descriptor(struct text *text, const struct manifest *manifest,
			   const struct digest *digest, size_t length)
{
	text_add_format(text, "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%zu",
			manifest->media_type->text, digest->text, length);
	if (manifest->artifact_type) {
		text_add(text, ",\"artifactType\":");
		text_add(text, manifest->artifact_type);
	}
	if (manifest->annotations) {
		text_add(text, ",\"annotations\":");
		text_add(text, manifest->annotations);
	}
	text_add(text, "}");
}

enum outcome referrers_add(const struct store *store, struct arena *arena, const char *name,
			   const struct manifest *manifest, const struct digest *digest,
			   size_t length)
{
	struct text text;

	if (!manifest->subject)
		return DONE;
	text_init(&text, arena);
	add_descriptor(&text, manifest, digest, length);
	return store_write(store, arena, entry_path(arena, name, &manifest->subject->digest, digest),
			   text.bytes, text.length, FILE_MODE);
}

enum outcome referrers_remove(const struct store *store, struct arena *arena, const char *name,
			      const struct digest *subject, const struct digest *digest)
{
	const char *path = entry_path(arena, name, subject, digest);
	enum outcome outcome = DONE;

	if (file_unlink(store->root, path) < 0)
		outcome = file_outcome("cannot remove", path);
	if (outcome == DONE)
		outcome = store_sync(store, layout_referrers(arena, name, subject), 1);
	return outcome == MISSING ? DONE : outcome;
}

/* The digest that an entry is named after: `sha256-<hex>`. */
static bool entry_digest(const char *entry, struct digest *digest)
{
	char text[DIGEST_TEXT_MAX + 1];
	char *dash;

	if (strlen(entry) >= sizeof(text))
		return false;
	dash = strchr(strcpy(text, entry), '-');
	if (dash)
		*dash = ':';
	return dash && digest_parse(text, digest);
}

static bool offer(const char *entry, void *page)
{
	struct digest digest;

	if (entry_digest(entry, &digest))
		page_add(page, entry);
	return true;
}

/* Read the descriptor of one entry.  MISSING if its manifest is gone, or no
 * longer to be seen: entries are removed after their manifests. */
static enum outcome read_entry(const struct store *store, struct arena *arena, const char *name,
			       const char *path, const char **text, size_t *length)
{
	struct digest digest, target;
	enum outcome outcome = MISSING;

	if (entry_digest(strrchr(path, '/') + 1, &digest))
		outcome = link_follow(store, arena, layout_revision(arena, name, &digest), &target);
	if (outcome != DONE)
		return outcome;
	*text = file_read(arena, store->root, path, ENTRY_BYTES_MAX, length);
	return *text ? DONE : file_outcome("cannot read", path);
}

/* One after the other, each in memory of its own: together they may be far
 * larger than what is shown of them. */
static enum outcome show(const struct store *store, const char *name, const char *path,
			 struct referrers_view *view, bool *more)
{
	struct arena scratch;
	const char *text;
	size_t length;
	enum outcome outcome;

	arena_init(&scratch);
	outcome = read_entry(store, &scratch, name, path, &text, &length);
	if (outcome == DONE) {
		view->bytes_read += length;
		*more = view->each(view, &scratch, text, length);
	}
	arena_reset(&scratch);
	return outcome == MISSING ? DONE : outcome;
}

enum outcome referrers_list(const struct store *store, struct arena *arena, const char *name,
			    const struct digest *subject, struct page *page,
			    struct referrers_view *view, const char **last)
{
	const char *directory = layout_referrers(arena, name, subject);
	enum outcome outcome = DONE;
	bool more = true;

	*last = NULL;
	if (file_each(store->root, directory, offer, page) < 0) {
		outcome = file_outcome("cannot list", directory);
		return outcome == MISSING ? DONE : outcome;
	}
	page_sort(page);
	for (size_t i = 0; i < page->count && more && outcome == DONE; i++) {
		outcome = show(store, name, layout_in(arena, directory, page->list[i]), view, &more);
		if (more)
			*last = page->list[i];
		if (view->bytes_read > READ_BYTES_MAX && i + 1 < page->count)
			more = false;
	}
	if (!more)
		page->more = true;
	return outcome;
}
