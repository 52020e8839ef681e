/* probe_names.c - names: made, replaced, moved and removed
 * SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "probe.h"
#include "server.h"

enum { RACES = 100, ROUNDS = 150, REPLACED = 300, LARGE = 16384 };

static void create_all(int directory, volatile struct probe_shared *shared)
{
	char path[32];

	shared->answered = 1;
	for (int i = 1; i <= RACES && probe_wait(&shared->told, i); i++) {
		int fd;

		snprintf(path, sizeof(path), "race.%d", i);
		fd = file_open(directory, path, O_WRONLY | O_CREAT | O_EXCL, FILE_MODE);
		if (fd >= 0)
			close(fd), shared->count++;
		else if (errno != EEXIST)
			shared->failed = errno;
		shared->answered = i + 1;
	}
}

/* Both make the same name at the same time. */
static enum verdict probe_create(struct probing *probing)
{
	struct partner partner;
	int won = 0, fd;
	char path[32];

	if (partner_start(&partner, probing, create_all) < 0 ||
	    !probe_wait(&partner.shared->answered, 1))
		return probe_failed(probing, "cannot begin");
	for (int i = 1; i <= RACES; i++) {
		snprintf(path, sizeof(path), "race.%d", i);
		partner.shared->told = i;
		fd = file_open(probing->sides[HERE], path, O_WRONLY | O_CREAT | O_EXCL, FILE_MODE);
		if (fd >= 0)
			close(fd), won++;
		else if (errno != EEXIST)
			return probe_failed(probing, "cannot create");
		if (!probe_wait(&partner.shared->answered, i + 1))
			break;
	}
	if (!partner_end(&partner)) {
		errno = partner.shared->failed;
		return probe_failed(probing, "the other side cannot create");
	}
	if (won + partner.shared->count != RACES)
		return probe_found(probing, BROKE_IT, "%d names were made %d times", RACES,
				   won + partner.shared->count);
	return probe_found(probing, KEPT_IT, "%d names, each made once", RACES);
}

/* A text of many equal lines, so that a half of it shows; or the line's number. */
static void write_version(char *text, int version)
{
	for (size_t at = 0; at + 8 < LARGE; at += 8)
		snprintf(text + at, 9, "%07d\n", version);
}

static int version_of(const char *text, int length)
{
	int version = (int)strtol(text, NULL, 10);

	if (length != LARGE - 8)
		return -1;
	for (int at = 8; at < length; at += 8)
		if (memcmp(text, text + at, 8) != 0)
			return -1;
	return version;
}

static void replace_all(int directory, volatile struct probe_shared *shared)
{
	char text[LARGE];

	for (int i = 2; i <= REPLACED; i++) {
		write_version(text, i);
		if (probe_replace(directory, "link", text) < 0)
			shared->failed = errno;
		shared->answered = i;
	}
}

/* One replaces a file again and again, the other reads it: never nothing, never a part,
 * never an older one than the last that is known to be there. */
static enum verdict probe_rename(struct probing *probing)
{
	int stale = 0, broken = 0, missing = 0, reads = 0, least;
	struct partner partner;
	char text[LARGE];

	write_version(text, 1);
	if (probe_replace(probing->sides[THERE], "link", text) < 0 ||
	    partner_start(&partner, probing, replace_all) < 0)
		return probe_failed(probing, "cannot rename");
	do {
		int length, version;

		least = partner.shared->answered;
		length = probe_get(probing->sides[HERE], "link", text, sizeof(text));
		version = length < 0 ? -1 : version_of(text, length);
		reads++;
		missing += length < 0;
		broken += length >= 0 && version < 0;
		stale += version >= 0 && version < least;
	} while (least < REPLACED && !partner.shared->failed);
	if (!partner_end(&partner)) {
		errno = partner.shared->failed;
		return probe_failed(probing, "the other side cannot rename");
	}
	if (missing || broken || stale)
		return probe_found(probing, BROKE_IT,
				   "of %d reads %d found nothing, %d a part, %d an older file",
				   reads, missing, broken, stale);
	return probe_found(probing, KEPT_IT, "%d reads during %d renames, each whole and fresh",
			   reads, REPLACED - 1);
}

