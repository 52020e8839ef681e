/* fsck_check.c - findings, and looking twice
 * SPDX-License-Identifier: ISC */
#include "fsck_check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"
#include "layout.h"
#include "mark.h"
#include "store.h"

/* Longer than any writer takes from one step to the next. */
enum { AGAIN_MILLISECONDS = 100 };

struct fsck_finding {
	struct fsck_finding *next;
	enum fsck_kind kind;
	const char *path;
	const char *detail;
	fsck_repair *repair;
};

static const char *const words[] = {
	[FSCK_LINK_BROKEN] = "link-broken",
	[FSCK_LINK_DANGLING] = "link-dangling",
	[FSCK_MANIFEST_BROKEN] = "manifest-broken",
	[FSCK_MANIFEST_REFUSED] = "manifest-refused",
	[FSCK_BLOB_MISSING] = "blob-missing",
	[FSCK_BLOB_SIZE] = "blob-size",
	[FSCK_BLOB_BROKEN] = "blob-broken",
	[FSCK_TAG_BROKEN] = "tag-broken",
	[FSCK_TAG_DANGLING] = "tag-dangling",
	[FSCK_LAYERS_MISSING] = "layers-missing",
	[FSCK_REFERRER_MISSING] = "referrer-missing",
	[FSCK_REFERRER_STALE] = "referrer-stale",
	[FSCK_ALIAS_DANGLING] = "alias-dangling",
	[FSCK_CONDEMNED] = "condemned",
	[FSCK_LEFTOVER] = "leftover",
	[FSCK_STRAY] = "stray",
	[FSCK_SYMLINK] = "symlink",
	[FSCK_OWNER] = "owner",
	[FSCK_UNREADABLE] = "unreadable",
};

_Static_assert(sizeof(words) / sizeof(*words) == FSCK_KINDS, "every kind has a word");

const char *fsck_word(enum fsck_kind kind)
{
	return words[kind];
}

void fsck_note_repairable(struct fsck_place *place, enum fsck_kind kind, const char *path,
			  const char *detail, fsck_repair *repair)
{
	struct fsck_finding *finding = arena_alloc(place->arena, sizeof(*finding));

	*finding = (struct fsck_finding){
		.next = place->findings,
		.kind = kind,
		.path = arena_copy(place->arena, path, strlen(path)),
		.detail = detail ? arena_copy(place->arena, detail, strlen(detail)) : "",
		.repair = repair,
	};
	place->findings = finding;
}

void fsck_note(struct fsck_place *place, enum fsck_kind kind, const char *path, const char *detail)
{
	fsck_note_repairable(place, kind, path, detail, NULL);
}

static int by_place(const void *a, const void *b)
{
	const struct fsck_finding *one = *(struct fsck_finding *const *)a;
	const struct fsck_finding *other = *(struct fsck_finding *const *)b;
	int order = strcmp(one->path, other->path);

	if (!order)
		order = (int)one->kind - (int)other->kind;
	return order ? order : strcmp(one->detail, other->detail);
}

/* Findings in the order of their places, each once, NULL at the end. */
static struct fsck_finding **sort(const struct fsck_place *place)
{
	struct fsck_finding **sorted;
	size_t count = 0, kept = 0;

	for (const struct fsck_finding *each = place->findings; each; each = each->next)
		count++;
	sorted = arena_alloc(place->arena, (count + 1) * sizeof(struct fsck_finding *));
	count = 0;
	for (struct fsck_finding *each = place->findings; each; each = each->next)
		sorted[count++] = each;
	if (count)
		qsort(sorted, count, sizeof(struct fsck_finding *), by_place);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || by_place(sorted + i - 1, sorted + i) != 0)
			sorted[kept++] = sorted[i];
	sorted[kept] = NULL;
	return sorted;
}

static void tell(struct fsck_place *place, const struct fsck_finding *finding, bool repaired)
{
	struct fsck *fsck = place->fsck;

	pthread_mutex_lock(&fsck->mutex);
	fsck->result->found++;
	fsck->result->repaired += repaired;
	fsck->watch->found(fsck->watch, finding->kind, finding->path, finding->detail, repaired);
	pthread_mutex_unlock(&fsck->mutex);
}

/* Look at the place again; of `findings`, as sort() has them, those stay that are
 * found anew. */
static void keep_lasting(const struct fsck_place *place, struct fsck_finding **findings,
			 void *context, void (*check)(struct fsck_place *place, void *context))
{
	struct fsck_place again = *place;
	struct fsck_finding **kept = findings, **anew;

	again.findings = NULL;
	again.again = true;
	check(&again, context);
	for (anew = sort(&again); *findings && *anew;) {
		int order = by_place(findings, anew);

		findings += order <= 0;
		if (order == 0)
			*kept++ = *anew;
		anew += order >= 0;
	}
	*kept = NULL;
}

