/* test_session.c - session.h
 * SPDX-License-Identifier: ISC */
#include "session.h"

#include <stdint.h>

#include "hash.h"
#include "scratch.h"
#include "tap.h"

enum { HEADER = 1024, SLOT = 512, WHOLE = HEADER + 2 * SLOT };

static struct digest digest;

static int new_file(void)
{
	int fd = openat(scratch, "session", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);

	scratch_must(fd >= 0, "session");
	return fd;
}

/* A session of this algorithm, repository and user. */
static struct session given(enum algorithm algorithm, const char *repository, const char *user)
{
	struct session session = { .algorithm = algorithm };

	snprintf(session.repository, sizeof(session.repository), "%s", repository);
	snprintf(session.user, sizeof(session.user), "%s", user);
	return session;
}

static void test_header(void)
{
	static char longest_name[NAME_MAX_LENGTH + 1], longest_user[SESSION_USER_MAX + 1];
	const struct {
		enum algorithm algorithm;
		const char *repository, *user;
	} cases[] = {
		{ SHA256, "a", "-" },
		{ SHA512, "library/alpine", "somebody" },
		{ SHA256, longest_name, "-" },
		{ SHA512, longest_name, longest_user },
	};

	memset(longest_name, 'n', NAME_MAX_LENGTH);
	memset(longest_user, 'u', SESSION_USER_MAX);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct session made = given(cases[i].algorithm, cases[i].repository, cases[i].user);
		struct session session;
		char bytes[HEADER];
		int fd = new_file();

		ok(session_create(fd, &made) == 0, "a header is written");
		is_number(lseek(fd, 0, SEEK_END), HEADER, "of two sectors");
		ok(pread(fd, bytes, HEADER, 0) == HEADER && bytes[HEADER - 1] == '\n' &&
		   !memchr(bytes, '\0', HEADER), "which are text");
		ok(session_read(fd, &session), "and read");
		ok(session.algorithm == cases[i].algorithm, "its algorithm");
		is_text(session.repository, cases[i].repository, "its repository");
		is_text(session.user, cases[i].user, "its user");
		ok(session.number == 0 && session.size == 0 && !session.committing &&
		   !session.has_digest, "nothing is known of its bytes");
		close(fd);
	}
}

static void test_slots(void)
{
	static const struct {
		bool committing, with_digest;
		off_t size;
	} steps[] = {
		{ false, false, 0 }, { false, true, 1 }, { false, true, 4294967296 },
		{ false, false, 7 }, { false, true, INT64_MAX }, { true, true, 12 },
		{ false, false, 12 }, { true, true, 0 },
	};
	struct session session = given(SHA256, "a/b", "-"), read;
	int fd = new_file();

	session_create(fd, &session);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		ok(session_record(fd, &session, steps[i].committing, steps[i].size,
				  steps[i].with_digest ? &digest : NULL) == 0, "step %zu", i + 1);
		ok(session_read(fd, &read), "is read");
		ok(read.number == i + 1 && session.number == i + 1, "as the last one");
		ok(read.committing == steps[i].committing && read.size == steps[i].size &&
		   read.has_digest == steps[i].with_digest, "as it was written");
		if (read.has_digest)
			is_text(read.digest.text, digest.text, "its digest");
		is_text(read.repository, "a/b", "the header stays");
	}
	is_number(lseek(fd, 0, SEEK_END), WHOLE, "the file is no longer than two slots need");
	close(fd);
	ok(session_record(-1, &session, false, 1, NULL) < 0, "a write that fails");
	is_number((long long)session.number, sizeof(steps) / sizeof(steps[0]),
		  "leaves what was known");
}

static const unsigned char damages[] = { 0x01, 0x20, 0x80, 0xff };

/* Change each byte of [from, to) in several ways and count the files that read
 * otherwise than `number` says, 0 being a refusal. */
static int wrong_when_damaged(int fd, off_t from, off_t to, unsigned long long number, off_t size)
{
	int wrong = 0;

	for (off_t at = from; at < to; at++) {
		unsigned char good, bad;
		struct session session;

		scratch_must(pread(fd, &good, 1, at) == 1, "read");
		for (size_t i = 0; i <= sizeof(damages); i++) {
			bad = i < sizeof(damages) ? good ^ damages[i] : 0;
			scratch_must(pwrite(fd, &bad, 1, at) == 1, "write");
			if (session_read(fd, &session))
				wrong += session.number != number || session.size != size;
			else
				wrong += number != 0;
		}
		scratch_must(pwrite(fd, &good, 1, at) == 1, "write");
	}
	return wrong;
}

