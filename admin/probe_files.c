/* probe_files.c - a file's modes, times, inode and size, syncing, and room
 * SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "probe.h"
#include "server.h"

enum {
	CLOCK_MOST = 30, /* seconds; the store takes what is a minute old for synced */
	INODES_LEAST = 1000,
	PAUSES = 60
};

static int status_of(int directory, const char *path, struct stat *status)
{
	int fd = file_open(directory, path, O_RDONLY, 0), result;

	if (fd < 0)
		return -1;
	result = fstat(fd, status);
	close(fd);
	return result;
}

static enum verdict probe_modes(struct probing *probing)
{
	struct stat file, directory;
	int fd;

	if (file_make_directories(probing->sides[HERE], "modes") < 0)
		return probe_failed(probing, "cannot make a directory of mode 2750");
	if (probe_put(probing->sides[HERE], "modes/data", "x") < 0)
		return probe_failed(probing, "cannot create");
	fd = file_open(probing->sides[HERE], "modes/data", O_RDWR, 0);
	if (fd < 0 || fchmod(fd, FILE_MODE_DONE) < 0)
		return probe_failed(probing, "cannot set the mode 0440");
	close(fd);
	if (status_of(probing->sides[THERE], "modes", &directory) < 0 ||
	    status_of(probing->sides[THERE], "modes/data", &file) < 0)
		return probe_failed(probing, "cannot read it");
	if (file.st_uid != geteuid() || directory.st_uid != geteuid())
		return probe_found(probing, BROKE_IT, "new files belong to user %lu, not to %lu",
				   (unsigned long)file.st_uid, (unsigned long)geteuid());
	if ((file.st_mode & 07777) != FILE_MODE_DONE ||
	    (directory.st_mode & 07777) != DIRECTORY_MODE)
		return probe_found(probing, BROKE_IT, "0440 became %04o, and 2750 %04o",
				   file.st_mode & 07777u, directory.st_mode & 07777u);
	return probe_found(probing, KEPT_IT, "kept, and files belong to who made them");
}

static enum verdict probe_inodes(struct probing *probing)
{
	struct stat here, there, moved, other;
	const int *sides = probing->sides;

	if (probe_put(sides[HERE], "one", "1") < 0 || probe_put(sides[HERE], "two", "2") < 0 ||
	    status_of(sides[HERE], "one", &here) < 0 ||
	    status_of(sides[THERE], "one", &there) < 0 ||
	    status_of(sides[HERE], "two", &other) < 0 ||
	    file_rename(sides[HERE], "one", "three") < 0 ||
	    status_of(sides[THERE], "three", &moved) < 0)
		return probe_failed(probing, "cannot look at files");
	if (here.st_ino == other.st_ino)
		return probe_found(probing, BROKE_IT, "two files have one inode number");
	if (here.st_ino != there.st_ino)
		return probe_found(probing, BROKE_IT, "one file has two inode numbers");
	if (there.st_ino != moved.st_ino)
		return probe_found(probing, BROKE_IT, "a rename changes the inode number");
	return probe_found(probing, KEPT_IT, "one number each, the same for both sides");
}

/* The finest difference of times seen, in nanoseconds: touch a file a few times. */
static long resolution(int directory)
{
	static const struct timespec pause = { 0, 20000000 };
	struct stat status;
	long all = 0;

	for (int i = 0; i < 5; i++) {
		if (file_touch(directory, "touched") < 0 ||
		    status_of(directory, "touched", &status) < 0)
			return -1;
		all |= status.st_mtim.tv_nsec;
		nanosleep(&pause, NULL);
	}
	return all == 0 ? 1000000000 : all % 1000 ? 1 : all % 1000000 ? 1000 : 1000000;
}

/* Does the time of a directory change when something is made in it? */
static bool directory_changes(int directory)
{
	static const struct timespec pause = { 0, 50000000 };
	struct stat before, after;

	if (file_make_directories(directory, "timed") < 0 ||
	    status_of(directory, "timed", &before) < 0)
		return false;
	for (int i = 0; i < PAUSES; i++) {
		char path[32];

		nanosleep(&pause, NULL);
		snprintf(path, sizeof(path), "timed/%d", i);
		if (probe_put(directory, path, "") < 0 || status_of(directory, "timed", &after) < 0)
			return false;
		if (after.st_mtim.tv_sec != before.st_mtim.tv_sec ||
		    after.st_mtim.tv_nsec != before.st_mtim.tv_nsec)
			return true;
	}
	return false;
}

static enum verdict probe_times(struct probing *probing)
{
	struct stat here, there;
	long finest, off;

