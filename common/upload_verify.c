/* upload_verify.c - are the bytes of an upload what they are said to be?
 * SPDX-License-Identifier: ISC */
#include "upload_verify.h"

#include "arena.h"
#include "file.h"
#include "hash.h"
#include "layout.h"
#include "upload.h"

enum { READ_BYTES = 256 * 1024 };

/* Read `data` and compute what it is.  DONE or FAILED. */
static enum outcome hash_data(struct upload *upload, enum algorithm algorithm,
			      struct digest *digest)
{
	struct hash *hash = hash_begin(upload->arena, algorithm);
	char *buffer = arena_alloc(upload->arena, READ_BYTES);
	off_t offset = 0;

	while (offset < upload->size) {
		ssize_t count = file_read_at(upload->data_fd, buffer, READ_BYTES, offset);

		if (count <= 0) {
			file_outcome("cannot read", layout_in(upload->arena, upload->path, "data"));
			return FAILED;
		}
		hash_add(hash, buffer, (size_t)count);
		offset += count;
	}
	hash_digest(hash, digest);
	return DONE;
}

/* The digest of all bytes, if it is known without reading them. */
static bool is_known(const struct upload *upload, enum algorithm algorithm, struct digest *digest)
{
	const struct session *session = &upload->session;

	if (upload->hash && session->algorithm == algorithm) {
		hash_digest(upload->hash, digest);
		return true;
	}
	*digest = session->digest;
	return session->has_digest && session->size == upload->size &&
	       session->digest.algorithm == algorithm;
}

enum outcome upload_verify(struct upload *upload, const struct digest *digest,
			   struct digest *actual)
{
	enum outcome outcome = DONE;

	if (upload->data_fd < 0)
		*actual = upload->session.digest; /* verified before it was taken away */
	else if (!is_known(upload, digest->algorithm, actual))
		outcome = hash_data(upload, digest->algorithm, actual);
	if (outcome != DONE)
		return outcome;
	return digest_equal(actual, digest) ? DONE : MISMATCH;
}
