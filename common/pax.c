/* pax.c - extended headers of a tar archive
 * SPDX-License-Identifier: ISC */
#include "pax.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "text.h"

enum { LENGTH_DIGITS_MAX = 10, XATTRS_FIRST = 16 };

static const char xattr_prefix[] = "SCHILY.xattr.";

struct record {
	char *key;
	char *value;
	size_t length; /* of the value; there is a NUL behind it */
};

static bool read_text(const struct record *record, void *member)
{
	*(const char **)member = record->value;
	return strlen(record->value) == record->length;
}

/* The minus sign, the digits, and where they end. */
static bool read_integer(const char *text, const char **end, bool *negative, int64_t *number)
{
	uint64_t value;
	size_t digits;

	*negative = *text == '-';
	text += *negative;
	digits = strspn(text, "0123456789");
	*end = text + digits;
	if (!text_number(text, digits, INT64_MAX, &value))
		return false;
	*number = *negative ? -(int64_t)value : (int64_t)value;
	return true;
}

static bool read_number(const struct record *record, void *member)
{
	const char *end;
	bool negative;

	return read_integer(record->value, &end, &negative, member) &&
	       end == record->value + record->length;
}

/* Seconds and a fraction; rounded down, not toward 1970. */
static bool read_time(const struct record *record, void *member)
{
	int64_t *seconds = member;
	const char *end, *last = record->value + record->length;
	bool negative;

	if (!read_integer(record->value, &end, &negative, seconds))
		return false;
	if (*end == '.') {
		size_t zeros = strspn(++end, "0"), digits = strspn(end, "0123456789");

		*seconds -= negative && zeros < digits;
		end += digits;
	}
	return end == last;
}

#define FIELD(key, read, member) \
	{ key, read, offsetof(struct tar_entry, member), sizeof(((struct tar_entry *)0)->member) }

static const struct {
	const char *key;
	bool (*read)(const struct record *record, void *member);
	size_t member, size;
} fields[] = {
	FIELD("path", read_text, name),
	FIELD("linkpath", read_text, linkname),
	FIELD("uname", read_text, uname),
	FIELD("gname", read_text, gname),
	FIELD("uid", read_number, uid),
	FIELD("gid", read_number, gid),
	FIELD("size", read_number, size),
	FIELD("mtime", read_time, mtime),
};

static void add_xattr(struct pax *pax, const struct record *record)
{
	if (pax->count == pax->room) {
		size_t room = pax->room ? pax->room * 2 : XATTRS_FIRST;
		struct tar_xattr *xattrs = arena_alloc(pax->arena, room * sizeof(*xattrs));

		if (pax->count)
			memcpy(xattrs, pax->xattrs, pax->count * sizeof(*xattrs));
		pax->xattrs = xattrs;
		pax->room = room;
	}
	pax->xattrs[pax->count++] = (struct tar_xattr){
		record->key + sizeof(xattr_prefix) - 1, record->value, record->length,
	};
}

/* Nothing takes back what was said before, and the header counts again. */
static bool apply(struct pax *pax, const struct record *record, const struct tar_entry *header,
		  struct tar_entry *entry)
{
	if (strncmp(record->key, xattr_prefix, sizeof(xattr_prefix) - 1) == 0)
		add_xattr(pax, record);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		char *member = (char *)entry + fields[i].member;

		if (strcmp(record->key, fields[i].key) != 0)
			continue;
		if (record->length)
			return fields[i].read(record, member);
		memcpy(member, (const char *)header + fields[i].member, fields[i].size);
	}
	return true;
}

/* Take the record at `bytes`, of which there are `left`, apart: how many it
 * has, or 0 if it is none. */
static size_t read_record(char *bytes, size_t left, struct record *record)
{
	char *end = memchr(bytes, ' ', left < LENGTH_DIGITS_MAX ? left : LENGTH_DIGITS_MAX);
	char *equals;
	uint64_t length;

	if (!end || !text_number(bytes, (size_t)(end - bytes), left, &length) ||
	    length < (size_t)(end - bytes) + 2 || bytes[length - 1] != '\n')
		return 0;
	bytes[length - 1] = '\0';
	record->key = end + 1;
	equals = memchr(record->key, '=', (size_t)(bytes + length - record->key));
	if (!equals || equals == record->key)
		return 0;
	*equals = '\0';
	record->value = equals + 1;
	record->length = (size_t)(bytes + length - 1 - record->value);
	return strlen(record->key) == (size_t)(equals - record->key) ? (size_t)length : 0;
}

/* Of one key in the order in which they came, which is that in memory. */
static int compare(const void *a, const void *b)
{
	const struct tar_xattr *first = a, *second = b;
	int order = strcmp(first->key, second->key);

	return order ? order : (first->key > second->key) - (first->key < second->key);
}

/* Sort them, and of each key leave the last. */
static void settle_xattrs(struct pax *pax)
{
	size_t count = 0;

	if (pax->count)
		qsort(pax->xattrs, pax->count, sizeof(*pax->xattrs), compare);
	for (size_t i = 0; i < pax->count; i++)
		if (i + 1 == pax->count || strcmp(pax->xattrs[i].key, pax->xattrs[i + 1].key) != 0)
			pax->xattrs[count++] = pax->xattrs[i];
	pax->count = count;
}

const char *pax_apply(struct pax *pax, char *bytes, size_t length, struct tar_entry *entry)
{
	const struct tar_entry header = *entry;

	pax->count = 0;
	while (length) {
		struct record record;
		size_t count = read_record(bytes, length, &record);

		if (!count)
			return "an extended header has a record that is none";
		if (!apply(pax, &record, &header, entry))
			return "an extended header has a value that is none";
		bytes += count;
		length -= count;
	}
	if (entry->size < 0)
		return "an extended header has a negative size";
	settle_xattrs(pax);
	entry->xattrs = pax->xattrs;
	entry->xattr_count = pax->count;
	return NULL;
}
