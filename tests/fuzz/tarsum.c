/* tarsum.c - fuzz target: tar archives, plain or compressed.  The first byte is the
 * version of the tarsum, how large the pieces are, and whether the checksums of the
 * headers are made right first: without that hardly any header would be
 * SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "fuzz.h"
#include "tarsum_hash.h"

enum { BLOCK = 512, CHECKSUM = 148, CHECKSUM_BYTES = 8, SIZE = 124, SIZE_BYTES = 12 };

/* Headers are where a simple reader takes them to be. */
static void make_right(char *bytes, size_t length)
{
	size_t at = 0;

	while (length - at >= BLOCK) {
		unsigned long long size = 0;
		unsigned sum = 0;
		char text[CHECKSUM_BYTES];

		for (size_t i = 0; i < SIZE_BYTES; i++)
			if (bytes[at + SIZE + i] >= '0' && bytes[at + SIZE + i] <= '7')
				size = size * 8 + (unsigned)(bytes[at + SIZE + i] - '0');
		memset(bytes + at + CHECKSUM, ' ', CHECKSUM_BYTES);
		for (size_t i = 0; i < BLOCK; i++)
			sum += (unsigned char)bytes[at + i];
		snprintf(text, sizeof(text), "%06o", sum);
		memcpy(bytes + at + CHECKSUM, text, sizeof(text));
		at += BLOCK;
		if (size > length - at)
			return;
		size = (size + BLOCK - 1) / BLOCK * BLOCK;
		at = size > length - at ? length : at + size;
	}
}

/* The tarsum of the bytes, handed over in pieces of this size. */
static const char *sum(struct arena *arena, enum tarsum_version version, const char *bytes,
		       size_t length, size_t piece, struct tarsum *tarsum)
{
	struct tarsum_hash *hash = tarsum_hash_begin(arena, version);

	for (size_t i = 0; i < length; i += piece)
		if (!tarsum_hash_add(hash, bytes + i, length - i < piece ? length - i : piece))
			break;
	return tarsum_hash_end(hash, tarsum);
}

int fuzz_tarsum(const uint8_t *bytes, size_t length)
{
	static const size_t pieces[] = { 1, 7, 511, 513 };
	struct fuzz_input input;
	struct arena arena;
	struct tarsum whole, cut, again;
	const char *reason, *other;
	uint8_t how;
	char *archive;

	arena_init(&arena);
	fuzz_begin(&input, bytes, length);
	how = fuzz_byte(&input);
	archive = fuzz_rest(&input, &length);
	if (how & 128)
		make_right(archive, length);
	reason = sum(&arena, how % TARSUM_VERSION_COUNT, archive, length, length + 1, &whole);
	other = sum(&arena, how % TARSUM_VERSION_COUNT, archive, length, pieces[how / 4 % 4], &cut);
	must(!reason == !other);
	/* Of what is damaged and no tar besides, what is seen first is told. */
	must(!reason || archive[0] == 0x1f || strcmp(reason, other) == 0);
	must(reason || (tarsum_equal(&whole, &cut) && tarsum_parse(whole.text, &again)));
	arena_reset(&arena);
	fuzz_end(&input);
	return 0;
}