/* Repair what can be, and tell of it; the rest stays.  Was there any? */
static bool repair_each(struct fsck_place *place, struct fsck_finding **findings)
{
	struct fsck_finding **kept = findings;
	bool any = false;

	for (; *findings; findings++)
		if ((*findings)->repair && (*findings)->repair(place, (*findings)->path)) {
			tell(place, *findings, true);
			any = true;
		} else {
			*kept++ = *findings;
		}
	*kept = NULL;
	return any;
}

/* What is only on its way from one state to another is not found twice; and what came
 * of something that is repaired by now is wrong no more. */
static void look_again(struct fsck_place *place, void *context,
		       void (*check)(struct fsck_place *place, void *context))
{
	struct fsck_finding **findings = sort(place);

	nanosleep(&(struct timespec){ 0, AGAIN_MILLISECONDS * 1000000L }, NULL);
	keep_lasting(place, findings, context, check);
	if (place->fsck->options->repair && repair_each(place, findings) && *findings)
		keep_lasting(place, findings, context, check);
	for (; *findings; findings++)
		tell(place, *findings, false);
}

void fsck_look(struct fsck *fsck, const char *name, void *context,
	       void (*check)(struct fsck_place *place, void *context))
{
	struct arena arena;
	struct fsck_place place = { .fsck = fsck, .arena = &arena, .name = name };

	arena_init(&arena);
	check(&place, context);
	if (place.findings)
		look_again(&place, context, check);
	arena_reset(&arena);
}

enum outcome fsck_status(struct fsck_place *place, const char *path, struct stat *status)
{
	int fd = file_open(place->fsck->store->root, path, O_PATH | O_NOFOLLOW, 0);
	int result = fd < 0 ? -1 : fstat(fd, status);

	if (fd < 0 && errno == ENOENT)
		return MISSING;
	if (fd >= 0)
		close(fd);
	if (result < 0 && errno == ELOOP) {
		fsck_note(place, FSCK_SYMLINK, path, NULL);
	} else if (result < 0) {
		fsck_note(place, FSCK_UNREADABLE, path, strerror(errno));
	} else if (S_ISLNK(status->st_mode)) {
		fsck_note(place, FSCK_SYMLINK, path,
			  arena_printf(place->arena, "made by user %lu",
				       (unsigned long)status->st_uid));
	} else {
		if (status->st_uid != place->fsck->owner || status->st_mode & S_IWOTH)
			fsck_note(place, FSCK_OWNER, path,
				  arena_printf(place->arena, "user %lu, mode %o",
					       (unsigned long)status->st_uid,
					       (unsigned)status->st_mode & 07777));
		return DONE;
	}
	return FAILED;
}

/* A listing that is under way. */
struct listing {
	struct fsck_place *place;
	const char *path;
	void *context;
	void (*each)(struct fsck_place *place, const char *path, const char *entry, void *context);
};

static bool visit(const char *entry, void *context)
{
	struct listing *listing = context;
	struct arena arena;

	arena_init(&arena);
	listing->each(listing->place, layout_in(&arena, listing->path, entry), entry,
		      listing->context);
	arena_reset(&arena);
	return true;
}

void fsck_each(struct fsck_place *place, const char *path, void *context,
	       void (*each)(struct fsck_place *place, const char *path, const char *entry,
			    void *context))
{
	struct listing listing = { place, path, context, each };
	struct stat status;

	if (file_each(place->fsck->store->root, path, visit, &listing) == 0 || errno == ENOENT)
		return;
	if (errno == ENOTDIR)
		fsck_note(place, FSCK_STRAY, path, "no directory");
	else if (errno == ELOOP)
		fsck_status(place, path, &status);
	else
		fsck_note(place, FSCK_UNREADABLE, path, strerror(errno));
}

static void find_stray(struct fsck_place *place, const char *path, const char *entry, void *context)
{
	struct stat status;

	for (const char *const *known = context; *known; known++)
		if (strcmp(entry, *known) == 0)
			return;
	if (fsck_status(place, path, &status) == DONE)
		fsck_note(place, FSCK_STRAY, path, NULL);
}

void fsck_strays(struct fsck_place *place, const char *path, const char *const *known)
{
	fsck_each(place, path, (void *)(uintptr_t)known, find_stray);
}

void fsck_unmark(struct fsck_place *place, const char *directory)
{
	struct fsck *fsck = place->fsck;
	struct arena arena;

	if (!fsck->options->unmark)
		return;
	arena_init(&arena);
	if (mark_remove(fsck->store, &arena, directory) == DONE) {
		pthread_mutex_lock(&fsck->mutex);
		fsck->result->unmarked++;
		pthread_mutex_unlock(&fsck->mutex);
	}
	arena_reset(&arena);
}
