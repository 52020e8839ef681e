/* tar_reader.c - reads a tar archive as its bytes come
 * SPDX-License-Identifier: ISC */
#include "tar_reader.h"

#include <string.h>

#include "arena.h"
#include "pax.h"

enum { EXTENSION_MAX = 1 << 20 };

/* Where GNU says that more blocks of a sparse file's map follow. */
enum { SPARSE_MORE = 482, SPARSE_STILL_MORE = 504 };

enum state {
	AT_HEADER,    /* or at the end */
	AT_LAST_ZERO, /* one block of zeros was read */
	AT_MAP,       /* of a sparse file */
	IN_CONTENT,
	IN_PADDING,
	AFTER_END
};

/* Content that belongs to the entry to come. */
struct extension {
	bool given;
	size_t length;
	char *bytes; /* EXTENSION_MAX and a NUL */
};

enum extension_kind { PAX, LONG_NAME, LONG_LINK, EXTENSION_COUNT };

static const char extension_flags[EXTENSION_COUNT] = { 'x', 'L', 'K' };

struct tar_reader {
	struct arena *arena;
	struct tar_listener listener;
	const char *reason; /* why nothing more can be read, or NULL */
	enum state state;
	unsigned char block[TAR_BLOCK];
	size_t filled;      /* of the block */
	uint64_t left;      /* of the content */
	size_t padding;     /* after it */
	struct extension extensions[EXTENSION_COUNT];
	struct extension *extension; /* the one whose content this is */
	struct pax pax;
	struct tar_header header;
};

struct tar_reader *tar_reader_begin(struct arena *arena, const struct tar_listener *listener)
{
	struct tar_reader *reader = arena_alloc(arena, sizeof(*reader));

	reader->arena = arena;
	reader->listener = *listener;
	reader->pax.arena = arena;
	return reader;
}

static bool is_extended(const struct tar_reader *reader)
{
	for (int kind = 0; kind < EXTENSION_COUNT; kind++)
		if (reader->extensions[kind].given)
			return true;
	return false;
}

/* The content is over: an entry ends, an extension waits for its entry. */
static void end_content(struct tar_reader *reader)
{
	if (reader->extension)
		reader->extension->bytes[reader->extension->length] = '\0';
	else
		reader->listener.end(reader->listener.context);
	reader->extension = NULL;
	reader->state = reader->padding ? IN_PADDING : AT_HEADER;
}

static void begin_content(struct tar_reader *reader, enum state state, int64_t size)
{
	reader->state = state;
	reader->left = (uint64_t)size;
	reader->padding = (size_t)(-reader->left % TAR_BLOCK);
}

static void begin_extension(struct tar_reader *reader, struct extension *extension, int64_t size)
{
	if (size > EXTENSION_MAX) {
		reader->reason = "an extended header or long name is larger than 1 MiB";
		return;
	}
	if (!extension->bytes)
		extension->bytes = arena_alloc(reader->arena, EXTENSION_MAX + 1);
	extension->given = true;
	extension->length = 0;
	reader->extension = extension;
	begin_content(reader, IN_CONTENT, size);
	if (!size)
		end_content(reader);
}

static void apply_extensions(struct tar_reader *reader, struct tar_entry *entry)
{
	struct extension *all = reader->extensions;

	if (all[PAX].given)
		reader->reason = pax_apply(&reader->pax, all[PAX].bytes, all[PAX].length, entry);
	if (all[LONG_NAME].given)
		entry->name = all[LONG_NAME].bytes;
	if (all[LONG_LINK].given)
		entry->linkname = all[LONG_LINK].bytes;
	for (int kind = 0; kind < EXTENSION_COUNT; kind++)
		all[kind].given = false;
}

static bool has_content(const struct tar_entry *entry)
{
	return entry->size > 0 && (entry->typeflag < '1' || entry->typeflag > '6');
}

