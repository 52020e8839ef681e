/* fuzz.h - what the fuzz targets have in common
 * SPDX-License-Identifier: ISC
 *
 * A target is a function of any bytes, which must come back: it reads them with one
 * of hythe's parsers, and stops the process where something is not so that always
 * must be.  libFuzzer runs them one by one (fuzz.sh), replay.c all of them on the
 * files in corpus/. */
#ifndef HYTHE_FUZZ_H
#define HYTHE_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#define FUZZ_TARGETS(X) \
	X(access) \
	X(digest) \
	X(htpasswd) \
	X(json) \
	X(jwks) \
	X(keys) \
	X(link) \
	X(login) \
	X(manifest) \
	X(name) \
	X(page) \
	X(query) \
	X(range) \
	X(record) \
	X(reference) \
	X(request) \
	X(route) \
	X(session) \
	X(settings) \
	X(tarsum) \
	X(url)

#define FUZZ_DECLARE(name) int fuzz_##name(const uint8_t *bytes, size_t length);
FUZZ_TARGETS(FUZZ_DECLARE)

/* Always true, whatever the bytes are. */
#define must(condition) \
	((condition) ? (void)0 : fuzz_stop(__FILE__, __LINE__, #condition))

void fuzz_stop(const char *file, int line, const char *condition) __attribute__((noreturn));

/* The input as strings, in turn: each ends at a NUL, or with the input. */
struct fuzz_input {
	const uint8_t *at;
	size_t left;
	void *taken; /* what fuzz_end() frees */
};

void fuzz_begin(struct fuzz_input *input, const uint8_t *bytes, size_t length);

/* The next string, in memory that ends with it; "" if nothing is left. */
char *fuzz_take(struct fuzz_input *input);

/* The next byte; 0 if nothing is left. */
uint8_t fuzz_byte(struct fuzz_input *input);

/* What is left, in memory that ends with it; `*length` is how much. */
char *fuzz_rest(struct fuzz_input *input, size_t *length);

void fuzz_end(struct fuzz_input *input);

#endif