static bool is_there(int directory, const char *path)
{
	int fd = file_open(directory, path, O_PATH, 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

struct search {
	const char *name;
	bool found;
};

static bool compare(const char *entry, void *context)
{
	struct search *search = context;

	search->found |= strcmp(entry, search->name) == 0;
	return !search->found;
}

static bool is_listed(int directory, const char *path, const char *name)
{
	struct search search = { name, false };

	return file_each(directory, path, compare, &search) == 0 && search.found;
}

/* What HERE has just done with one name must be seen THERE, though it was looked for a
 * moment before. */
static const char *check_fresh(const int *sides, int round)
{
	char directory[32], path[64], moved[32], name[32];

	snprintf(directory, sizeof(directory), "d%d", round);
	snprintf(name, sizeof(name), "n%d", round);
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	snprintf(moved, sizeof(moved), "m%d", round);
	if (is_there(sides[THERE], path))
		return "a name is there before it was made";
	if (file_make_directories(sides[HERE], directory) < 0 ||
	    probe_put(sides[HERE], path, "text") < 0)
		return "cannot make a directory and a file in it";
	if (!is_there(sides[THERE], path))
		return "a new name was not seen by the other side";
	if (!is_listed(sides[THERE], directory, name))
		return "a new name was not listed by the other side";
	if (file_rename(sides[HERE], directory, moved) < 0)
		return "cannot rename a directory";
	if (is_there(sides[THERE], path))
		return "a directory that was moved away was still seen by the other side";
	if (!is_listed(sides[THERE], moved, name))
		return "a directory that was moved was empty for the other side";
	if (file_remove_tree(sides[THERE], moved) < 0)
		return "the other side cannot remove a directory";
	return is_there(sides[HERE], moved) ? "a directory that was removed was still seen" : NULL;
}

static enum verdict probe_fresh(struct probing *probing)
{
	const char *last = NULL;
	int wrong = 0;

	for (int i = 0; i < ROUNDS; i++) {
		const char *what = check_fresh(probing->sides, i);

		wrong += what != NULL;
		last = what ? what : last;
	}
	if (wrong)
		return probe_found(probing, BROKE_IT, "%d of %d times %s", wrong, ROUNDS, last);
	return probe_found(probing, KEPT_IT, "%d names made, moved and removed, seen at once",
			   ROUNDS);
}

/* A directory whose file is open and written to is moved, and its file replaced. */
static enum verdict probe_open(struct probing *probing)
{
	const int *sides = probing->sides;
	char text[8] = "";
	int fd;

	if (file_make_directories(sides[HERE], "session") < 0 ||
	    probe_put(sides[HERE], "session/data", "first") < 0)
		return probe_failed(probing, "cannot begin");
	fd = file_open(sides[HERE], "session/data", O_RDWR, 0);
	if (fd < 0 || file_write_at(fd, "F", 1, 0) < 0)
		return probe_failed(probing, "cannot write");
	if (file_rename(sides[HERE], "session", "trash") < 0)
		return probe_failed(probing, "cannot move a directory with an open file");
	if (probe_replace(sides[THERE], "trash/data", "other") < 0 ||
	    file_unlink(sides[THERE], "trash/data") < 0 ||
	    file_remove_directory(sides[THERE], "trash") < 0)
		return probe_failed(probing, "cannot replace and remove an open file");
	if (file_read_at(fd, text, 5, 0) != 5 || memcmp(text, "First", 5) != 0)
		return probe_found(probing, DOUBTED,
				   "an open file could not be read after it was removed");
	close(fd);
	return probe_found(probing, KEPT_IT, "moved, replaced and removed, and read to the end");
}

static enum verdict probe_case(struct probing *probing)
{
	static const char *const names[] = { "Tag", "tag", "TAG", "tag.", "_tag", "tag-1" };
	char text[16], longest[256];

	for (size_t i = 0; i < COUNT(names); i++)
		if (probe_put(probing->sides[HERE], names[i], names[i]) < 0)
			return probe_failed(probing, names[i]);
	for (size_t i = 0; i < COUNT(names); i++)
		if (probe_get(probing->sides[HERE], names[i], text, sizeof(text)) < 0 ||
		    strcmp(text, names[i]) != 0)
			return probe_found(probing, BROKE_IT, "'%s' and '%s' are one file",
					   names[i], text);
	memset(longest, 'x', sizeof(longest) - 1);
	longest[255] = '\0';
	if (probe_put(probing->sides[HERE], longest, "") < 0)
		return probe_failed(probing, "a name of 255 bytes");
	return probe_found(probing, KEPT_IT, "upper and lower case differ; 255 bytes");
}

const struct probe probes_of_names[] = {
	{ "create", probe_create, "two requests take one name for theirs" },
	{ "rename", probe_rename,
	  "a pull gets half a file, or the tag from before a push that was answered" },
	{ "names", probe_fresh,
	  "what was pushed by one host is unknown to the next request at another, and what was "
	  "deleted is still there" },
	{ "open", probe_open, "a pull breaks off when the blob is deleted meanwhile" },
	{ "case", probe_case, "tags that differ in case only overwrite each other" },
};
const size_t probes_of_names_count = COUNT(probes_of_names);