static void begin_entry(struct tar_reader *reader, struct tar_entry *entry)
{
	bool has_map = entry->typeflag == 'S' && reader->block[SPARSE_MORE];

	apply_extensions(reader, entry);
	if (reader->reason)
		return;
	reader->listener.entry(reader->listener.context, entry);
	begin_content(reader, has_map ? AT_MAP : IN_CONTENT, has_content(entry) ? entry->size : 0);
	if (!has_map && !reader->left)
		end_content(reader);
}

static void take_header(struct tar_reader *reader)
{
	struct tar_entry entry;

	if (tar_header_is_zero(reader->block)) {
		reader->state = AT_LAST_ZERO;
		if (is_extended(reader))
			reader->reason = "an extended header or long name precedes no entry";
		return;
	}
	reader->reason = tar_header_read(reader->block, &reader->header, &entry);
	if (reader->reason)
		return;
	for (int kind = 0; kind < EXTENSION_COUNT; kind++) {
		if (entry.typeflag == extension_flags[kind]) {
			begin_extension(reader, &reader->extensions[kind], entry.size);
			return;
		}
	}
	begin_entry(reader, &entry);
}

static void take_map(struct tar_reader *reader)
{
	reader->listener.content(reader->listener.context, reader->block, TAR_BLOCK);
	if (reader->block[SPARSE_STILL_MORE])
		return;
	reader->state = IN_CONTENT;
	if (!reader->left)
		end_content(reader);
}

static void take_block(struct tar_reader *reader)
{
	reader->filled = 0;
	if (reader->state == AT_HEADER)
		take_header(reader);
	else if (reader->state == AT_MAP)
		take_map(reader);
	else if (tar_header_is_zero(reader->block))
		reader->state = AFTER_END;
	else
		reader->reason = "a block of zeros stands between entries";
}

/* Each reads some of `length` bytes, and returns how many. */

static size_t read_block(struct tar_reader *reader, const void *bytes, size_t length)
{
	size_t room = TAR_BLOCK - reader->filled;
	size_t count = length < room ? length : room;

	memcpy(reader->block + reader->filled, bytes, count);
	reader->filled += count;
	if (reader->filled == TAR_BLOCK)
		take_block(reader);
	return count;
}

static size_t read_content(struct tar_reader *reader, const void *bytes, size_t length)
{
	struct extension *extension = reader->extension;
	size_t count = length < reader->left ? length : (size_t)reader->left;

	if (extension) {
		memcpy(extension->bytes + extension->length, bytes, count);
		extension->length += count;
	} else {
		reader->listener.content(reader->listener.context, bytes, count);
	}
	reader->left -= count;
	if (!reader->left)
		end_content(reader);
	return count;
}

static size_t read_padding(struct tar_reader *reader, size_t length)
{
	size_t count = length < reader->padding ? length : reader->padding;

	reader->padding -= count;
	if (!reader->padding)
		reader->state = AT_HEADER;
	return count;
}

static size_t read_some(struct tar_reader *reader, const void *bytes, size_t length)
{
	switch (reader->state) {
	case IN_CONTENT:
		return read_content(reader, bytes, length);
	case IN_PADDING:
		return read_padding(reader, length);
	case AFTER_END:
		return length;
	default:
		return read_block(reader, bytes, length);
	}
}

const char *tar_reader_add(struct tar_reader *reader, const void *bytes, size_t length)
{
	const char *at = bytes;

	while (length && !reader->reason) {
		size_t count = read_some(reader, at, length);

		at += count;
		length -= count;
	}
	return reader->reason;
}

const char *tar_reader_end(const struct tar_reader *reader)
{
	if (reader->reason)
		return reader->reason;
	if (reader->filled || is_extended(reader) ||
	    (reader->state != AT_HEADER && reader->state != AT_LAST_ZERO &&
	     reader->state != AFTER_END))
		return "the archive ends within an entry";
	return NULL;
}
