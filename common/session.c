/* session.c - the session file: what is known of one upload
 * SPDX-License-Identifier: ISC */
#include "session.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "hash.h"

enum {
	HEADER_BYTES = 1024,
	SLOT_BYTES = 512,
	CHECK_DIGITS = 16,
	BOOT_DIGITS = 36
};

static char boot[BOOT_DIGITS + 1] = "-";

static void read_boot(void)
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (file_read_at(fd, boot, BOOT_DIGITS, 0) != BOOT_DIGITS || strpbrk(boot, " \n"))
		strcpy(boot, "-");
	close(fd);
}

static const char *this_boot(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, read_boot);
	return boot;
}

static void add_check(char *text, size_t room)
{
	struct digest digest;
	size_t length = strlen(text);

	hash_bytes(SHA256, text, length, &digest);
	snprintf(text + length, room - length, "%.*s", CHECK_DIGITS, digest_hex(&digest));
}

/* Write `text`, its check and the padding as one record. */
static int write_record(int fd, char *text, size_t bytes, off_t offset)
{
	char record[HEADER_BYTES];

	add_check(text, bytes);
	memset(record, ' ', bytes);
	memcpy(record, text, strlen(text));
	record[bytes - 1] = '\n';
	return file_write_at(fd, record, bytes, offset);
}

/* Cut the record of `bytes` at its check; false if that does not fit. */
static bool verify_record(char *record, size_t bytes)
{
	char again[HEADER_BYTES];
	char *end = record + bytes - 1;

	if (*end != '\n' || memchr(record, '\0', bytes))
		return false;
	while (end > record && end[-1] == ' ')
		end--;
	if (end - record <= CHECK_DIGITS)
		return false;
	*end = '\0';
	end -= CHECK_DIGITS;
	snprintf(again, sizeof(again), "%.*s", (int)(end - record), record);
	add_check(again, sizeof(again));
	if (strcmp(again, record) != 0)
		return false;
	*end = '\0';
	return true;
}

int session_create(int fd, const struct session *session)
{
	char header[HEADER_BYTES], opened[32];
	time_t now = time(NULL);
	struct tm calendar;

	gmtime_r(&now, &calendar);
	strftime(opened, sizeof(opened), "%Y-%m-%dT%H:%M:%SZ", &calendar);
	snprintf(header, sizeof(header), "hythe-session 1 %s %s %s %s ",
		 algorithm_name(session->algorithm), opened, session->repository, session->user);
	return write_record(fd, header, HEADER_BYTES, 0);
}

static bool read_header(char *header, struct session *session)
{
	char algorithm[16];
	int version;

	return verify_record(header, HEADER_BYTES) &&
	       sscanf(header, "hythe-session %2d %15s %*31s %255s %255s ", &version, algorithm,
		      session->repository, session->user) == 4 &&
	       version == 1 && algorithm_parse(algorithm, &session->algorithm);
}

/* Take over a slot if it is good and newer than what `session` has. */
static void read_slot(char *slot, struct session *session)
{
	char what[16], digest[DIGEST_TEXT_MAX + 1], booted[BOOT_DIGITS + 1];
	unsigned long long number;
	long long size;

	if (!verify_record(slot, SLOT_BYTES) ||
	    sscanf(slot, "%20llu %15s %19lld %135s %36s ", &number, what, &size, digest, booted) != 5 ||
	    number <= session->number || size < 0)
		return;
	session->number = number;
	session->committing = strcmp(what, "committing") == 0;
	session->size = size;
	/* What is being committed was synced before, whatever crashed since. */
	session->has_digest = digest_parse(digest, &session->digest) &&
			      (session->committing ||
			       (strcmp(booted, "-") != 0 && strcmp(booted, this_boot()) == 0));
}

bool session_read(int fd, struct session *session)
{
	char bytes[HEADER_BYTES + 2 * SLOT_BYTES] = { 0 };
	ssize_t length = file_read_at(fd, bytes, sizeof(bytes), 0);

	*session = (struct session){ .number = 0 };
	if (length < HEADER_BYTES || !read_header(bytes, session))
		return false;
	read_slot(bytes + HEADER_BYTES, session);
	read_slot(bytes + HEADER_BYTES + SLOT_BYTES, session);
	return true;
}

int session_record(int fd, struct session *session, bool committing, off_t size,
		   const struct digest *digest)
{
	unsigned long long number = session->number + 1;
	char slot[SLOT_BYTES];

	snprintf(slot, sizeof(slot), "%llu %s %lld %s %s ", number,
		 committing ? "committing" : "offset", (long long)size, digest ? digest->text : "-",
		 this_boot());
	if (write_record(fd, slot, SLOT_BYTES,
			 HEADER_BYTES + (off_t)(number % 2) * SLOT_BYTES) < 0)
		return -1;
	session->number = number;
	session->committing = committing;
	session->size = size;
	session->has_digest = digest != NULL;
	if (digest)
		session->digest = *digest;
	return 0;
}
