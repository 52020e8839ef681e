/* tar_reader.h - reads a tar archive as its bytes come
 * SPDX-License-Identifier: ISC
 *
 * Extended headers (pax's `x`) and long names (GNU's `L` and `K`) become part of
 * the entry they precede; of each kind the last one counts, and GNU's names
 * before pax's.  A pax header for all that follows (`g`) changes nothing and is
 * an entry, as is everything else: docker has it so.  A sparse file is what the
 * archive has of it, the rest of its map first.  Links, devices, directories and
 * FIFOs have no content, whatever size they state.
 *
 * Two blocks of zeros end the archive, and what comes after them is passed over;
 * it may also end without.  Memory does not grow with the archive: an extended
 * header or long name may have 1 MiB. */
#ifndef HYTHE_TAR_READER_H
#define HYTHE_TAR_READER_H

#include <stddef.h>
#include "tar_header.h"

struct arena;
struct tar_reader;

/* Whoever is told of what the archive has: of each entry, of its content in
 * pieces, and of its end. */
struct tar_listener {
	void (*entry)(void *context, const struct tar_entry *entry);
	void (*content)(void *context, const void *bytes, size_t length);
	void (*end)(void *context);
	void *context;
};

/* Begin an archive; the reader is the arena's. */
struct tar_reader *tar_reader_begin(struct arena *arena, const struct tar_listener *listener);

/* Read `length` more bytes of the archive.  NULL, or what is wrong with it;
 * then nothing more can be read. */
const char *tar_reader_add(struct tar_reader *reader, const void *bytes, size_t length);

/* There is no more.  NULL, or what is wrong with the archive. */
const char *tar_reader_end(const struct tar_reader *reader);

#endif
