/* checked.c - the record of file systems that several hosts may share
 * SPDX-License-Identifier: ISC */
#include "checked.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"
#include "file_system.h"
#include "layout.h"
#include "lines.h"
#include "log.h"
#include "store.h"
#include "text.h"

/* To be raised whenever the store needs more of its file system. */
enum { RECORD_VERSION = 1, RECORD_BYTES_MAX = 65536 };

/* What stands behind a line's time. */
static const char *describe(struct arena *arena, int fd)
{
	struct file_system_mount mount;

	if (file_system_mount(fd, arena, &mount) < 0) {
		log_errno("cannot tell how the storage is mounted");
		return NULL;
	}
	return arena_printf(arena, "%s %s %s", mount.id, mount.type, mount.options);
}

/* The lines of a record that is this store's and of this version; NULL with errno if
 * there is none, EINVAL for what is no such record. */
static char *read_record(const struct store *store, struct arena *arena)
{
	int fd = file_open(store->root, LAYOUT_CHECKED, O_RDONLY | O_NONBLOCK, 0), version, end = 0;
	char *text = arena_alloc(arena, RECORD_BYTES_MAX + 1);
	unsigned long long inode;
	struct stat status;
	ssize_t length;

	if (fd < 0)
		return NULL;
	length = fstat(fd, &status) < 0 ? -1 : file_read_at(fd, text, RECORD_BYTES_MAX, 0);
	close(fd);
	if (length < 0)
		return NULL;
	if (sscanf(text, "hythe-checked %9d %20llu\n%n", &version, &inode, &end) == 2 && end &&
	    version == RECORD_VERSION && inode == status.st_ino)
		return text + end;
	errno = EINVAL;
	return NULL;
}

static bool is_line_of(const char *line, const char *mount)
{
	const char *space = strchr(line, ' ');

	return space && strcmp(space + 1, mount) == 0;
}

bool checked_holds(const struct store *store, struct arena *arena)
{
	const char *mount = describe(arena, store->root), *why = "its record is not of this mount";
	char *text = mount ? read_record(store, arena) : NULL, *line;
	struct lines lines;

	if (text) {
		lines_init(&lines, text);
		while ((line = lines_next(&lines)))
			if (is_line_of(line, mount))
				return true;
	} else if (mount && errno == EINVAL) {
		why = "its record is of another store or version";
	} else if (mount) {
		why = errno == ENOENT ? "there is no record of it" : strerror(errno);
	}
	if (mount)
		log_line("storage '%s' is for several hosts, and its file system (%s) was not "
			 "checked: %s; see hythe-check-storage(8)",
			 store->path, mount, why);
	return false;
}

static void add_line(struct text *text, const char *mount)
{
	time_t now = time(NULL);
	struct tm calendar;
	char date[32];

	gmtime_r(&now, &calendar);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &calendar);
	text_add_format(text, "%s %s\n", date, mount);
}

/* The inode is known only when the file is there. */
static enum outcome write_record(const struct store *store, struct arena *arena,
				 const struct text *lines)
{
	const char *temporary = store_temporary(arena), *text;
	int fd = store_create(store, temporary, FILE_MODE);
	enum outcome outcome;
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return file_outcome("cannot create", temporary);
	arena_own_fd(arena, fd);
	text = arena_printf(arena, "hythe-checked %d %llu\n%s", RECORD_VERSION,
			    (unsigned long long)status.st_ino, lines->bytes);
	if (file_write_at(fd, text, strlen(text), 0) < 0)
		return file_outcome("cannot write", temporary);
	outcome = store_sync_file(store, fd, temporary);
	return outcome == DONE ? store_place(store, temporary, LAYOUT_CHECKED) : outcome;
}

enum outcome checked_record(const struct store *store, struct arena *arena, int other, bool kept)
{
	const char *mounts[] = { describe(arena, store->root), describe(arena, other) };
	char *old = read_record(store, arena), *line;
	struct text text;
	struct lines lines;

	if (!mounts[0] || !mounts[1])
		return FAILED;
	text_init(&text, arena);
	lines_init(&lines, old ? old : arena_copy(arena, "", 0));
	while ((line = lines_next(&lines)))
		if (!is_line_of(line, mounts[0]) && !is_line_of(line, mounts[1]))
			text_add_format(&text, "%s\n", line);
	if (kept)
		add_line(&text, mounts[0]);
	if (kept && strcmp(mounts[0], mounts[1]) != 0)
		add_line(&text, mounts[1]);
	if (text.length)
		return store_required(write_record(store, arena, &text), LAYOUT_CHECKED);
	if (file_unlink(store->root, LAYOUT_CHECKED) < 0 && errno != ENOENT)
		return file_outcome("cannot remove", LAYOUT_CHECKED);
	return DONE;
}
