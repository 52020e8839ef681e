/* blob_verify.c - are the bytes of a blob those of its digest?
 * SPDX-License-Identifier: ISC */
#include "blob_verify.h"

#include <sys/types.h>

#include "arena.h"
#include "blob.h"
#include "file.h"
#include "hash.h"
#include "log.h"

enum { READ_BYTES = 256 * 1024 };

enum outcome blob_verify(const struct store *store, struct arena *arena,
			 const struct digest *digest)
{
	struct hash *hash = hash_begin(arena, digest->algorithm);
	struct digest actual;
	struct blob blob;
	enum outcome outcome = blob_find(store, arena, digest, &blob);
	size_t room = outcome == DONE && blob.size < READ_BYTES ? (size_t)blob.size : READ_BYTES;
	char *buffer = arena_alloc(arena, room);

	for (off_t offset = 0; outcome == DONE && offset < blob.size;) {
		ssize_t count = file_read_at(blob.fd, buffer, room, offset);

		if (count <= 0) {
			log_errno("cannot read '%s'", blob.path);
			return FAILED;
		}
		hash_add(hash, buffer, (size_t)count);
		offset += count;
	}
	if (outcome != DONE)
		return outcome;
	hash_digest(hash, &actual);
	return digest_equal(&actual, digest) ? DONE : MISMATCH;
}
