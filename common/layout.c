/* layout.c - where everything lies in the store
 * SPDX-License-Identifier: ISC */
#include "layout.h"

#include <string.h>

#include "arena.h"

const char *layout_in(struct arena *arena, const char *directory, const char *leaf)
{
	size_t length = strlen(directory), more = strlen(leaf);
	char *path = arena_alloc(arena, length + 1 + more + 1);

	memcpy(path, directory, length);
	path[length] = '/';
	memcpy(path + length + 1, leaf, more);
	return path;
}

/* The directory of a link to `digest`, one of many in `directory`. */
static const char *by_digest(struct arena *arena, const char *directory,
			     const struct digest *digest)
{
	return arena_printf(arena, "%s/%s/%s", directory, algorithm_name(digest->algorithm),
			    digest_hex(digest));
}

const char *layout_blob(struct arena *arena, const struct digest *digest)
{
	const char *hex = digest_hex(digest);

	return arena_printf(arena, LAYOUT_BLOBS "/%s/%.2s/%s",
			    algorithm_name(digest->algorithm), hex, hex);
}

const char *layout_shard(struct arena *arena, enum algorithm algorithm, unsigned shard)
{
	return arena_printf(arena, LAYOUT_BLOBS "/%s/%02x", algorithm_name(algorithm), shard);
}

const char *layout_repository(struct arena *arena, const char *name)
{
	return layout_in(arena, LAYOUT_REPOSITORIES, name);
}

const char *layout_part(struct arena *arena, const char *name, const char *part)
{
	return arena_printf(arena, LAYOUT_REPOSITORIES "/%s/%s", name, part);
}

const char *layout_layer(struct arena *arena, const char *name, const struct digest *digest)
{
	return by_digest(arena, layout_part(arena, name, "_layers"), digest);
}

/* No name here has the `+` of a tarsum: docker-registry's collector gives up on
 * one. */
const char *layout_tarsum(struct arena *arena, const char *name, const struct tarsum *tarsum)
{
	return arena_printf(arena, "%s/%s/%s/%s", layout_part(arena, name, "_tarsum"),
			    tarsum_version_name(tarsum->version), algorithm_name(SHA256),
			    tarsum_hex(tarsum));
}

const char *layout_manifests(struct arena *arena, const char *name)
{
	return layout_part(arena, name, "_manifests");
}

const char *layout_revisions(struct arena *arena, const char *name, enum algorithm algorithm)
{
	return layout_in(arena, layout_part(arena, name, "_manifests/revisions"),
			 algorithm_name(algorithm));
}

const char *layout_revision(struct arena *arena, const char *name, const struct digest *digest)
{
	return by_digest(arena, layout_part(arena, name, "_manifests/revisions"), digest);
}

const char *layout_tags(struct arena *arena, const char *name)
{
	return layout_part(arena, name, "_manifests/tags");
}

const char *layout_tag(struct arena *arena, const char *name, const char *tag)
{
	return layout_in(arena, layout_tags(arena, name), tag);
}

const char *layout_all_referrers(struct arena *arena, const char *name)
{
	return layout_part(arena, name, "_manifests/referrers");
}

const char *layout_referrers(struct arena *arena, const char *name, const struct digest *subject)
{
	return by_digest(arena, layout_all_referrers(arena, name), subject);
}

const char *layout_uploads(struct arena *arena, const char *name)
{
	return layout_part(arena, name, "_uploads");
}

const char *layout_upload(struct arena *arena, const char *name, const char *id)
{
	return layout_in(arena, layout_uploads(arena, name), id);
}
