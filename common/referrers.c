/* referrers.c - which manifests have this one as their subject
 * SPDX-License-Identifier: ISC */
#include "referrers.h"

#include <string.h>

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "store.h"
#include "text.h"

const char *referrers_entry(struct arena *arena, const struct digest *digest)
{
	return arena_printf(arena, "%s-%s", algorithm_name(digest->algorithm), digest_hex(digest));
}

bool referrers_entry_digest(const char *entry, struct digest *digest)
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

const char *referrers_entry_path(struct arena *arena, const char *name,
				 const struct digest *subject, const struct digest *digest)
{
	return layout_in(arena, layout_referrers(arena, name, subject),
			 referrers_entry(arena, digest));
}

/* [OCI Image, "Descriptors"] with what a referrers list adds. */
void referrers_describe(struct text *text, const struct manifest *manifest,
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

/* Manifests that docker-registry stored may have faults elsewhere. */
enum outcome referrers_read(struct arena *arena, const char *bytes, size_t length,
			    struct manifest *manifest)
{
	bool good = manifest_parse(arena, bytes, length, NULL, manifest);

	if (manifest->subject && manifest->media_type)
		return DONE;
	return !good && manifest->faults[0].problem == PROBLEM_JSON ? MISMATCH : MISSING;
}

enum outcome referrers_add(const struct store *store, struct arena *arena, const char *name,
			   const struct manifest *manifest, const struct digest *digest,
			   size_t length)
{
	struct text text;

	if (!manifest->subject)
		return DONE;
	text_init(&text, arena);
	referrers_describe(&text, manifest, digest, length);
	return store_write(store, arena,
			   referrers_entry_path(arena, name, &manifest->subject->digest, digest),
			   text.bytes, text.length, FILE_MODE);
}

enum outcome referrers_remove(const struct store *store, struct arena *arena, const char *name,
			      const struct digest *subject, const struct digest *digest)
{
	const char *path = referrers_entry_path(arena, name, subject, digest);
	enum outcome outcome = DONE;

	if (file_unlink(store->root, path) < 0)
		outcome = file_outcome("cannot remove", path);
	if (outcome == DONE)
		outcome = store_sync(store, layout_referrers(arena, name, subject), 1);
	return outcome == MISSING ? DONE : outcome;
}
