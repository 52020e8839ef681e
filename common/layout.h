/* layout.h - where everything lies in the store
 * SPDX-License-Identifier: ISC
 *
 * All paths are relative to the storage root.  The layout is that of
 * docker-registry (distribution 2.0 to 3.x), which ignores what hythe adds (*):
 *
 * docker/registry/v2/
 *   blobs/<alg>/<xx>/<hex>/data                   a blob, by the first two hex digits
 *                         /condemned            * the collector's mark (mark.h)
 *   repositories/<name>/
 *     _layers/<alg>/<hex>/link                    this repository has this blob
 *     _tarsum/<version>/sha256/<hex>/link       * ... and knows it by this tarsum
 *     _manifests/revisions/<alg>/<hex>/link       ... and this manifest
 *     _manifests/tags/<tag>/current/link          the tag
 *     _manifests/tags/<tag>/index/<alg>/<hex>/link   what the tag ever was
 *     _manifests/referrers/<alg>/<hex>/<alg>-<hex>  * a subject's referrers
 *     _manifests/referrers/complete-<alg>-<time>  * the seal on them (seal.h)
 *     _uploads/<id>/{data,startedat,session *}    an upload session (upload.h)
 *   hythe/locks                                 * every lock but the sessions'
 *   hythe/gc/{lock,run,time,condemned}          * the collector's (gc_state.h)
 *   hythe/checked                               * checked.h
 *   hythe/tmp/                                  * made here, then renamed into place
 *   hythe/trash/                                * renamed here, then removed
 *   hythe/token-keys                            * token_keys.h
 *
 * A link holds a digest, without a newline; what it says counts, not its name.
 * A repository exists when its `_manifests` does. */
#ifndef HYTHE_LAYOUT_H
#define HYTHE_LAYOUT_H

#include "digest.h"
#include "tarsum.h"

struct arena;

#define LAYOUT_V2 "docker/registry/v2"
#define LAYOUT_REPOSITORIES LAYOUT_V2 "/repositories"
#define LAYOUT_BLOBS LAYOUT_V2 "/blobs"
#define LAYOUT_HYTHE LAYOUT_V2 "/hythe"
#define LAYOUT_CHECKED LAYOUT_HYTHE "/checked"
#define LAYOUT_GC LAYOUT_HYTHE "/gc"
#define LAYOUT_LOCKS LAYOUT_HYTHE "/locks"
#define LAYOUT_TMP LAYOUT_HYTHE "/tmp"
#define LAYOUT_TRASH LAYOUT_HYTHE "/trash"
#define LAYOUT_TOKEN_KEYS LAYOUT_HYTHE "/token-keys"

/* The directory of each thing; `name` is a valid repository name.  The strings
 * are the arena's. */
const char *layout_blob(struct arena *arena, const struct digest *digest);
const char *layout_shard(struct arena *arena, enum algorithm algorithm, unsigned shard);
const char *layout_repository(struct arena *arena, const char *name);
const char *layout_part(struct arena *arena, const char *name, const char *part);
const char *layout_layer(struct arena *arena, const char *name, const struct digest *digest);
const char *layout_tarsum(struct arena *arena, const char *name, const struct tarsum *tarsum);
const char *layout_manifests(struct arena *arena, const char *name);
const char *layout_revisions(struct arena *arena, const char *name, enum algorithm algorithm);
const char *layout_revision(struct arena *arena, const char *name, const struct digest *digest);
const char *layout_tags(struct arena *arena, const char *name);
const char *layout_tag(struct arena *arena, const char *name, const char *tag);
const char *layout_all_referrers(struct arena *arena, const char *name);
const char *layout_referrers(struct arena *arena, const char *name, const struct digest *subject);
const char *layout_uploads(struct arena *arena, const char *name);
const char *layout_upload(struct arena *arena, const char *name, const char *id);

/* `directory`/`leaf`. */
const char *layout_in(struct arena *arena, const char *directory, const char *leaf);

#endif
