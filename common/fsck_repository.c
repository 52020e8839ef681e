/* fsck_repository.c - what lies in a repository's directory
 * SPDX-License-Identifier: ISC */
#include <errno.h>
#include <string.h>

#include "arena.h"
#include "blob.h"
#include "blob_verify.h"
#include "file.h"
#include "fsck_check.h"
#include "layout.h"
#include "link.h"
#include "lock.h"
#include "name.h"
#include "store.h"
#include "upload.h"

/* Links below one directory. */
struct links {
	void *context;
	void (*each)(struct fsck_place *place, const char *directory, const struct digest *name,
		     const struct digest *target, void *context);
	const char *algorithm;
};

static bool is_digest(const char *algorithm, const char *hex, struct digest *digest)
{
	char text[DIGEST_TEXT_MAX + 1];
	enum algorithm known;

	return strlen(hex) <= sizeof(text) - strlen(algorithm) - 2 &&
	       algorithm_parse(algorithm, &known) &&
	       (strcpy(text, algorithm), strcat(text, ":"), strcat(text, hex), true) &&
	       digest_parse(text, digest);
}

/* With the repository locked, let a link say what it is named after, if there is
 * such a blob: no other can have been meant. */
static bool repair_locked(struct fsck_place *place, const char *directory)
{
	const struct store *store = place->fsck->store;
	const char *hex = strrchr(directory, '/') + 1;
	const char *algorithm = arena_copy(place->arena, directory, (size_t)(hex - directory) - 1);
	struct digest digest, target;
	struct stat status;

	return is_digest(strrchr(algorithm, '/') + 1, hex, &digest) &&
	       link_examine(store, place->arena, directory, &target, &status) == MISMATCH &&
	       blob_verify(store, place->arena, &digest) == DONE &&
	       link_put(store, place->arena, directory, &digest) == DONE;
}

static bool repair_link(struct fsck_place *place, const char *directory)
{
	struct locks locks;
	bool repaired;

	if (lock_repository(place->fsck->store, place->arena, place->name, LOCK_EXCLUSIVE,
			    &locks) != DONE)
		return false;
	repaired = repair_locked(place, directory);
	lock_release(&locks);
	return repaired;
}

static const char *const in_link[] = { "link", "condemned", "signatures", NULL };

static void look_at_link(struct fsck_place *place, const char *path, const char *hex, void *context)
{
	const struct links *links = context;
	struct digest name, target;
	struct stat status;
	struct arena arena;
	enum outcome outcome;
	bool named = is_digest(links->algorithm, hex, &name);
	enum algorithm known;

	if (!named && algorithm_parse(links->algorithm, &known)) {
		if (fsck_status(place, path, &status) == DONE)
			fsck_note(place, FSCK_STRAY, path, NULL);
		return;
	}
	arena_init(&arena);
	fsck_strays(place, path, in_link);
	fsck_unmark(place, path);
	if (fsck_status(place, layout_in(&arena, path, "link"), &status) == FAILED) {
		arena_reset(&arena);
		return;
	}
	outcome = link_examine(place->fsck->store, &arena, path, &target, &status);
	if (outcome == DONE)
		links->each(place, path, named ? &name : NULL, &target, links->context);
	else if (outcome != MISSING) /* docker-registry leaves the directory */
		fsck_note_repairable(place, FSCK_LINK_BROKEN, path, NULL, repair_link);
	arena_reset(&arena);
}

static void look_at_algorithm(struct fsck_place *place, const char *path, const char *algorithm,
			      void *context)
{
	struct links *links = context;

	links->algorithm = algorithm;
	fsck_each(place, path, links, look_at_link);
}

void fsck_links(struct fsck_place *place, const char *path, void *context,
		void (*each)(struct fsck_place *place, const char *directory,
			     const struct digest *name, const struct digest *target, void *context))
{
	struct links links = { .context = context, .each = each };

	fsck_each(place, path, &links, look_at_algorithm);
}

static void look_at_layer(struct fsck_place *place, const char *directory,
			  const struct digest *name, const struct digest *target, void *context)
{
	struct arena arena;
	off_t size;

	(void)name, (void)context;
	arena_init(&arena);
	if (blob_size(place->fsck->store, &arena, target, &size) == MISSING)
		fsck_note(place, FSCK_LINK_DANGLING, directory, target->text);
	arena_reset(&arena);
}

static void look_at_alias(struct fsck_place *place, const char *directory,
			  const struct digest *name, const struct digest *target, void *context)
{
	struct digest there;
	struct arena arena;

	(void)name, (void)context;
	arena_init(&arena);
	if (link_read(place->fsck->store, &arena, layout_layer(&arena, place->name, target),
		      &there) == MISSING)
		fsck_note(place, FSCK_ALIAS_DANGLING, directory, target->text);
	arena_reset(&arena);
}

static void look_at_version(struct fsck_place *place, const char *path, const char *entry,
			    void *context)
{
	(void)entry, (void)context;
	fsck_links(place, path, NULL, look_at_alias);
}

static void look_at_session(struct fsck_place *place, const char *path, const char *id,
			    void *context)
{
	static const char *const known[] = { "data", "session", "startedat", "hashstates", NULL };
	struct stat status;

	(void)context;
	if (fsck_status(place, path, &status) != DONE)
		return;
	if (upload_id_valid(id) && S_ISDIR(status.st_mode))
		fsck_strays(place, path, known);
	else
		fsck_note(place, FSCK_STRAY, path, NULL);
}

static void look_at_entry(struct fsck_place *place, const char *path, const char *entry,
			  void *context)
{
	static const char *const parts[] = { "_layers", "_manifests", "_uploads", "_tarsum" };
	struct stat status;

	(void)context;
	if (fsck_status(place, path, &status) != DONE)
		return;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (place->name && strcmp(entry, parts[i]) == 0)
			return;
	if (!name_valid(entry) || !S_ISDIR(status.st_mode))
		fsck_note(place, FSCK_STRAY, path, NULL);
}

static bool make_layers(struct fsck_place *place, const char *path)
{
	struct locks locks;
	int made;

	if (lock_repository(place->fsck->store, place->arena, place->name, LOCK_EXCLUSIVE,
			    &locks) != DONE)
		return false;
	made = file_make_directories(place->fsck->store->root, path);
	lock_release(&locks);
	return made >= 0 && store_sync(place->fsck->store, path, 2) == DONE;
}

static void look_for_layers(struct fsck_place *place)
{
	const char *layers = layout_part(place->arena, place->name, "_layers");
	struct stat status;

	if (fsck_status(place, layout_manifests(place->arena, place->name), &status) == DONE &&
	    fsck_status(place, layers, &status) == MISSING)
		fsck_note_repairable(place, FSCK_LAYERS_MISSING, layers, NULL, make_layers);
}

void fsck_repository(struct fsck_place *place, void *context)
{
	(void)context;
	if (!place->name) {
		fsck_each(place, LAYOUT_REPOSITORIES, NULL, look_at_entry);
		return;
	}
	fsck_each(place, layout_repository(place->arena, place->name), NULL, look_at_entry);
	look_for_layers(place);
	fsck_links(place, layout_part(place->arena, place->name, "_layers"), NULL, look_at_layer);
	fsck_each(place, layout_uploads(place->arena, place->name), NULL, look_at_session);
	fsck_each(place, layout_part(place->arena, place->name, "_tarsum"), NULL, look_at_version);
	fsck_manifests(place);
}