static void test_damage(void)
{
	struct session session = given(SHA256, "a", "-");
	int fd = new_file();

	session_create(fd, &session);
	session_record(fd, &session, false, 100, &digest);
	session_record(fd, &session, false, 200, &digest);
	/* The second step stands in the first slot. */
	is_number(wrong_when_damaged(fd, HEADER, HEADER + SLOT, 1, 100), 0,
		  "a torn slot leaves the step before");
	is_number(wrong_when_damaged(fd, HEADER + SLOT, WHOLE, 2, 200), 0,
		  "a torn older slot leaves the last step");
	session_record(fd, &session, true, 300, &digest);
	is_number(wrong_when_damaged(fd, HEADER + SLOT, WHOLE, 2, 200), 0,
		  "and so it is with a commit");
	is_number(wrong_when_damaged(fd, 0, HEADER, 0, 0), 0, "a damaged header is refused");

	/* Torn at a sector: half of the new slot is of the old one. */
	for (off_t length = 0; length <= WHOLE; length += 64) {
		bool good;

		scratch_must(ftruncate(fd, WHOLE - length) == 0, "cut");
		good = session_read(fd, &session);
		if (WHOLE - length < HEADER)
			ok(!good, "no whole header: %lld bytes", (long long)(WHOLE - length));
		else
			ok(good && session.number == (length == 0 ? 3 : length <= SLOT ? 2 : 0),
			   "%lld bytes", (long long)(WHOLE - length));
	}
	close(fd);
	fd = new_file();
	ok(!session_read(fd, &session), "an empty file is none of ours");
	close(fd);
	ok(!session_read(-1, &session), "nor is no file");
}

/* Write a record as the header file says it is. */
static void put_record(int fd, off_t at, size_t bytes, const char *text)
{
	char record[HEADER];
	struct digest check;

	hash_bytes(SHA256, text, strlen(text), &check);
	memset(record, ' ', bytes);
	memcpy(record, text, strlen(text));
	memcpy(record + strlen(text), digest_hex(&check), 16);
	record[bytes - 1] = '\n';
	scratch_must(pwrite(fd, record, bytes, at) == (ssize_t)bytes, "record");
}

static void test_boot(void)
{
	static const struct {
		const char *what, *boot;
		bool believed;
	} cases[] = {
		{ "offset", "00000000-0000-0000-0000-000000000000", false },
		{ "offset", "-", false },
		{ "offset", "x", false },
		{ "committing", "00000000-0000-0000-0000-000000000000", true },
		{ "committing", "-", true },
	};
	char text[SLOT], boot[64] = "";
	struct session session = given(SHA256, "a", "-");
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
	int fd = new_file();

	session_create(fd, &session);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "1 %s 42 %s %s ", cases[i].what, digest.text,
			 cases[i].boot);
		put_record(fd, HEADER + SLOT, SLOT, text);
		ok(session_read(fd, &session) && session.number == 1 && session.size == 42,
		   "%s of boot %s is read", cases[i].what, cases[i].boot);
		is_number(session.has_digest, cases[i].believed, "its digest is believed");
	}
	if (file && fscanf(file, "%63s", boot) == 1) {
		snprintf(text, sizeof(text), "2 offset 43 %s %s ", digest.text, boot);
		put_record(fd, HEADER, SLOT, text);
		ok(session_read(fd, &session) && session.size == 43 && session.has_digest,
		   "that of this boot is");
	}
	if (file)
		fclose(file);
	close(fd);
}

static void test_foreign_headers(void)
{
	static const struct {
		const char *text;
		bool good;
	} cases[] = {
		{ "hythe-session 1 sha256 2024-02-29T12:00:00Z a/b - ", true },
		{ "hythe-session 1 sha512 2024-02-29T12:00:00Z a/b me ", true },
		{ "hythe-session 2 sha256 2024-02-29T12:00:00Z a/b - ", false },
		{ "hythe-session 1 md5 2024-02-29T12:00:00Z a/b - ", false },
		{ "hythe-session 1 sha256 2024-02-29T12:00:00Z a/b", false },
		{ "other-session 1 sha256 2024-02-29T12:00:00Z a/b - ", false },
		{ "", false },
	};
	struct session session;
	int fd = new_file();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		put_record(fd, 0, HEADER, cases[i].text);
		is_number(session_read(fd, &session), cases[i].good, cases[i].text);
		if (cases[i].good)
			is_text(session.repository, "a/b", "its repository");
	}
	close(fd);
}

int main(void)
{
	scratch_make();
	hash_bytes(SHA512, "abc", 3, &digest);
	test_header();
	test_slots();
	test_damage();
	test_boot();
	test_foreign_headers();
	scratch_remove();
	return done_testing();
}
