/* probe_locks.c - locks, and what is done under them
 * SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "probe.h"
#include "server.h"

enum { TURNS = 150, RECORD = 64, TURN_SECONDS = 60, FREED_SECONDS = 10 };

static int lock(int fd, short type, off_t byte)
{
	struct flock range = { .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };

	return fcntl(fd, F_OFD_SETLK, &range);
}

static long milliseconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - start->tv_sec) * 1000 + (now.tv_nsec - start->tv_nsec) / 1000000;
}

/* Ask until it is free, as the store does. */
static bool wait_lock(int fd, short type, off_t byte, long seconds)
{
	static const struct timespec pause = { 0, 500000 };
	struct timespec start;

	clock_gettime(CLOCK_MONOTONIC, &start);
	while (lock(fd, type, byte) < 0) {
		if ((errno != EAGAIN && errno != EACCES) ||
		    milliseconds_since(&start) > seconds * 1000)
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}

static int open_locks(int directory)
{
	return file_open(directory, "locks", O_RDWR | O_CREAT, FILE_MODE);
}

/* Every pair of locks on one byte, and on two: by two descriptors of one process, for
 * the threads of a program are such, on two mounts if there are. */
static enum verdict probe_exclusion(struct probing *probing)
{
	static const struct {
		short first, second;
		off_t byte;
		bool granted;
		const char *wrong;
	} cases[] = {
		{ F_WRLCK, F_WRLCK, 7, false, "the other side got a lock that was held" },
		{ F_WRLCK, F_RDLCK, 7, false, "the other side shared an exclusive lock" },
		{ F_RDLCK, F_WRLCK, 7, false, "the other side got a shared lock exclusively" },
		{ F_RDLCK, F_RDLCK, 7, true, "a lock cannot be shared with the other side" },
		{ F_WRLCK, F_WRLCK, 65800, true, "a lock on one byte holds others too" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		int here = open_locks(probing->sides[HERE]), there, result;

		if (here < 0 || lock(here, cases[i].first, 7) < 0)
			return probe_failed(probing, "cannot lock");
		there = open_locks(probing->sides[THERE]);
		result = there < 0 ? -2 : lock(there, cases[i].second, cases[i].byte);
		if (result < 0 && (there < 0 || (errno != EAGAIN && errno != EACCES)))
			return probe_failed(probing, "the other side cannot lock");
		if ((result == 0) != cases[i].granted)
			return probe_found(probing, BROKE_IT, "%s", cases[i].wrong);
		close(here);
		if (result < 0 && !wait_lock(there, cases[i].second, cases[i].byte, FREED_SECONDS))
			return probe_found(probing, BROKE_IT, "closing the file freed no lock");
		close(there);
	}
	return probe_found(probing, KEPT_IT, "%s, and freed by closing",
			   probing->is_pair ? "seen by the other mount" : "seen by others");
}

static void hold(int directory, volatile struct probe_shared *shared)
{
	int fd = open_locks(directory);

	shared->failed = fd < 0 || lock(fd, F_WRLCK, 9) < 0 ? errno : 0;
	shared->answered = 1;
	for (;;)
		pause();
}

static enum verdict probe_killed(struct probing *probing)
{
	int fd = open_locks(probing->sides[HERE]);
	struct timespec start;
	struct partner partner;

	if (fd < 0 || partner_start(&partner, probing, hold) < 0)
		return probe_failed(probing, "cannot begin");
	if (!probe_wait(&partner.shared->answered, 1) || partner.shared->failed) {
		errno = partner.shared->failed;
		return probe_failed(probing, "the other side cannot lock");
	}
	if (lock(fd, F_WRLCK, 9) == 0)
		return probe_found(probing, BROKE_IT, "both sides got the same lock");
	partner_kill(&partner);
	clock_gettime(CLOCK_MONOTONIC, &start);
	if (!wait_lock(fd, F_WRLCK, 9, FREED_SECONDS))
		return probe_found(probing, BROKE_IT,
				   "the lock of a killed process stayed for %d s", FREED_SECONDS);
	return probe_found(probing, KEPT_IT, "freed %ld ms after SIGKILL",
			   milliseconds_since(&start));
}

/* Read the number in the file, and write the next, under the lock; false with errno. */
static bool increment(int directory)
{
	int locks = open_locks(directory), fd = -1;
	uint64_t number = 0;
	bool good = locks >= 0 && wait_lock(locks, F_WRLCK, 1, TURN_SECONDS);

	if (good)
		fd = file_open(directory, "counter", O_RDWR | O_CREAT, FILE_MODE);
	good = good && fd >= 0 && file_read_at(fd, &number, sizeof(number), 0) >= 0;
	number++;
	good = good && file_write_at(fd, &number, sizeof(number), 0) == 0;
	if (fd >= 0)
		close(fd);
	if (locks >= 0)
		close(locks);
	return good;
}

/* Add a record at the end of the file, under the lock. */
static bool append(int directory, char letter)
{
	int locks = open_locks(directory), fd = -1;
	bool good = locks >= 0 && wait_lock(locks, F_WRLCK, 2, TURN_SECONDS);
	char record[RECORD];
	struct stat status;

	for (size_t i = 0; i < sizeof(record); i++)
		record[i] = letter;
	if (good)
		fd = file_open(directory, "appended", O_RDWR | O_CREAT, FILE_MODE);
	good = good && fd >= 0 && fstat(fd, &status) == 0 &&
	       file_write_at(fd, record, sizeof(record), status.st_size) == 0;
	if (fd >= 0)
		close(fd);
	if (locks >= 0)
		close(locks);
	return good;
}

static void take_turns(int directory, volatile struct probe_shared *shared)
{
	for (int i = 0; i < TURNS; i++)
		if (!increment(directory) || !append(directory, 'b'))
			shared->failed = errno ? errno : EIO;
}

/* How many records of either letter there are, none of them mixed; -1 if some are. */
static int count_records(int directory, int counts[2])
{
	int fd = file_open(directory, "appended", O_RDONLY, 0);
	char record[RECORD];
	bool whole = fd >= 0;
	off_t at = 0;

	for (; whole && file_read_at(fd, record, RECORD, at) == RECORD; at += RECORD) {
		for (int i = 1; i < RECORD; i++)
			whole &= record[i] == record[0];
		whole &= record[0] == 'a' || record[0] == 'b';
		counts[record[0] == 'b']++;
	}
	close(fd);
	return whole ? 0 : -1;
}

static enum verdict probe_turns(struct probing *probing)
{
	int counts[2] = { 0, 0 }, fd, failed = 0;
	struct partner partner;
	uint64_t number = 0;

	if (partner_start(&partner, probing, take_turns) < 0)
		return probe_failed(probing, "cannot begin");
	for (int i = 0; i < TURNS && !failed; i++)
		if (!increment(probing->sides[HERE]) || !append(probing->sides[HERE], 'a'))
			failed = errno ? errno : EIO;
	if (!partner_end(&partner) || failed) {
		errno = failed ? failed : partner.shared->failed;
		return probe_failed(probing, "cannot change a file under a lock");
	}
	fd = file_open(probing->sides[HERE], "counter", O_RDONLY, 0);
	if (fd < 0 || file_read_at(fd, &number, sizeof(number), 0) != sizeof(number))
		return probe_failed(probing, "cannot read what was counted");
	close(fd);
	if (number != 2 * TURNS)
		return probe_found(probing, BROKE_IT, "%d of %d increments were lost",
				   2 * TURNS - (int)number, 2 * TURNS);
	if (count_records(probing->sides[THERE], counts) < 0 || counts[0] != TURNS ||
	    counts[1] != TURNS)
		return probe_found(probing, BROKE_IT,
				   "of %d records %d and %d are left, or are mixed", 2 * TURNS,
				   counts[0], counts[1]);
	return probe_found(probing, KEPT_IT, "%d increments and %d records, none lost", 2 * TURNS,
			   2 * TURNS);
}

const struct probe probes_of_locks[] = {
	{ "locks", probe_exclusion,
	  "two requests change one upload or tag at a time, and the collector removes what a "
	  "push just found" },
	{ "lock-killed", probe_killed,
	  "after a program or host was killed, its repositories cannot be pushed to" },
	{ "turns", probe_turns, "an upload loses bytes that were answered for" },
};
const size_t probes_of_locks_count = COUNT(probes_of_locks);
