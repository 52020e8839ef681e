/* server.c - a program: its actions, and the loop that serves them
 * SPDX-License-Identifier: ISC */
#include "server.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "checked.h"
#include "confine.h"
#include "exchange.h"
#include "log.h"
#include "settings.h"
#include "store.h"
#include "transport.h"
#include "whole_file.h"

enum {
	LARGE_BYTES = 1 << 20,
	DESCRIPTORS_EACH = 17 /* what a worker waits by, and those of a request, at most */
};

static size_t cgi_read(struct transport *transport, void *bytes, size_t room)
{
	ssize_t count;

	(void)transport;
	do
		count = read(STDIN_FILENO, bytes, room);
	while (count < 0 && errno == EINTR);
	return count > 0 ? (size_t)count : 0;
}

static bool cgi_write(struct transport *transport, const void *bytes, size_t length)
{
	const char *from = bytes;

	(void)transport;
	while (length) {
		ssize_t count = write(STDOUT_FILENO, from, length);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return false;
		from += count;
		length -= (size_t)count;
	}
	return true;
}

static int serve_cgi(const struct service *service, struct arena *arena)
{
	struct transport transport = {
		.environment = environ,
		.is_cgi = true,
		.read = cgi_read,
		.write = cgi_write,
	};

	/* libfcgi has caught these; here there is no loop to end in good order.
	 * mod_cgid sends SIGTERM when it is done with a request, and, with the
	 * MPM event, now and then to the program of another one. */
	signal(SIGTERM, SIG_IGN);
	signal(SIGUSR1, SIG_DFL);
	exchange(service, &transport, arena);
	return 0;
}

static size_t fastcgi_read(struct transport *transport, void *bytes, size_t room)
{
	FCGX_Request *request = transport->handle;
	int count = FCGX_GetStr(bytes, (int)room, request->in);

	return count > 0 ? (size_t)count : 0;
}

