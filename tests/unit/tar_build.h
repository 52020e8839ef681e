/* tar_build.h - tar archives to test with, made by hand
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_TAR_BUILD_H
#define HYTHE_TAR_BUILD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static unsigned char *tar;
static size_t tar_length, tar_room;

/* Make room for whole blocks of zeros; where they begin. */
static inline unsigned char *tar_blocks(size_t bytes)
{
	size_t length = (bytes + 511) / 512 * 512;

	if (tar_room < tar_length + length) {
		tar_room = 2 * (tar_length + length);
		tar = realloc(tar, tar_room);
	}
	if (length)
		memset(tar + tar_length, 0, length);
	tar_length += length;
	return tar + tar_length - length;
}

static inline void tar_sum(unsigned char *header)
{
	unsigned sum = 0;

	memset(header + 148, ' ', 8);
	for (size_t i = 0; i < 512; i++)
		sum += header[i];
	snprintf((char *)header + 148, 8, "%06o", sum);
}

/* Change a field of a header; as many bytes as `text` has, and the sum. */
static inline void tar_set(unsigned char *header, size_t at, const char *text)
{
	memcpy(header + at, text, strlen(text));
	tar_sum(header);
}

static inline void tar_set_number(unsigned char *header, size_t at, size_t width,
				  unsigned long long number)
{
	char digits[32];

	snprintf(digits, sizeof(digits), "%0*llo", (int)width - 1, number);
	memcpy(header + at, digits, width);
	tar_sum(header);
}

/* Add a header of ustar, by nobody in particular; until the next is added. */
static inline unsigned char *tar_header(char typeflag, const char *name, size_t size)
{
	unsigned char *header = tar_blocks(512);

	memcpy(header, name, strnlen(name, 100));
	header[156] = (unsigned char)typeflag;
	memcpy(header + 257, "ustar\00000", 8);
	tar_set_number(header, 100, 8, 0);
	tar_set_number(header, 108, 8, 0);
	tar_set_number(header, 116, 8, 0);
	tar_set_number(header, 124, 12, size);
	tar_set_number(header, 136, 12, 0);
	return header;
}

static inline void tar_content(const void *bytes, size_t length)
{
	unsigned char *blocks = tar_blocks(length);

	if (length)
		memcpy(blocks, bytes, length);
}

/* Add a header and what follows it. */
static inline void tar_add(char typeflag, const char *name, const char *content)
{
	tar_header(typeflag, name, strlen(content));
	tar_content(content, strlen(content));
}

/* Write the record of an extended header that says `text`, `key=value`; how
 * many bytes it has. */
static inline size_t tar_record(char *record, size_t room, const char *text)
{
	size_t length = strlen(text) + 3;

	while ((size_t)snprintf(record, room, "%zu %s\n", length, text) != length)
		length++;
	return length;
}

/* Add an extended header of `count` records. */
static inline void tar_add_pax(char typeflag, const char *const *records, size_t count)
{
	char text[4096] = "";
	size_t length = 0;

	for (size_t i = 0; i < count; i++)
		length += tar_record(text + length, sizeof(text) - length, records[i]);
	tar_add(typeflag, "pax", text);
}

static inline void tar_end(void)
{
	tar_blocks(1024);
}

static inline void tar_empty(void)
{
	free(tar);
	tar = NULL;
	tar_length = tar_room = 0;
}

/* Compress the archive by gzip, and take that in its place. */
static inline void tar_compress(void)
{
	z_stream stream = { .next_in = tar, .avail_in = (uInt)tar_length };
	size_t room;
	unsigned char *out;

	deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 9, Z_DEFAULT_STRATEGY);
	room = deflateBound(&stream, tar_length);
	out = malloc(room);
	stream.next_out = out;
	stream.avail_out = (uInt)room;
	deflate(&stream, Z_FINISH);
	tar_empty();
	tar = out;
	tar_length = room - stream.avail_out;
	deflateEnd(&stream);
}

#endif
