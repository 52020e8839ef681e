/* test_pax.c - pax.h
 * SPDX-License-Identifier: ISC */
#include "pax.h"

#include "arena.h"
#include "tap.h"
#include "tar_build.h"
#include "text.h"

static struct arena arena;
static struct pax pax = { .arena = &arena };

/* Let the records have their say in an entry that has every field. */
static const char *apply(const char *bytes, size_t length, struct tar_entry *entry)
{
	*entry = (struct tar_entry){
		.name = "name", .linkname = "link", .uname = "user", .gname = "group",
		.mode = 1, .uid = 2, .gid = 3, .size = 4, .mtime = 5, .typeflag = '0',
	};
	return pax_apply(&pax, arena_copy(&arena, bytes, length), length, entry);
}

static const char *show(const struct tar_entry *entry)
{
	struct text text;

	text_init(&text, &arena);
	text_add_format(&text, "%s %s %s %s %lld %lld %lld %lld", entry->name, entry->linkname,
			entry->uname, entry->gname, (long long)entry->uid, (long long)entry->gid,
			(long long)entry->size, (long long)entry->mtime);
	for (size_t i = 0; i < entry->xattr_count; i++) {
		text_add_format(&text, " %s=", entry->xattrs[i].key);
		text_add_bytes(&text, entry->xattrs[i].value, entry->xattrs[i].length);
	}
	return text.bytes;
}

#define AS_IT_WAS "name link user group 2 3 4 5"

static void test_fields(void)
{
	static const struct {
		const char *records[3];
		const char *shown;
	} cases[] = {
		{ { NULL }, AS_IT_WAS },
		{ { "path=n" }, "n link user group 2 3 4 5" },
		{ { "linkpath=l" }, "name l user group 2 3 4 5" },
		{ { "uname=u", "gname=g" }, "name link u g 2 3 4 5" },
		{ { "uid=1234567", "gid=0" }, "name link user group 1234567 0 4 5" },
		{ { "uid=-1" }, "name link user group -1 3 4 5" },
		{ { "uid=007" }, "name link user group 7 3 4 5" },
		{ { "size=9223372036854775807" },
		  "name link user group 2 3 9223372036854775807 5" },
		{ { "mtime=17" }, "name link user group 2 3 4 17" },
		{ { "mtime=17.99" }, "name link user group 2 3 4 17" },
		{ { "mtime=17." }, "name link user group 2 3 4 17" },
		{ { "mtime=-17" }, "name link user group 2 3 4 -17" },
		{ { "mtime=-17.00" }, "name link user group 2 3 4 -17" },
		{ { "mtime=-17.001" }, "name link user group 2 3 4 -18" },
		{ { "mtime=-0.5" }, "name link user group 2 3 4 -1" },
		/* The last one counts; with nothing in it, the header. */
		{ { "path=a", "path=b" }, "b link user group 2 3 4 5" },
		{ { "path=" }, AS_IT_WAS },
		{ { "path=a", "path=" }, AS_IT_WAS },
		{ { "uid=9", "uid=", "size=" }, AS_IT_WAS },
		/* A value may have anything in it. */
		{ { "path=a=b\n10 uid=1\n" }, "a=b\n10 uid=1\n link user group 2 3 4 5" },
		{ { "path= \xff\x01" }, " \xff\x01 link user group 2 3 4 5" },
		/* Attributes by key, each once. */
		{ { "SCHILY.xattr.user.b=2", "SCHILY.xattr.user.a=1" },
		  AS_IT_WAS " user.a=1 user.b=2" },
		{ { "SCHILY.xattr.a=1", "SCHILY.xattr.b=2", "SCHILY.xattr.a=3" },
		  AS_IT_WAS " a=3 b=2" },
		{ { "SCHILY.xattr.a=1", "SCHILY.xattr.a=" }, AS_IT_WAS " a=" },
		{ { "SCHILY.xattr.a\xff=1", "SCHILY.xattr.aB=2", "SCHILY.xattr.a= 3" },
		  AS_IT_WAS " a= 3 aB=2 a\xff=1" },
		{ { "SCHILY.xattr.=1" }, AS_IT_WAS " =1" },
		{ { "SCHILY.xattr.a=b=c" }, AS_IT_WAS " a=b=c" },
		/* Not for us. */
		{ { "comment=path", "atime=1.5", "mode=777" }, AS_IT_WAS },
		{ { "PATH=n", "xpath=n", "pathx=n" }, AS_IT_WAS },
		{ { "SCHILY.xattrs.a=1", "xSCHILY.xattr.a=1", "SCHILY.xattr=1" }, AS_IT_WAS },
		{ { "GNU.sparse.major=1", "GNU.sparse.name=n", "GNU.sparse.realsize=9" },
		  AS_IT_WAS },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char bytes[1024];
		size_t length = 0;
		struct tar_entry entry;

		for (size_t j = 0; j < 3 && cases[i].records[j]; j++)
			length += tar_record(bytes + length, sizeof(bytes) - length,
					     cases[i].records[j]);
		is_text(apply(bytes, length, &entry), NULL, "records");
		is_text(show(&entry), cases[i].shown, "what they say");
	}
}

