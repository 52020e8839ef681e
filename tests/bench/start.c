/* start.c - how long programs take from fork to exit
 * SPDX-License-Identifier: ISC
 *
 * start ROUNDS PROGRAM...
 *
 * In each round each program is run once, with our environment, nothing to read
 * and nobody to write to; prints the median of each, in microseconds. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static double run(char *program, int null)
{
	char *arguments[] = { program, NULL };
	double begin = now();
	pid_t child = vfork();
	int status;

	if (child == 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		execv(program, arguments);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0) {
		fprintf(stderr, "%s failed\n", program);
		exit(1);
	}
	return now() - begin;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	int rounds = argc > 2 ? atoi(argv[1]) : 0, null = open("/dev/null", O_RDWR);
	double *times = calloc((size_t)argc * (size_t)rounds + 1, sizeof(*times));

	if (rounds < 1 || null < 0 || !times)
		return 2;
	for (int round = 0; round < rounds; round++)
		for (int i = 2; i < argc; i++)
			times[(i - 2) * rounds + round] = run(argv[i], null);
	for (int i = 2; i < argc; i++) {
		double *first = times + (i - 2) * rounds;

		qsort(first, (size_t)rounds, sizeof(*first), compare);
		printf("%7.0f us  %s\n", first[rounds / 2], argv[i]);
	}
	return 0;
}
