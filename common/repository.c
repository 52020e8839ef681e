/* repository.c - which blobs a repository has
 * SPDX-License-Identifier: ISC */
#include "repository.h"

#include <unistd.h>

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "link.h"
#include "store.h"

enum outcome repository_find(const struct store *store, struct arena *arena, const char *name)
{
	const char *path = layout_manifests(arena, name);
	int fd = file_open_directory(store->root, path);

	if (fd < 0)
		return file_outcome("cannot open", path);
	close(fd);
	return DONE;
}

enum outcome repository_open_blob(const struct store *store, struct arena *arena, const char *name,
				  const struct digest *digest, struct blob *blob)
{
	struct digest target;
	enum outcome outcome =
		link_follow(store, arena, layout_layer(arena, name, digest), &target);

	return outcome == DONE ? blob_open(store, arena, &target, blob) : outcome;
}

/* With the repository locked.  The source needs no lock: its link is read, and
 * under the shard's lock the data cannot go. */
static enum outcome mount_locked(struct locks *locks, const char *name, const char *source,
				 const struct digest *digest)
{
	const struct store *store = locks->store;
	struct arena *arena = locks->arena;
	struct digest target;
	enum outcome outcome =
		link_follow(store, arena, layout_layer(arena, source, digest), &target);

	if (outcome == DONE)
		outcome = lock_shards(locks, &target, 1);
	if (outcome == DONE)
		outcome = blob_refresh(store, arena, &target);
	if (outcome == DONE)
		outcome = link_put(store, arena, layout_layer(arena, name, digest), &target);
	return outcome;
}

enum outcome repository_mount(const struct store *store, struct arena *arena, const char *name,
			      const char *source, const struct digest *digest)
{
	struct locks locks;
	enum outcome outcome = lock_repository(store, arena, name, LOCK_SHARED, &locks);

	if (outcome != DONE)
		return outcome;
	outcome = mount_locked(&locks, name, source, digest);
	lock_release(&locks);
	return outcome;
}

enum outcome repository_find_tarsum(const struct store *store, struct arena *arena,
				    const char *name, const struct tarsum *tarsum,
				    struct digest *digest)
{
	return link_follow(store, arena, layout_tarsum(arena, name, tarsum), digest);
}

static enum outcome keep_locked(struct locks *locks, const char *name, const struct tarsum *tarsum,
				struct digest *digest)
{
	const char *directory = layout_tarsum(locks->arena, name, tarsum);
	enum outcome outcome = link_follow(locks->store, locks->arena, directory, digest);

	if (outcome == DONE)
		outcome = mount_locked(locks, name, name, digest);
	if (outcome == DONE)
		outcome = link_put(locks->store, locks->arena, directory, digest);
	return outcome;
}

enum outcome repository_keep_tarsum(const struct store *store, struct arena *arena,
				    const char *name, const struct tarsum *tarsum,
				    struct digest *digest)
{
	struct locks locks;
	enum outcome outcome = lock_repository(store, arena, name, LOCK_SHARED, &locks);

	if (outcome != DONE)
		return outcome;
	outcome = keep_locked(&locks, name, tarsum, digest);
	lock_release(&locks);
	return outcome;
}

enum outcome repository_remove_blob(const struct store *store, struct arena *arena,
				    const char *name, const struct digest *digest)
{
	const char *directory = layout_layer(arena, name, digest);
	struct digest target;
	struct locks locks;
	enum outcome outcome = lock_repository(store, arena, name, LOCK_EXCLUSIVE, &locks);

	if (outcome != DONE)
		return outcome;
	outcome = link_follow(store, arena, directory, &target);
	if (outcome == DONE)
		outcome = link_remove(store, arena, directory);
	lock_release(&locks);
	return outcome;
}