/* libfcgi would wait until all the room is full, and for ever. */
static size_t fastcgi_read_soon(struct transport *transport, void *bytes, size_t room,
				int milliseconds)
{
	FCGX_Request *request = transport->handle;
	const struct timeval patience = { milliseconds / 1000, milliseconds % 1000 * 1000 };
	char *first = bytes;
	size_t there;
	int byte;

	setsockopt(request->ipcFd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	byte = FCGX_GetChar(request->in);
	if (byte < 0)
		return 0;
	*first = (char)byte;
	there = (size_t)(request->in->stop - request->in->rdNext);
	return 1 + fastcgi_read(transport, first + 1, there < room ? there : room - 1);
}

/* "The end was seen" is also set when the client went away. */
static bool fastcgi_ended_well(struct transport *transport)
{
	FCGX_Request *request = transport->handle;

	return FCGX_GetError(request->in) == 0;
}

static bool fastcgi_write(struct transport *transport, const void *bytes, size_t length)
{
	FCGX_Request *request = transport->handle;

	return FCGX_PutStr(bytes, (int)length, request->out) == (int)length;
}

/* What all workers share.  It outlives the loop that serves, as the threads may. */
static struct workers {
	const struct service *service;
	int stop; /* the end of a pipe, whose closing stops them all */
	pthread_rwlock_t requests; /* each holds it; who writes to it lets none begin */
} workers = { .requests = PTHREAD_RWLOCK_INITIALIZER };

enum { STOP, CONNECTION, IDLE_TRIES = 60000 /* a minute of them */ };

/* True when there may be a connection, false when it is time to stop. */
static bool wait_connection(int epoll)
{
	struct epoll_event event;
	int count;

	do
		count = epoll_wait(epoll, &event, 1, -1);
	while (count < 0 && errno == EINTR);
	return count == 1 && event.data.u32 == CONNECTION;
}

/* False if there is none, for another worker was faster; or no descriptor for it. */
static bool accept_next(FCGX_Request *fastcgi)
{
	static const struct timespec pause = { 0, 50000000 };

	if (FCGX_Accept_r(fastcgi) == 0)
		return true;
	if (errno == EMFILE || errno == ENFILE)
		nanosleep(&pause, NULL);
	return false;
}

/* Left to itself libfcgi waits until the web server has closed too, for what is still
 * to come would meet a closed socket, and could take the answer with it.  Once the end
 * of the body is here there is nothing to come.  Never wait for it. */
static void finish(FCGX_Request *fastcgi)
{
	/* A connection kept open would keep this thread from stopping. */
	fastcgi->keepConnection = 0;
	FCGX_FClose(fastcgi->err);
	FCGX_FClose(fastcgi->out);
	if (fcntl(fastcgi->ipcFd, F_SETFL, O_NONBLOCK) == 0 && FCGX_GetChar(fastcgi->in) < 0 &&
	    FCGX_GetError(fastcgi->in) == 0)
		FCGX_Detach(fastcgi);
	FCGX_Finish_r(fastcgi);
}

static void *work(void *epoll)
{
	struct arena arena;
	FCGX_Request fastcgi;
	struct transport transport = {
		.handle = &fastcgi,
		.read = fastcgi_read,
		.read_soon = fastcgi_read_soon,
		.ended_well = fastcgi_ended_well,
		.write = fastcgi_write,
	};

	arena_init(&arena);
	FCGX_InitRequest(&fastcgi, STDIN_FILENO, 0);
	while (wait_connection((int)(intptr_t)epoll)) {
		pthread_rwlock_rdlock(&workers.requests);
		if (accept_next(&fastcgi)) {
			transport.environment = fastcgi.envp;
			exchange(workers.service, &transport, &arena);
			arena_reset(&arena);
			finish(&fastcgi);
		}
		pthread_rwlock_unlock(&workers.requests);
	}
	return NULL;
}

static bool watch(int epoll, int fd, unsigned what, unsigned flags)
{
	struct epoll_event event = { .events = EPOLLIN | flags, .data.u32 = what };

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* Let every worker have all the descriptors that it may need, as far as may be: without,
 * requests would be answered 503. */
static void take_descriptors(size_t count)
{
	struct rlimit limit;
	rlim_t wanted = (count + 1) * DESCRIPTORS_EACH;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
	if (limit.rlim_cur < wanted)
		log_line("%zu threads may need %llu open files, and %llu are allowed", count,
			 (unsigned long long)wanted, (unsigned long long)limit.rlim_cur);
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* What large requests took goes back to the system.  Left to itself glibc soon takes
 * even buffers of some MiB from the heaps of the threads, which seldom shrink. */
static void give_memory_back(void)
{
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
#endif
}

/* Accept without blocking, so that a worker who comes too late for a connection
 * goes back to waiting for the next, or for the end. */
static bool prepare(int *stopper)
{
	int flags = fcntl(STDIN_FILENO, F_GETFL), stop[2];

	if (flags < 0 || fcntl(STDIN_FILENO, F_SETFL, flags | O_NONBLOCK) < 0 ||
	    pipe2(stop, O_CLOEXEC) < 0)
		return false;
	workers.stop = stop[0];
	*stopper = stop[1];
	return FCGX_Init() == 0;
}

/* Each has an epoll instance of its own: of those who wait by the same one, a connection
 * wakes more and more until it is accepted. */
static bool start_worker(pthread_t *thread)
{
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	return epoll >= 0 && watch(epoll, STDIN_FILENO, CONNECTION, EPOLLEXCLUSIVE) &&
	       watch(epoll, workers.stop, STOP, 0) &&
	       pthread_create(thread, NULL, work, (void *)(intptr_t)epoll) == 0;
}

/* Wait for a moment without a request, in the socket's queue either: what waits there
 * would be lost with the socket, and the web server takes it for sent.  True, and no
 * request begins any more; false if there was no such moment for a long time. */
static bool wait_idle(void)
{
	static const struct timespec pause = { 0, 1000000 };
	struct pollfd socket = { .fd = STDIN_FILENO, .events = POLLIN };

	for (int tries = 0; tries < IDLE_TRIES; tries++) {
		if (pthread_rwlock_trywrlock(&workers.requests) == 0) {
			if (poll(&socket, 1, 0) == 0)
				return true;
			pthread_rwlock_unlock(&workers.requests);
		}
		nanosleep(&pause, NULL);
	}
	return false;
}

/* The signals are blocked before any thread starts, and taken here: no handler
 * ever interrupts a request. */
static int serve_fastcgi(const struct service *service, struct arena *arena)
{
	size_t wanted = service->settings->threads, started = 0;
	pthread_t *threads = arena_alloc(arena, wanted * sizeof(*threads));
	sigset_t signals;
	int stopper, number;

	take_descriptors(wanted);
	give_memory_back();
	workers.service = service;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	if (!prepare(&stopper)) {
		log_errno("cannot prepare for FastCGI");
		return 1;
	}
	while (started < wanted && start_worker(&threads[started]))
		started++;
	if (started == 0) {
		log_line("cannot start a thread");
		return 1;
	}
	sigwait(&signals, &number);
	if (wait_idle())
		return 0;
	close(stopper);
	while (started)
		pthread_join(threads[--started], NULL);
	return 0;
}

static bool may_do(const struct settings *settings, enum right right)
{
	return access_may_allow(settings, right) && right_changes(right) && !settings->read_only &&
	       (right != RIGHT_DELETE || settings->delete_allowed);
}

/* Will this program ever write to the store? */
static bool is_writer(const struct settings *settings, const struct action *actions, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (may_do(settings, actions[i].right))
			return true;
	return false;
}

/* The first token makes the file of keys, be the store as read-only as may be. */
static bool makes_tokens(const struct settings *settings, const struct action *actions)
{
	return settings->tokens && actions[0].route == ROUTE_TOKEN;
}

/* All but writing where this program may have to: in the store, and where its keys are. */
static void give_up(const struct settings *settings, const struct store *store, bool writer,
		    const struct action *actions, struct arena *arena)
{
	bool keys = makes_tokens(settings, actions);
	int writable[2], elsewhere = -1;
	size_t count = 0;

	if (writer || (keys && !settings->token_keys))
		writable[count++] = store->root;
	if (keys && settings->token_keys)
		elsewhere = whole_file_directory(arena, settings->token_keys);
	if (elsewhere >= 0)
		writable[count++] = elsewhere;
	confine(writable, count);
	if (elsewhere >= 0)
		close(elsewhere);
}

int serve(const char *program, const struct action *actions, size_t count)
{
	struct arena arena;
	struct settings settings;
	struct store store;
	struct service service = { .actions = actions, .action_count = count, .store = &store };
	bool is_cgi = FCGX_IsCGI(), writer, usable;
	int status;

	log_init(program);
	umask(0);
	setenv("TZ", "UTC0", 0); /* no local time is told: no file about it is read */
	signal(SIGPIPE, SIG_IGN);
	arena_init(&arena);
	usable = settings_read(&settings, &arena, environ);
	writer = usable && is_writer(&settings, actions, count);
	usable = usable && store_open(&store, settings.storage, writer);
	if (usable)
		give_up(&settings, &store, writer, actions, &arena);
	store.durable = settings.durable;
	store.many = settings.hosts == HOSTS_MANY;
	store.reserve = settings.reserve;
	store.lock_seconds = (unsigned)settings.lock_wait;
	store.immutable = settings.immutable;
	usable = usable && (settings.hosts != HOSTS_MANY || checked_holds(&store, &arena));
	service.settings = usable ? &settings : NULL;
	service.access = usable ? access_open(&arena, &settings) : NULL;
	if (is_cgi)
		status = serve_cgi(&service, &arena);
	else
		status = usable ? serve_fastcgi(&service, &arena) : 1;
	arena_reset(&arena);
	return status;
}
