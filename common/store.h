/* store.h - the storage root, and how a file gets into it
 * SPDX-License-Identifier: ISC
 *
 * Nothing is ever written where a reader looks.  A file is written under
 * hythe/tmp, synced, renamed into place, and then the directories are synced:
 * after a success answer neither a killed process nor a power cut takes it
 * away, and no reader ever sees a part of it.  Cutting the power at every step
 * showed that without the directories' sync a third to a half of what had been
 * answered was gone.
 *
 * One user writes: directories 2750, files 0640, committed data 0440.  The
 * web server and programs that only read are in its group. */
#ifndef HYTHE_STORE_H
#define HYTHE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "outcome.h"

struct arena;

/* Read-only once open, and shared by all threads, but for what is of one request. */
struct store {
	int root;               /* descriptor of the storage root */
	const char *path;       /* the same as the admin wrote it, absolute */
	bool durable;           /* sync before an answer; off only for caches */
	bool many;              /* other hosts read what this one writes */
	unsigned lock_seconds;  /* the longest wait for a lock */
	uint64_t reserve;       /* bytes of the file system that stay free */
	const char *immutable;  /* patterns of tags that neither move nor go; NULL is none */
	struct store_known *known; /* what a request synced; NULL, it is forgotten */
};

/* The same store for one request, which lives as long as the arena: what leads to a
 * directory that store_sync() has seen to is known to be on the disk, and not looked at
 * again.  Nobody can remove it meanwhile: the locks see to that, and before they are
 * taken the request's own upload session, which lies there. */
const struct store *store_of_request(const struct store *store, struct arena *arena);

/* Open the root, which must exist: an unmounted disk must not be filled from
 * scratch.  A writer refuses a root that belongs to somebody else, or that
 * others may write.  False, and the reason logged. */
bool store_open(struct store *store, const char *path, bool writer);

/* May `bytes` more be stored, and the reserve stay free?  It is for links, for
 * finishing what was begun, and for the collector.  DONE or FULL. */
enum outcome store_has_room(const struct store *store, uint64_t bytes);

/* The outcome for what is there unless something is broken, such as a directory
 * that was just made: MISSING becomes FAILED, and `path` is logged. */
enum outcome store_required(enum outcome outcome, const char *path);

/* Write the file `path`, replacing what is there: whole and synced, or not at
 * all.  The directories to it are made, and synced up to the first that was
 * there, and one more.  DONE, BUSY, FULL or FAILED. */
enum outcome store_write(const struct store *store, struct arena *arena, const char *path,
			 const void *bytes, size_t length, mode_t mode);

/* Rename the synced file or directory `from` to `path`, with directories made
 * and synced as store_write() does.  DONE, MISSING if `from` is gone, BUSY,
 * FULL or FAILED. */
enum outcome store_place(const struct store *store, const char *from, const char *path);

/* Sync the directory `path` and those above it, `levels` at least, and further
 * up as long as they changed in the last minute: another writer may have made
 * what lies there, and been killed, or not have come to syncing it.  Further up
 * not above what is known, and never hythe/tmp, from where things are renamed.
 * Nothing if the store is not durable.  DONE, MISSING, BUSY, FULL or FAILED. */
enum outcome store_sync(const struct store *store, const char *path, int levels);

/* Sync an open file likewise; `path` is for the log.  DONE, FULL or FAILED. */
enum outcome store_sync_file(const struct store *store, int fd, const char *path);

/* Sync all that was written to the file system of the store, where many files
 * were written without a sync each.  Nothing if the store is not durable.  DONE,
 * FULL or FAILED. */
enum outcome store_sync_all(const struct store *store);

/* Take the file or directory `path` out of sight at once, by one rename into
 * hythe/trash, and set `*trash` to where it lies now.  Durable only after
 * store_sync() of its former parent.  DONE, MISSING, BUSY, FULL or FAILED. */
enum outcome store_discard(const struct store *store, struct arena *arena, const char *path,
			   const char **trash);

/* Remove what store_discard() left.  What cannot be removed is logged, and
 * stays for the collector. */
void store_empty_trash(const struct store *store, const char *trash);

/* A path below hythe/tmp that nobody else uses. */
const char *store_temporary(struct arena *arena);

/* Create the file at such a path, and hythe/tmp where it is missing; the descriptor, to
 * write to, or -1 and errno. */
int store_create(const struct store *store, const char *path, mode_t mode);

#endif
