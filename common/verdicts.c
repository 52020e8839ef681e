/* verdicts.c - passwords that were found right a moment ago
 * SPDX-License-Identifier: ISC */
#include "verdicts.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "arena.h"
#include "file.h"
#include "hash.h"
#include "text.h"

enum { PLACES = 256, SECONDS = 60 };

struct verdict {
	unsigned char mac[HASH_MAC_BYTES];
	time_t until; /* of the monotonic clock; 0 for an empty place */
};

struct verdicts {
	const char *key;
	pthread_mutex_t mutex; /* for the places */
	struct verdict places[PLACES];
};

static void forget(void *resource)
{
	struct verdicts *verdicts = resource;

	pthread_mutex_destroy(&verdicts->mutex);
}

struct verdicts *verdicts_open(struct arena *arena)
{
	struct verdicts *verdicts = arena_alloc(arena, sizeof(*verdicts));

	verdicts->key = file_unique(arena);
	pthread_mutex_init(&verdicts->mutex, NULL);
	arena_defer(arena, forget, verdicts);
	return verdicts;
}

static time_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

/* None of the three has a NUL in it, so no two different ones look alike. */
static void make_mac(const struct verdicts *verdicts, struct arena *arena, const char *user,
		     const char *password, const char *hash, unsigned char mac[HASH_MAC_BYTES])
{
	const char *const parts[] = { user, password, hash };
	struct text text;

	text_init(&text, arena);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		text_add_bytes(&text, parts[i], strlen(parts[i]) + 1);
	hash_mac(verdicts->key, strlen(verdicts->key), text.bytes, text.length, mac);
}

bool verdicts_has(struct verdicts *verdicts, struct arena *arena, const char *user,
		  const char *password, const char *hash)
{
	unsigned char mac[HASH_MAC_BYTES];
	const struct verdict *place;
	bool has;

	make_mac(verdicts, arena, user, password, hash, mac);
	place = &verdicts->places[mac[0]];
	pthread_mutex_lock(&verdicts->mutex);
	has = place->until > now() && hash_equal(place->mac, mac, sizeof(mac));
	pthread_mutex_unlock(&verdicts->mutex);
	return has;
}

void verdicts_add(struct verdicts *verdicts, struct arena *arena, const char *user,
		  const char *password, const char *hash)
{
	struct verdict verdict = { .until = now() + SECONDS };

	make_mac(verdicts, arena, user, password, hash, verdict.mac);
	pthread_mutex_lock(&verdicts->mutex);
	verdicts->places[verdict.mac[0]] = verdict;
	pthread_mutex_unlock(&verdicts->mutex);
}
