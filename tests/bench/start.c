/* start.c - how long programs take from fork to exit
 * SPDX-License-Identifier: ISC
 *
 * start ROUNDS PROGRAM...
 *
 * In each round each program is run once, with our environment, nothing to read
 * and nobody to write to; prints the medians of each, in microseconds: of the time
 * that passed, and of the processor's, which other load changes less. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static double microseconds(struct timeval time)
{
	return (double)time.tv_sec * 1e6 + (double)time.tv_usec;
}

static void run(char *program, int null, double *passed, double *processor)
{
	char *arguments[] = { program, NULL };
	double begin = now();
	pid_t child = vfork();
	struct rusage usage;
	int status;

	if (child == 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		execv(program, arguments);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) < 0 || status != 0) {
		fprintf(stderr, "%s failed\n", program);
		exit(1);
	}
	*passed = now() - begin;
	*processor = microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *times, int count)
{
	qsort(times, (size_t)count, sizeof(*times), compare);
	return times[count / 2];
}

int main(int argc, char **argv)
{
	int rounds = argc > 2 ? atoi(argv[1]) : 0, null = open("/dev/null", O_RDWR);
	size_t count = rounds > 0 ? (size_t)argc * (size_t)rounds : 0;
	double *passed = calloc(count + 1, sizeof(*passed));
	double *processor = calloc(count + 1, sizeof(*processor));

	if (rounds < 1 || null < 0 || !passed || !processor)
		return 2;
	for (int round = 0; round < rounds; round++)
		for (int i = 2; i < argc; i++) {
			int at = (i - 2) * rounds + round;

			run(argv[i], null, passed + at, processor + at);
		}
	for (int i = 2; i < argc; i++)
		printf("%7.0f us, %7.0f us of a processor  %s\n",
		       median(passed + (i - 2) * rounds, rounds),
		       median(processor + (i - 2) * rounds, rounds), argv[i]);
	return 0;
}
