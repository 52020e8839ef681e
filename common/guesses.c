/* guesses.c - how many passwords are checked at once while somebody guesses
 * SPDX-License-Identifier: ISC */
#include "guesses.h"

#include <pthread.h>

#include "arena.h"
#include "log.h"

/* One wrong password a second is forgotten, and all are a minute after the last. */
enum { WRONG_MAX = 60, WRONG_MANY = 10 };

struct guesses {
	pthread_mutex_t mutex; /* for all below */
	unsigned long long most, checking;
	long long wrong; /* those that are not forgotten */
	time_t then;     /* at this second */
	bool many;
};

static void forget(void *resource)
{
	struct guesses *guesses = resource;

	pthread_mutex_destroy(&guesses->mutex);
}

struct guesses *guesses_open(struct arena *arena, unsigned long long threads)
{
	struct guesses *guesses = arena_alloc(arena, sizeof(*guesses));

	guesses->most = threads > 1 ? threads / 2 : 1;
	pthread_mutex_init(&guesses->mutex, NULL);
	arena_defer(arena, forget, guesses);
	return guesses;
}

static void note_time(struct guesses *guesses, time_t now)
{
	long long passed = now - guesses->then;

	guesses->then = now;
	guesses->wrong = passed < guesses->wrong ? guesses->wrong - passed : 0;
	if (guesses->wrong == 0)
		guesses->many = false;
}

bool guesses_begin(struct guesses *guesses, time_t now)
{
	bool may;

	pthread_mutex_lock(&guesses->mutex);
	note_time(guesses, now);
	may = !guesses->many || guesses->checking < guesses->most;
	guesses->checking += may;
	pthread_mutex_unlock(&guesses->mutex);
	return may;
}

void guesses_end(struct guesses *guesses, bool right)
{
	bool begins;

	pthread_mutex_lock(&guesses->mutex);
	guesses->checking--;
	guesses->wrong += !right && guesses->wrong < WRONG_MAX;
	begins = guesses->wrong > WRONG_MANY && !guesses->many;
	guesses->many = guesses->many || begins;
	pthread_mutex_unlock(&guesses->mutex);
	if (begins)
		log_line("many passwords are wrong: no more than %llu are checked at once",
			 guesses->most);
}
