/* probe.c - running probes, in processes that can be ended
 * SPDX-License-Identifier: ISC */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "file.h"

enum { PATIENCE_SECONDS = 20 };

enum verdict probe_found(struct probing *probing, enum verdict verdict, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(probing->found, sizeof(probing->found), format, list);
	va_end(list);
	return verdict;
}

enum verdict probe_failed(struct probing *probing, const char *what)
{
	return probe_found(probing, BROKE_IT, "%s: %s", what, strerror(errno));
}

struct answer {
	enum verdict verdict;
	char found[sizeof(((struct probing *)0)->found)];
};

/* In the child: the verdict goes through the pipe, in one piece. */
static void answer(const struct probe *probe, struct probing *probing, int pipe)
{
	struct answer answer = { .verdict = probe->run(probing) };

	memcpy(answer.found, probing->found, sizeof(answer.found));
	_exit(write(pipe, &answer, sizeof(answer)) == (ssize_t)sizeof(answer) ? 0 : 1);
}

static bool receive(int pipe, struct answer *answer, unsigned seconds)
{
	struct pollfd ready = { .fd = pipe, .events = POLLIN };
	int count;

	do
		count = poll(&ready, 1, (int)seconds * 1000);
	while (count < 0 && errno == EINTR);
	return count == 1 && read(pipe, answer, sizeof(*answer)) == (ssize_t)sizeof(*answer);
}

enum verdict probe_run(const struct probe *probe, struct probing *probing, unsigned seconds)
{
	struct answer got;
	int ends[2];
	bool answered;
	pid_t child;

	*probing->found = '\0';
	if (pipe2(ends, O_CLOEXEC) < 0)
		return probe_failed(probing, "pipe");
	fflush(stdout);
	child = fork();
	if (child == 0) {
		setpgid(0, 0);
		answer(probe, probing, ends[1]);
	}
	close(ends[1]);
	answered = child > 0 && receive(ends[0], &got, seconds);
	close(ends[0]);
	if (child > 0) {
		setpgid(child, child);
		/* Whoever it left, too.  None is waited for: a process that hangs in
		 * the file system does not end by a signal. */
		kill(-child, SIGKILL);
		waitpid(child, NULL, answered ? 0 : WNOHANG);
	}
	if (!answered)
		return probe_found(probing, BROKE_IT, "no answer within %u s", seconds);
	memcpy(probing->found, got.found, sizeof(got.found));
	return got.verdict;
}

int partner_start(struct partner *partner, const struct probing *probing,
		  void (*work)(int directory, volatile struct probe_shared *shared))
{
	void *memory = mmap(NULL, sizeof(*partner->shared), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return -1;
	partner->shared = memory;
	partner->pid = fork();
	if (partner->pid == 0) {
		work(probing->sides[THERE], partner->shared);
		_exit(0);
	}
	return partner->pid < 0 ? -1 : 0;
}

bool probe_wait(const volatile int *number, int least)
{
	static const struct timespec pause = { 0, 100000 };
	struct timespec now;
	time_t end;

	clock_gettime(CLOCK_MONOTONIC, &now);
	end = now.tv_sec + PATIENCE_SECONDS;
	while (*number < least && now.tv_sec < end) {
		nanosleep(&pause, NULL);
		clock_gettime(CLOCK_MONOTONIC, &now);
	}
	return *number >= least;
}

bool partner_end(struct partner *partner)
{
	int status = -1;

	return waitpid(partner->pid, &status, 0) == partner->pid && status == 0 &&
	       !partner->shared->failed;
}

void partner_kill(struct partner *partner)
{
	kill(partner->pid, SIGKILL);
	waitpid(partner->pid, NULL, 0);
}

int probe_put(int directory, const char *path, const char *text)
{
	int fd = file_open(directory, path, O_WRONLY | O_CREAT, FILE_MODE), result;

	if (fd < 0)
		return -1;
	result = file_write_at(fd, text, strlen(text), 0);
	return close(fd) < 0 ? -1 : result;
}

int probe_replace(int directory, const char *to, const char *text)
{
	char from[64];

	snprintf(from, sizeof(from), "new.%ld", (long)getpid());
	if (probe_put(directory, from, text) < 0)
		return -1;
	return file_rename(directory, from, to);
}

int probe_get(int directory, const char *path, char *text, size_t room)
{
	int fd = file_open(directory, path, O_RDONLY, 0);
	ssize_t length;

	if (fd < 0)
		return -1;
	length = file_read_at(fd, text, room - 1, 0);
	close(fd);
	if (length >= 0)
		text[length] = '\0';
	return (int)length;
}
