/* watched.c - files that are read again whenever they change
 * SPDX-License-Identifier: ISC */
#include "watched.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"
#include "log.h"

enum { REST_SECONDS = 2 };

/* One content of the file, and what was made of it. */
struct version {
	struct watched *watched;
	struct arena arena;
	unsigned users;      /* requests, and the watched file while it is current */
	struct stat status;  /* all zero for a file that cannot be looked at */
	bool rests;
	const char *text;    /* as it was read; NULL if it could not be */
	const void *value;
};

struct watched {
	const char *path;
	const struct watched_kind *kind;
	pthread_mutex_t mutex; /* for all below, and the versions' users */
	struct version *current;
};

/* With the mutex held. */
static void drop(struct version *version)
{
	if (!version || --version->users > 0)
		return;
	arena_reset(&version->arena);
	free(version);
}

static void release(void *resource)
{
	struct version *version = resource;
	struct watched *watched = version->watched;

	pthread_mutex_lock(&watched->mutex);
	drop(version);
	pthread_mutex_unlock(&watched->mutex);
}

static void forget(void *resource)
{
	struct watched *watched = resource;

	drop(watched->current);
	pthread_mutex_destroy(&watched->mutex);
}

struct watched *watched_open(struct arena *arena, const char *path,
			     const struct watched_kind *kind)
{
	struct watched *watched = arena_alloc(arena, sizeof(*watched));

	watched->path = arena_copy(arena, path, strlen(path));
	watched->kind = kind;
	pthread_mutex_init(&watched->mutex, NULL);
	arena_defer(arena, forget, watched);
	return watched;
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mode == b->st_mode && same_time(&a->st_mtim, &b->st_mtim) &&
	       same_time(&a->st_ctim, &b->st_ctim);
}

/* A clock that was set back must not make it restless for good. */
static bool is_at_rest(const struct stat *status)
{
	time_t age = time(NULL) - status->st_ctime;

	return age > REST_SECONDS || age < -REST_SECONDS;
}

static bool may_be_read(const struct version *version)
{
	const struct watched *watched = version->watched;
	mode_t mode = version->status.st_mode;

	if (!S_ISREG(mode))
		log_line("'%s' is no file", watched->path);
	else if (mode & watched->kind->forbidden)
		log_line("'%s' is open to others: it may have mode %04o at most", watched->path,
			 (unsigned)(0777 & ~watched->kind->forbidden));
	else if (watched->kind->forbidden && version->status.st_uid != geteuid() &&
		 version->status.st_uid != 0)
		log_line("'%s' belongs to user %lu, not to %lu who runs this program",
			 watched->path, (unsigned long)version->status.st_uid,
			 (unsigned long)geteuid());
	else if (version->status.st_size > (off_t)watched->kind->most)
		log_line("'%s' is larger than %zu bytes", watched->path, watched->kind->most);
	else
		return true;
	return false;
}

static void read_text(struct version *version, int fd)
{
	size_t room = (size_t)version->status.st_size;
	char *text = arena_alloc(&version->arena, room + 1);
	ssize_t length = file_read_at(fd, text, room, 0);

	if (length < 0) {
		log_errno("cannot read '%s'", version->watched->path);
		version->rests = false;
	} else if (strlen(text) != (size_t)length) {
		log_line("'%s' has a NUL in it", version->watched->path);
	} else {
		version->text = text;
	}
}

/* Is this why a file cannot be opened for as long as nobody changes it?  Other reasons,
 * such as too many open files, pass without a trace in its status. */
static bool lasts(int cause)
{
	return cause == ENOENT || cause == ENOTDIR || cause == EACCES || cause == ELOOP;
}

/* A FIFO must not hold the thread. */
static void read_version(struct version *version)
{
	const char *path = version->watched->path;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	version->rests = true;
	if (fd < 0) {
		version->rests = lasts(errno);
		log_errno("cannot open '%s'", path);
		if (stat(path, &version->status) < 0)
			version->status = (struct stat){ .st_ino = 0 };
		return;
	}
	if (fstat(fd, &version->status) < 0) {
		log_errno("cannot look at '%s'", path);
	} else if (may_be_read(version)) {
		version->rests = is_at_rest(&version->status);
		read_text(version, fd);
	}
	close(fd);
}

static struct version *new_version(struct watched *watched)
{
	struct version *version = calloc(1, sizeof(*version));

	if (!version) {
		log_line("out of memory");
		_exit(1);
	}
	version->watched = watched;
	version->users = 1;
	arena_init(&version->arena);
	read_version(version);
	return version;
}

/* Read what is there now.  The same text again, of a file that had not come to
 * rest, changes nothing. */
static void renew(struct watched *watched)
{
	struct version *current = watched->current, *version = new_version(watched);

	if (current && current->text && version->text &&
	    strcmp(current->text, version->text) == 0) {
		current->status = version->status;
		current->rests = version->rests;
		drop(version);
		return;
	}
	if (version->text)
		version->value = watched->kind->parse(
			&version->arena, watched->path,
			arena_copy(&version->arena, version->text, strlen(version->text)));
	drop(current);
	watched->current = version;
}

static bool is_up_to_date(const struct watched *watched)
{
	const struct version *current = watched->current;
	struct stat status;

	if (!current || !current->rests)
		return false;
	if (stat(watched->path, &status) < 0)
		status = (struct stat){ .st_ino = 0 };
	return same_file(&status, &current->status);
}

const void *watched_get(struct watched *watched, struct arena *arena)
{
	struct version *version;

	pthread_mutex_lock(&watched->mutex);
	if (!is_up_to_date(watched))
		renew(watched);
	version = watched->current;
	version->users++;
	pthread_mutex_unlock(&watched->mutex);
	arena_defer(arena, release, version);
	return version->value;
}