	if (probe_put(probing->sides[HERE], "touched", "x") < 0)
		return probe_failed(probing, "cannot create");
	finest = resolution(probing->sides[HERE]);
	if (finest < 0 || status_of(probing->sides[HERE], "touched", &here) < 0 ||
	    status_of(probing->sides[THERE], "touched", &there) < 0)
		return probe_failed(probing, "cannot set a file's time");
	if (here.st_mtim.tv_sec != there.st_mtim.tv_sec ||
	    here.st_mtim.tv_nsec != there.st_mtim.tv_nsec)
		return probe_found(probing, BROKE_IT, "the two sides see two times of one file");
	if (!directory_changes(probing->sides[HERE]))
		return probe_found(probing, BROKE_IT, "a directory keeps its time when it changes");
	off = labs((long)(here.st_mtim.tv_sec - time(NULL)));
	if (off > CLOCK_MOST)
		return probe_found(probing, BROKE_IT,
				   "the file system's clock differs from this host's by %ld s",
				   off);
	return probe_found(probing, finest > 1000000 ? DOUBTED : KEPT_IT,
			   "to the %s, and the clock is this host's",
			   finest > 1000000 ? "second only"
			   : finest > 1000  ? "millisecond"
			   : finest > 1	    ? "microsecond"
					    : "nanosecond");
}

/* That the calls are there; whether they do it, only a power cut shows. */
static enum verdict probe_sync(struct probing *probing)
{
	int directory = probing->sides[HERE], fd;

	if (file_make_directories(directory, "synced/below") < 0 ||
	    probe_put(directory, "synced/below/file", "x") < 0)
		return probe_failed(probing, "cannot create");
	fd = file_open(directory, "synced/below/file", O_RDWR, 0);
	if (fd < 0 || fdatasync(fd) < 0 || fsync(fd) < 0)
		return probe_failed(probing, "cannot sync a file");
	close(fd);
	if (file_sync_directory(directory, "synced/below") < 0 ||
	    file_sync_directory(directory, "synced") < 0 || file_sync_directory(directory, ".") < 0)
		return probe_failed(probing, "cannot sync a directory");
	if (syncfs(directory) < 0)
		return probe_failed(probing, "cannot sync the file system");
	return probe_found(probing, KEPT_IT, "files, directories, all; a power cut was not tried");
}

static enum verdict probe_cut(struct probing *probing)
{
	char text[32] = "";
	int fd;

	if (probe_put(probing->sides[HERE], "cut", "0123456789") < 0)
		return probe_failed(probing, "cannot create");
	fd = file_open(probing->sides[HERE], "cut", O_RDWR, 0);
	if (fd < 0 || ftruncate(fd, 4) < 0 || file_write_at(fd, "end", 3, 4) < 0)
		return probe_failed(probing, "cannot cut a file");
	close(fd);
	if (probe_get(probing->sides[THERE], "cut", text, sizeof(text)) < 0 ||
	    strcmp(text, "0123end") != 0)
		return probe_found(probing, BROKE_IT, "the other side reads '%s', not '0123end'",
				   text);
	return probe_found(probing, KEPT_IT, "cut and added to");
}

static enum verdict probe_links(struct probing *probing)
{
	int directory = probing->sides[HERE];

	if (probe_put(directory, "linked", "x") < 0)
		return probe_failed(probing, "cannot create");
	if (linkat(directory, "linked", directory, "again", 0) < 0) {
		probe_failed(probing, "none");
		return DOUBTED;
	}
	return probe_found(probing, KEPT_IT, "there");
}

/* File systems without a fixed number of inodes say that they have none, or too many. */
static enum verdict probe_room(struct probing *probing)
{
	struct statvfs room;
	uint64_t mib;
	bool counted;

	if (fstatvfs(probing->sides[HERE], &room) < 0)
		return probe_failed(probing, "cannot be told");
	mib = (uint64_t)room.f_bavail * room.f_frsize >> 20;
	counted = room.f_files > 1 && room.f_favail <= room.f_files;
	if (counted && room.f_favail < INODES_LEAST)
		return probe_found(probing, BROKE_IT, "%" PRIu64 " inodes are free",
				   (uint64_t)room.f_favail);
	if (!counted)
		return probe_found(probing, KEPT_IT, "%" PRIu64 " MiB free; inodes are not counted",
				   mib);
	return probe_found(probing, KEPT_IT, "%" PRIu64 " MiB and %" PRIu64 " inodes free", mib,
			   (uint64_t)room.f_favail);
}

const struct probe probes_of_files[] = {
	{ "modes", probe_modes, "the programs cannot write, or everybody can read" },
	{ "inodes", probe_inodes,
	  "marks of the collector are void at another host, and a session is taken for another" },
	{ "times", probe_times,
	  "with clocks apart, what is young is taken for old: not synced again, or collected" },
	{ "sync", probe_sync, "a power cut takes what was answered" },
	{ "cut", probe_cut, "an upload goes on from bytes that were refused" },
	{ "hard-links", probe_links, "hythe token --add-key cannot make the first keys" },
	{ "room", probe_room, "pushes are refused as soon as they are gone" },
};
const size_t probes_of_files_count = COUNT(probes_of_files);
