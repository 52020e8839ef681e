/* session.c - fuzz target: the session file.  The first byte says whether the rest is
 * the file as it stands, or the text of each record, to which its check is added:
 * without it nothing but the check would be tried
 * SPDX-License-Identifier: ISC */
#include "session.h"

#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "hash.h"

enum { HEADER = 1024, SLOT = 512, CHECK = 16 };

static void put(int file, const void *bytes, size_t length, off_t offset)
{
	must(pwrite(file, bytes, length, offset) == (ssize_t)length);
}

static void put_record(int file, const char *text, size_t bytes, off_t offset)
{
	char record[HEADER];
	struct digest digest;
	size_t length = strlen(text);

	if (length > bytes - CHECK - 1)
		length = bytes - CHECK - 1;
	hash_bytes(SHA256, text, length, &digest);
	memset(record, ' ', bytes);
	memcpy(record, text, length);
	memcpy(record + length, digest_hex(&digest), CHECK);
	record[bytes - 1] = '\n';
	put(file, record, bytes, offset);
}

static void fill(int file, struct fuzz_input *input)
{
	size_t length;
	const char *bytes;

	must(ftruncate(file, 0) == 0);
	if (fuzz_byte(input) & 1) {
		put_record(file, fuzz_take(input), HEADER, 0);
		if (input->left)
			put_record(file, fuzz_take(input), SLOT, HEADER);
		if (input->left)
			put_record(file, fuzz_take(input), SLOT, HEADER + SLOT);
		return;
	}
	bytes = fuzz_rest(input, &length);
	put(file, bytes, length, 0);
}

/* What is recorded next is what is read then. */
static void check(int file, struct session *session)
{
	static const struct digest digest = { SHA256,
		"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" };
	struct session again;
	off_t size = session->size;

	must(*session->repository && *session->user && size >= 0);
	if (session->number >= ULLONG_MAX - 1)
		return;
	must(session_record(file, session, false, size, NULL) == 0);
	must(session_read(file, &again));
	must(again.size == size && !again.committing && !again.has_digest);
	must(session_record(file, session, true, size, &digest) == 0);
	must(session_read(file, &again));
	must(again.number == session->number && again.committing && again.has_digest);
	must(digest_equal(&again.digest, &digest) && again.algorithm == session->algorithm);
	must(strcmp(again.repository, session->repository) == 0);
}

int fuzz_session(const uint8_t *bytes, size_t length)
{
	static int file = -1;
	struct fuzz_input input;
	struct session session;

	if (file < 0)
		file = memfd_create("session", MFD_CLOEXEC);
	fuzz_begin(&input, bytes, length);
	fill(file, &input);
	if (session_read(file, &session))
		check(file, &session);
	fuzz_end(&input);
	return 0;
}
