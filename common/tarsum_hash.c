/* tarsum_hash.c - computes tarsums
 * SPDX-License-Identifier: ISC */
#include "tarsum_hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "gunzip.h"
#include "hash.h"
#include "tar_reader.h"
#include "tarsum_list.h"

enum { PLAIN_BYTES = 65536, MAGIC_BYTES = 2 };

struct tarsum_hash {
	struct arena *arena;
	enum tarsum_version version;
	unsigned char magic[MAGIC_BYTES]; /* the first bytes, until they are all there */
	size_t magic_length;
	struct gunzip *gunzip;            /* NULL for a plain archive */
	char *plain;                      /* room for what gunzip makes */
	struct tar_reader *reader;
	struct hash *fields;              /* of the entry under way */
	struct hash *paths;
	struct tarsum_list *list;
	struct tarsum_item *item;         /* of the entry under way */
	const char *reason;               /* what is wrong with the archive, or NULL */
};

/* The path without a leading `./` and a trailing `/`. */
static void hash_path(struct tarsum_hash *hash, const char *name)
{
	size_t length;

	if (strncmp(name, "./", 2) == 0)
		name += 2;
	length = strlen(name);
	if (length && name[length - 1] == '/')
		length--;
	hash_add(hash->paths, name, length);
	hash_next(hash->paths, hash->item->path);
}

/* How a field's value is written. */
enum form { TEXT, NUMBER, BYTE };

static const struct {
	const char *name;
	enum form form;
	size_t member;
	bool in_v0_only;
} fields[] = {
	{ "name", TEXT, offsetof(struct tar_entry, name), false },
	{ "mode", NUMBER, offsetof(struct tar_entry, mode), false },
	{ "uid", NUMBER, offsetof(struct tar_entry, uid), false },
	{ "gid", NUMBER, offsetof(struct tar_entry, gid), false },
	{ "size", NUMBER, offsetof(struct tar_entry, size), false },
	{ "mtime", NUMBER, offsetof(struct tar_entry, mtime), true },
	{ "typeflag", BYTE, offsetof(struct tar_entry, typeflag), false },
	{ "linkname", TEXT, offsetof(struct tar_entry, linkname), false },
	{ "uname", TEXT, offsetof(struct tar_entry, uname), false },
	{ "gname", TEXT, offsetof(struct tar_entry, gname), false },
	{ "devmajor", NUMBER, offsetof(struct tar_entry, devmajor), false },
	{ "devminor", NUMBER, offsetof(struct tar_entry, devminor), false },
};

static void hash_value(struct hash *hash, enum form form, const void *member)
{
	char digits[24];

	switch (form) {
	case TEXT:
		hash_add(hash, *(const char *const *)member, strlen(*(const char *const *)member));
		break;
	case NUMBER:
		snprintf(digits, sizeof(digits), "%" PRId64, *(const int64_t *)member);
		hash_add(hash, digits, strlen(digits));
		break;
	case BYTE:
		hash_add(hash, member, 1);
		break;
	}
}

static void hash_fields(struct tarsum_hash *hash, const struct tar_entry *entry)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (fields[i].in_v0_only && hash->version != TARSUM_V0)
			continue;
		hash_add(hash->fields, fields[i].name, strlen(fields[i].name));
		hash_value(hash->fields, fields[i].form, (const char *)entry + fields[i].member);
	}
	if (hash->version == TARSUM_V0)
		return;
	for (size_t i = 0; i < entry->xattr_count; i++) {
		const struct tar_xattr *xattr = &entry->xattrs[i];

		hash_add(hash->fields, xattr->key, strlen(xattr->key));
		hash_add(hash->fields, xattr->value, xattr->length);
	}
}

static void begin_entry(void *context, const struct tar_entry *entry)
{
	struct tarsum_hash *hash = context;

	hash->item = tarsum_list_add(hash->list);
	if (!hash->item) {
		hash->reason = "the archive has more than 1,000,000 entries";
		return;
	}
	hash_path(hash, entry->name);
	hash_fields(hash, entry);
}

static void add_content(void *context, const void *bytes, size_t length)
{
	struct tarsum_hash *hash = context;

	if (hash->item)
		hash_add(hash->fields, bytes, length);
}

static void end_entry(void *context)
{
	struct tarsum_hash *hash = context;

	if (hash->item)
		hash_next(hash->fields, hash->item->sum);
}

struct tarsum_hash *tarsum_hash_begin(struct arena *arena, enum tarsum_version version)
{
	struct tarsum_hash *hash = arena_alloc(arena, sizeof(*hash));
	const struct tar_listener listener = { begin_entry, add_content, end_entry, hash };

	hash->arena = arena;
	hash->version = version;
	hash->reader = tar_reader_begin(arena, &listener);
	hash->fields = hash_begin(arena, SHA256);
	hash->paths = hash_begin(arena, SHA256);
	hash->list = tarsum_list_begin(arena);
	return hash;
}

/* What was wrong first is what counts. */
static bool note(struct tarsum_hash *hash, const char *reason)
{
	if (!hash->reason)
		hash->reason = reason;
	return !hash->reason;
}

static bool add_some(struct tarsum_hash *hash, const void *bytes, size_t length)
{
	size_t count;

	if (!hash->gunzip)
		return note(hash, tar_reader_add(hash->reader, bytes, length));
	gunzip_give(hash->gunzip, bytes, length);
	while (!hash->reason && (count = gunzip_take(hash->gunzip, hash->plain, PLAIN_BYTES)))
		note(hash, tar_reader_add(hash->reader, hash->plain, count));
	return note(hash, gunzip_fault(hash->gunzip, false));
}

/* Is it compressed?  That is known once the first bytes are there, or no more
 * will come. */
static bool add_magic(struct tarsum_hash *hash)
{
	if (hash->magic_length == MAGIC_BYTES && gunzip_is_wanted(hash->magic)) {
		hash->gunzip = gunzip_begin(hash->arena);
		hash->plain = arena_alloc(hash->arena, PLAIN_BYTES);
	}
	return add_some(hash, hash->magic, hash->magic_length);
}

bool tarsum_hash_add(struct tarsum_hash *hash, const void *bytes, size_t length)
{
	const char *at = bytes;

	if (hash->reason)
		return false;
	for (; length && hash->magic_length < MAGIC_BYTES; length--) {
		hash->magic[hash->magic_length++] = (unsigned char)*at++;
		if (hash->magic_length == MAGIC_BYTES && !add_magic(hash))
			return false;
	}
	return !length || add_some(hash, at, length);
}

const char *tarsum_hash_end(struct tarsum_hash *hash, struct tarsum *tarsum)
{
	struct digest digest;

	if (hash->magic_length < MAGIC_BYTES)
		add_magic(hash);
	if (hash->gunzip)
		note(hash, gunzip_fault(hash->gunzip, true));
	note(hash, tar_reader_end(hash->reader));
	if (hash->reason)
		return hash->reason;
	tarsum_list_digest(hash->list, &digest);
	tarsum_make(tarsum, hash->version, &digest);
	return NULL;
}