static void test_bad_values(void)
{
	static const char *const records[] = {
		"uid=x", "uid=1x", "uid=1 ", "uid= 1", "uid=+1", "uid=-", "uid=1.0", "uid=0x1",
		"uid=9223372036854775808", "gid=-9223372036854775808", "gid=1e3", "size=x",
		"size=99999999999999999999", "mtime=x", "mtime=.5", "mtime=1.5x", "mtime=1.5.5",
		"mtime=1.-5", "mtime=--1", "mtime=1e9", "mtime=9223372036854775808",
	};
	struct tar_entry entry;
	char bytes[100];

	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++)
		is_text(apply(bytes, tar_record(bytes, sizeof(bytes), records[i]), &entry),
			"an extended header has a value that is none", records[i]);
	is_text(apply(bytes, tar_record(bytes, sizeof(bytes), "size=-1"), &entry),
		"an extended header has a negative size", "size=-1");
	is_text(apply("12 path=a\0b\n", 12, &entry),
		"an extended header has a value that is none", "a NUL in a path");
	is_text(apply("22 SCHILY.xattr.a=b\0c\n", 22, &entry), NULL, "one in an attribute");
	is_number((long long)entry.xattrs[0].length, 3, "is a part of it");
	is_number(memcmp(entry.xattrs[0].value, "b\0c", 3), 0, "like any other byte");
}

static void test_bad_records(void)
{
	static const struct {
		const char *bytes;
		size_t length;
	} cases[] = {
		{ "x", 1 }, { "\n", 1 }, { " ", 1 }, { "1", 1 }, { "1 ", 2 }, { "2 \n", 3 },
		{ "8 path=n\n", 9 }, { "11 path=n\n", 10 }, { "9 path=n\n\n", 10 },
		{ "0 path=n\n", 9 }, { "1 path=n\n", 9 }, { "2 path=n\n", 9 }, { "3 path=n\n", 9 },
		{ "-9 path=n\n", 10 }, { "+10 path=n\n", 11 }, { " 10 path=n\n", 11 },
		{ "a0 path=n\n", 10 }, { "99999999999999999999 path=n\n", 28 },
		{ "18446744073709551626 path=n\n", 28 }, { "4294967306 path=n\n", 18 },
		{ "10\tpath=n\n", 10 }, { "10 path=nn", 10 }, { "9 pathn\n", 8 },
		{ "8 path \n", 8 },
		{ "6 =n\n", 5 }, { "5 =n\n", 5 }, { "10 pa\0h=n\n", 10 },
		{ "10 path=n\nx", 11 }, { "10 path=n\n10 path=n", 19 }, { "10 path=n\n\0\0", 12 },
	};
	struct tar_entry entry;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *reason = apply(cases[i].bytes, cases[i].length, &entry);

		if (!ok(reason && strstr(reason, "record"), "no record, case %zu", i))
			printf("# %s\n", reason ? reason : "accepted");
	}
	is_text(apply("0000000010 path=n\n", 18, &entry),
		"an extended header has a record that is none", "a length of too many digits");
}

/* More of them than fit at first, the same keys and others. */
static void test_many(void)
{
	static char bytes[1 << 20];
	size_t length = 0, bad = 0;
	struct tar_entry entry;

	for (int i = 0; i < 30000; i++) {
		char record[40];

		snprintf(record, sizeof(record), "SCHILY.xattr.%d=%d", i * 7919 % 10007, i);
		length += tar_record(bytes + length, sizeof(bytes) - length, record);
	}
	is_text(apply(bytes, length, &entry), NULL, "30,000 attributes");
	is_number((long long)entry.xattr_count, 10007, "of 10,007 keys");
	for (size_t i = 0; i < entry.xattr_count; i++) {
		int value = atoi(entry.xattrs[i].value);

		bad += value < 30000 - 10007 || atoi(entry.xattrs[i].key) != value * 7919 % 10007;
		bad += i > 0 && strcmp(entry.xattrs[i - 1].key, entry.xattrs[i].key) >= 0;
	}
	is_number((long long)bad, 0, "each with its last value, in order");
	is_text(apply("10 path=n\n", 10, &entry), NULL, "after them");
	is_number((long long)entry.xattr_count, 0, "an entry without any");
}

int main(void)
{
	arena_init(&arena);
	test_fields();
	test_bad_values();
	test_bad_records();
	test_many();
	arena_reset(&arena);
	return done_testing();
}
