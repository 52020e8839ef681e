/* replay.c - all fuzz targets, on the files that fuzzing found worth keeping
 * SPDX-License-Identifier: ISC
 *
 * Each file of corpus/TARGET as it is, cut at every byte, and changed in some: the
 * same ones every time. */
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../unit/tap.h"

enum { FILE_BYTES_MAX = 65536, CHANGES = 64 };

static const struct {
	const char *name;
	int (*run)(const uint8_t *bytes, size_t length);
} targets[] = {
#define FUZZ_ROW(name) { #name, fuzz_##name },
	FUZZ_TARGETS(FUZZ_ROW)
};

/* A generator of numbers that are the same on every machine. */
static uint32_t next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* In memory that ends where the bytes end, so that a step beyond is seen. */
static void run(int (*target)(const uint8_t *, size_t), const uint8_t *bytes, size_t length)
{
	uint8_t *copy = malloc(length ? length : 1);

	must(copy);
	memcpy(copy, bytes, length);
	target(copy, length);
	free(copy);
}

static void run_changed(int (*target)(const uint8_t *, size_t), uint8_t *bytes, size_t length)
{
	uint32_t state = 2463534242u + (uint32_t)length;

	for (int i = 0; length && i < CHANGES; i++) {
		uint8_t *at = &bytes[next(&state) % length], was = *at;

		*at = (uint8_t)next(&state);
		run(target, bytes, length);
		*at = was;
	}
}

static size_t run_file(int (*target)(const uint8_t *, size_t), int directory, const char *name)
{
	static uint8_t bytes[FILE_BYTES_MAX];
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
	struct stat status;
	ssize_t length;
	size_t step;

	must(fd >= 0 && fstat(fd, &status) == 0);
	length = S_ISREG(status.st_mode) ? read(fd, bytes, sizeof(bytes)) : -1;
	close(fd);
	if (length < 0)
		return 0;
	/* Every byte of a short file, some of a long one. */
	step = 1 + (size_t)length / 256;
	for (size_t cut = 0; cut < (size_t)length; cut += step)
		run(target, bytes, cut);
	run(target, bytes, (size_t)length);
	run_changed(target, bytes, (size_t)length);
	return 1;
}

static void replay(const char *corpus, size_t i)
{
	char path[4096];
	struct dirent *entry;
	size_t files = 0;
	DIR *directory;

	snprintf(path, sizeof(path), "%s/%s", corpus, targets[i].name);
	directory = opendir(path);
	while (directory && (entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			files += run_file(targets[i].run, dirfd(directory), entry->d_name);
	ok(files > 0, "%s: %zu files, whole, cut and changed", targets[i].name, files);
	if (directory)
		closedir(directory);
}

int main(void)
{
	const char *source = getenv("HYTHE_SOURCE");
	char corpus[2048];

	snprintf(corpus, sizeof(corpus), "%s/tests/fuzz/corpus", source ? source : ".");
	for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++)
		replay(corpus, i);
	return done_testing();
}
