/* tar_header.c - the header block of an entry in a tar archive
 * SPDX-License-Identifier: ISC */
#include "tar_header.h"

#include <string.h>

enum {
	NAME = 0, NAME_BYTES = 100,
	CHECKSUM = 148, CHECKSUM_BYTES = 8,
	TYPEFLAG = 156,
	LINKNAME = 157, LINKNAME_BYTES = 100,
	MAGIC = 257,
	UNAME = 265, GNAME = 297, USER_BYTES = 32,
	PREFIX = 345, PREFIX_BYTES = 155, STAR_PREFIX_BYTES = 131,
	STAR_TRAILER = 508
};

enum format { FORMAT_V7, FORMAT_GNU, FORMAT_POSIX, FORMAT_STAR };

/* GNU has times where POSIX has the prefix, star some behind a shorter one. */
static enum format format_of(const unsigned char *block)
{
	if (memcmp(block + MAGIC, "ustar  ", 8) == 0)
		return FORMAT_GNU;
	if (memcmp(block + MAGIC, "ustar", 6) != 0)
		return FORMAT_V7;
	return memcmp(block + STAR_TRAILER, "tar", 4) == 0 ? FORMAT_STAR : FORMAT_POSIX;
}

/* GNU's numbers that are too large for digits, or negative: two's complement,
 * the highest bit of the first byte set as a sign of it. */
static bool read_binary(const unsigned char *field, size_t length, int64_t *number)
{
	unsigned char invert = field[0] & 0x40 ? 0xff : 0;
	uint64_t value = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char byte = field[i] ^ invert;

		if (i == 0)
			byte &= 0x7f;
		if (value >> 55)
			return false;
		value = value << 8 | byte;
	}
	*number = invert ? -1 - (int64_t)value : (int64_t)value;
	return true;
}

/* Octal digits with spaces and NULs around them; none are 0. */
static bool read_octal(const unsigned char *field, size_t length, int64_t *number)
{
	const unsigned char *end = field + length;
	int64_t value = 0;

	while (field < end && (*field == ' ' || *field == '\0'))
		field++;
	for (; field < end && *field >= '0' && *field <= '7'; field++)
		value = value << 3 | (*field - '0');
	while (field < end && *field == ' ')
		field++;
	*number = value;
	return field == end || *field == '\0';
}

static bool read_number(const unsigned char *field, size_t length, int64_t *number)
{
	return field[0] & 0x80 ? read_binary(field, length, number)
			       : read_octal(field, length, number);
}

/* The sum of all bytes, those of the field itself taken for spaces; some once
 * added bytes with a sign. */
static bool checksum_is_right(const unsigned char *block)
{
	int64_t stated, plain = 0, with_sign = 0;

	for (size_t i = 0; i < TAR_BLOCK; i++) {
		bool own = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_BYTES;

		plain += own ? ' ' : block[i];
		with_sign += own ? ' ' : (signed char)block[i];
	}
	return read_number(block + CHECKSUM, CHECKSUM_BYTES, &stated) &&
	       (stated == plain || stated == with_sign);
}

static bool read_numbers(const unsigned char *block, enum format format, struct tar_entry *entry)
{
	static const struct {
		size_t at, length, member;
		bool in_v7;
	} fields[] = {
		{ 100, 8, offsetof(struct tar_entry, mode), true },
		{ 108, 8, offsetof(struct tar_entry, uid), true },
		{ 116, 8, offsetof(struct tar_entry, gid), true },
		{ 124, 12, offsetof(struct tar_entry, size), true },
		{ 136, 12, offsetof(struct tar_entry, mtime), true },
		{ 329, 8, offsetof(struct tar_entry, devmajor), false },
		{ 337, 8, offsetof(struct tar_entry, devminor), false },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		int64_t *number = (int64_t *)((char *)entry + fields[i].member);

		if ((format != FORMAT_V7 || fields[i].in_v7) &&
		    !read_number(block + fields[i].at, fields[i].length, number))
			return false;
	}
	return true;
}

/* A string that fills its field has no NUL behind it. */
static const char *read_string(const unsigned char *field, size_t length, char *string)
{
	memcpy(string, field, length);
	string[length] = '\0';
	return string;
}

static void read_name(const unsigned char *block, enum format format, char *name)
{
	size_t most = format == FORMAT_POSIX ? PREFIX_BYTES :
		      format == FORMAT_STAR ? STAR_PREFIX_BYTES : 0;
	size_t length = strnlen((const char *)block + PREFIX, most);

	if (length) {
		memcpy(name, block + PREFIX, length);
		name[length++] = '/';
	}
	read_string(block + NAME, NAME_BYTES, name + length);
}

static void read_strings(const unsigned char *block, enum format format,
			 struct tar_header *header, struct tar_entry *entry)
{
	read_name(block, format, header->name);
	entry->name = header->name;
	entry->linkname = read_string(block + LINKNAME, LINKNAME_BYTES, header->linkname);
	entry->uname = entry->gname = "";
	if (format == FORMAT_V7)
		return;
	entry->uname = read_string(block + UNAME, USER_BYTES, header->uname);
	entry->gname = read_string(block + GNAME, USER_BYTES, header->gname);
}

const char *tar_header_read(const unsigned char *block, struct tar_header *header,
			    struct tar_entry *entry)
{
	enum format format = format_of(block);

	*entry = (struct tar_entry){ .typeflag = (char)block[TYPEFLAG] };
	if (!checksum_is_right(block))
		return "a header has a wrong checksum, or is none";
	if (!read_numbers(block, format, entry))
		return "a header has a number that is none";
	if (entry->size < 0)
		return "a header has a negative size";
	read_strings(block, format, header, entry);
	return NULL;
}

bool tar_header_is_zero(const unsigned char *block)
{
	return block[0] == 0 && memcmp(block, block + 1, TAR_BLOCK - 1) == 0;
}
