/* line.c - the limit of a small request: a FastCGI program that prints one line
 * SPDX-License-Identifier: ISC
 *
 * With as many threads as ours have. */
#include <fcgiapp.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

enum { THREADS = 16 };

static void *work(void *unused)
{
	FCGX_Request request;

	FCGX_InitRequest(&request, STDIN_FILENO, 0);
	while (FCGX_Accept_r(&request) == 0) {
		FCGX_PutS("Content-Type: text/plain\r\n\r\none line\n", request.out);
		FCGX_Finish_r(&request);
	}
	return unused;
}

int main(void)
{
	pthread_t threads[THREADS];

	FCGX_Init();
	signal(SIGTERM, SIG_DFL); /* which the library has caught, for one thread */
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, work, NULL) != 0)
			return 1;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
