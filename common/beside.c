/* beside.c - a thread that does one thing with bytes, while its owner gets more
 * SPDX-License-Identifier: ISC */
#include "beside.h"

#include <pthread.h>
#include <stdbool.h>

#include "arena.h"

struct beside {
	void (*work)(void *context, const void *bytes, size_t length);
	void *context;
	pthread_t thread;
	pthread_mutex_t mutex; /* for all below */
	pthread_cond_t changed;
	const void *bytes; /* NULL when they are worked off */
	size_t length;
	bool ends;
};

static void *run(void *argument)
{
	struct beside *beside = argument;

	pthread_mutex_lock(&beside->mutex);
	for (;;) {
		while (!beside->bytes && !beside->ends)
			pthread_cond_wait(&beside->changed, &beside->mutex);
		if (!beside->bytes)
			break;
		pthread_mutex_unlock(&beside->mutex);
		beside->work(beside->context, beside->bytes, beside->length);
		pthread_mutex_lock(&beside->mutex);
		beside->bytes = NULL;
		pthread_cond_signal(&beside->changed);
	}
	pthread_mutex_unlock(&beside->mutex);
	return NULL;
}

static void end(void *resource)
{
	struct beside *beside = resource;

	pthread_mutex_lock(&beside->mutex);
	beside->ends = true;
	pthread_cond_signal(&beside->changed);
	pthread_mutex_unlock(&beside->mutex);
	pthread_join(beside->thread, NULL);
	pthread_cond_destroy(&beside->changed);
	pthread_mutex_destroy(&beside->mutex);
}

struct beside *beside_start(struct arena *arena,
			    void (*work)(void *context, const void *bytes, size_t length),
			    void *context)
{
	struct beside *beside = arena_alloc(arena, sizeof(*beside));

	*beside = (struct beside){ .work = work, .context = context };
	pthread_mutex_init(&beside->mutex, NULL);
	pthread_cond_init(&beside->changed, NULL);
	if (pthread_create(&beside->thread, NULL, run, beside) != 0)
		return NULL;
	arena_defer(arena, end, beside);
	return beside;
}

void beside_hand_over(struct beside *beside, const void *bytes, size_t length)
{
	pthread_mutex_lock(&beside->mutex);
	while (beside->bytes)
		pthread_cond_wait(&beside->changed, &beside->mutex);
	beside->bytes = bytes;
	beside->length = length;
	if (bytes)
		pthread_cond_signal(&beside->changed);
	pthread_mutex_unlock(&beside->mutex);
}

void beside_wait(struct beside *beside)
{
	beside_hand_over(beside, NULL, 0);
}
