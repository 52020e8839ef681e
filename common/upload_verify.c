/* upload_verify.c - are the bytes of an upload what they are said to be?
 * SPDX-License-Identifier: ISC */
#include "upload_verify.h"

#include "arena.h"
#include "blob.h"
#include "file.h"
#include "hash.h"
#include "layout.h"
#include "tarsum_hash.h"
#include "upload.h"

enum { READ_BYTES = 256 * 1024 };

static struct blob data_of(const struct upload *upload)
{
	return (struct blob){
		.fd = upload->data_fd, .size = upload->size,
		.path = layout_in(upload->arena, upload->path, "data"),
	};
}

/* Read all bytes for a digest or for a tarsum, or for both; for a tarsum alone
 * no further than there can be one.  DONE or FAILED. */
static enum outcome read_all(struct arena *arena, const struct blob *bytes, struct hash *hash,
			     struct tarsum_hash *tarsum_hash)
{
	char *buffer = arena_alloc(arena, READ_BYTES);
	bool more = true;

	for (off_t offset = 0; more && offset < bytes->size;) {
		ssize_t count = file_read_at(bytes->fd, buffer, READ_BYTES, offset);

		if (count <= 0) {
			file_outcome("cannot read", bytes->path);
			return FAILED;
		}
		if (hash)
			hash_add(hash, buffer, (size_t)count);
		if (tarsum_hash)
			more = tarsum_hash_add(tarsum_hash, buffer, (size_t)count);
		offset += count;
	}
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
	if (upload->data_fd < 0) {
		*actual = upload->session.digest; /* verified before it was taken away */
	} else if (!is_known(upload, digest->algorithm, actual)) {
		struct hash *hash = hash_begin(upload->arena, digest->algorithm);
		const struct blob data = data_of(upload);

		if (read_all(upload->arena, &data, hash, NULL) != DONE)
			return FAILED;
		hash_digest(hash, actual);
	}
	return digest_equal(actual, digest) ? DONE : MISMATCH;
}

/* Where the bytes are: in the session, or, taken away by a commit that was cut
 * short, among the blobs. */
static enum outcome find_bytes(struct upload *upload, struct blob *bytes)
{
	enum outcome outcome = DONE;

	*bytes = data_of(upload);
	if (upload->data_fd < 0)
		outcome = blob_open(upload->store, upload->arena, &upload->session.digest, bytes);
	if (outcome == MISSING) {
		enum outcome ended = upload_cancel(upload);

		return ended == DONE ? MISSING : ended;
	}
	return outcome;
}

enum outcome upload_verify_tarsum(struct upload *upload, const struct tarsum *tarsum,
				  struct tarsum_finding *finding)
{
	struct tarsum_hash *tarsum_hash = tarsum_hash_begin(upload->arena, tarsum->version);
	struct hash *hash = NULL;
	struct blob bytes;
	enum outcome outcome = find_bytes(upload, &bytes);

	if (!is_known(upload, SHA256, &finding->digest))
		hash = hash_begin(upload->arena, SHA256);
	if (outcome == DONE)
		outcome = read_all(upload->arena, &bytes, hash, tarsum_hash);
	if (outcome != DONE)
		return outcome;
	finding->reason = tarsum_hash_end(tarsum_hash, &finding->actual);
	if (hash)
		hash_digest(hash, &finding->digest);
	return !finding->reason && tarsum_equal(&finding->actual, tarsum) ? DONE : MISMATCH;
}
