/* test_server.c - server.h: a FastCGI program, and that SIGTERM ends no request
 * SPDX-License-Identifier: ISC
 *
 * The program is a child of this one, with actions of its own: one answers at
 * once, the other says that it has begun, and waits until it is told to go on.  And
 * whether an answer that needs no body waits for its end; when a connection is closed;
 * and how many threads one wakes. */
#include "server.h"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include "scratch.h"
#include "tap.h"

static int begun[2], go[2];

static void answer_at_once(struct request *request, struct response *response)
{
	(void)request;
	response_empty(response, NO_CONTENT);
}

static void answer_late(struct request *request, struct response *response)
{
	char byte = 'b';

	(void)request;
	scratch_must(write(begun[1], &byte, 1) == 1 && read(go[0], &byte, 1) == 1, "wait");
	response_empty(response, NO_CONTENT);
}

static const struct action actions[] = {
	{ ROUTE_BASE, METHOD_GET, RIGHT_PING, 0, answer_at_once, NULL },
	{ ROUTE_CATALOG, METHOD_GET, RIGHT_CATALOG, 0, answer_late, NULL },
};

static const char at_once[] = "/v2/", late[] = "/v2/_catalog";

/* Its path must be short: it is relative to the scratch directory. */
static const struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "socket" };

static pid_t start(const char *threads)
{
	int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t child;

	unlink(address.sun_path);
	scratch_must(bind(listening, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
		     listen(listening, 16) == 0 && pipe(begun) == 0 && pipe(go) == 0, "socket");
	setenv("HYTHE_THREADS", threads, true);
	fflush(stdout);
	child = fork();
	if (child == 0) {
		dup2(listening, STDIN_FILENO);
		close(listening);
		_exit(serve("test", actions, COUNT(actions)));
	}
	scratch_must(child > 0, "fork");
	close(listening);
	return child;
}

/* Add a FastCGI record; returns where the next goes. */
static char *add_record(char *at, char type, const void *bytes, size_t length)
{
	const char header[8] = { 1, type, 0, 1, (char)(length >> 8), (char)length, 0, 0 };

	memcpy(at, header, sizeof(header));
	memcpy(at + sizeof(header), bytes, length);
	return at + sizeof(header) + length;
}

/* Add a parameter; returns where the next goes. */
static char *add_parameter(char *at, const char *name, const char *value)
{
	return at + sprintf(at, "%c%c%s%s", (int)strlen(name), (int)strlen(value), name, value);
}

/* Send a request but for its body, and leave the answer for later. */
static int begin(const char *method, const char *path, const char *protocol)
{
	static const char responder[8] = { 0, 1, 0 }; /* and no connection kept */
	const struct timeval patience = { .tv_sec = 20 };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char parameters[256], bytes[512], *end;

	end = add_parameter(parameters, "REQUEST_METHOD", method);
	end = add_parameter(end, "REQUEST_URI", path);
	end = add_parameter(end, "SERVER_PROTOCOL", protocol);
	*end = 0;
	end = add_record(bytes, 1, responder, sizeof(responder));
	end = add_record(end, 4, parameters, strlen(parameters));
	end = add_record(end, 4, "", 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	scratch_must(connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
		     write(fd, bytes, (size_t)(end - bytes)) == end - bytes, "ask");
	return fd;
}

/* Send some of the body, or with "" its end; false if nobody wants it any more. */
static bool send_body(int fd, const char *text)
{
	char bytes[512];
	size_t length = (size_t)(add_record(bytes, 5, text, strlen(text)) - bytes);

	return send(fd, bytes, length, MSG_NOSIGNAL) == (ssize_t)length;
}

/* Send a GET, and leave the answer for later. */
static int ask(const char *path)
{
	int fd = begin("GET", path, "HTTP/1.1");

	scratch_must(send_body(fd, ""), "ask");
	return fd;
}

static bool is_silent(int fd, int milliseconds)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };

	return poll(&ready, 1, milliseconds) == 0;
}

static void is_told(int fd, const char *status, const char *name)
{
	char bytes[2048];
	size_t length = 0;
	ssize_t count;

	while (length < sizeof(bytes) &&
	       (count = read(fd, bytes + length, sizeof(bytes) - length)) > 0)
		length += (size_t)count;
	close(fd);
	ok(memmem(bytes, length, status, strlen(status)) != NULL, "%s", name);
}

static void is_answered(int fd, const char *name)
{
	is_told(fd, "Status: 204", name);
}

static bool wait_begun(void)
{
	struct pollfd ready = { .fd = begun[0], .events = POLLIN };
	char byte;

	return poll(&ready, 1, 20000) == 1 && read(begun[0], &byte, 1) == 1;
}

static void let_go(void)
{
	scratch_must(write(go[1], "g", 1) == 1, "go");
}

static void stop(pid_t child)
{
	static const struct timespec moment = { 0, 200000000 };

	kill(child, SIGTERM);
	nanosleep(&moment, NULL); /* or what follows would prove less */
}

static void ends(pid_t child)
{
	int status = -1;

	scratch_must(waitpid(child, &status, 0) == child, "wait");
	is_number(status, 0, "the program ends in good order");
	for (int i = 0; i < 2; i++) {
		close(begun[i]);
		close(go[i]);
	}
}

static void test_idle(void)
{
	pid_t child = start("4");

	is_answered(ask(at_once), "a request");
	stop(child);
	ends(child);
}

static void test_queue(void)
{
	enum { QUEUED = 5 };
	pid_t child = start("1");
	int first = ask(late), queued[QUEUED];

	ok(wait_begun(), "begun");
	for (int i = 0; i < QUEUED; i++)
		queued[i] = ask(at_once);
	stop(child);
	let_go();
	is_answered(first, "the request under way");
	for (int i = 0; i < QUEUED; i++)
		is_answered(queued[i], "one that waited for the only worker");
	ends(child);
}

static void test_long_request(void)
{
	pid_t child = start("2");
	int first = ask(late);

	ok(wait_begun(), "begun");
	stop(child);
	for (int i = 0; i < 3; i++)
		is_answered(ask(at_once), "a new request beside one from before");
	let_go();
	is_answered(first, "the one from before");
	ends(child);
}

/* A program that was allowed less than its threads need, but may have it. */
static void test_descriptors(void)
{
	enum { AT_ONCE = 12 };
	struct rlimit limit, low;
	int asked[AT_ONCE];
	size_t begins = 0;
	pid_t child;

	scratch_must(getrlimit(RLIMIT_NOFILE, &limit) == 0, "limit");
	low = (struct rlimit){ 16, limit.rlim_max };
	scratch_must(setrlimit(RLIMIT_NOFILE, &low) == 0, "limit");
	child = start("12");
	scratch_must(setrlimit(RLIMIT_NOFILE, &limit) == 0, "limit");
	for (int i = 0; i < AT_ONCE; i++)
		asked[i] = ask(late);
	while (begins < AT_ONCE && wait_begun())
		begins++;
	is_number((long long)begins, AT_ONCE, "all threads are at work");
	for (int i = 0; i < AT_ONCE; i++)
		let_go();
	for (int i = 0; i < AT_ONCE; i++)
		is_answered(asked[i], "one of many at once");
	stop(child);
	ends(child);
}

/* A method that is not allowed here: there is nothing to do with the body. */
static int refuse(const char *protocol)
{
	int fd = begin("PUT", at_once, protocol);

	scratch_must(send_body(fd, "half"), "half a body");
	return fd;
}

/* Where web servers cannot read on after an answer, it waits for the body, but
 * neither for ever nor for as long as something comes. */
static void test_early_answer(void)
{
	static const char refused[] = "Status: 405";
	pid_t child = start("4");
	int whole = refuse("HTTP/2.0"), none = refuse("HTTP/2.0"), slow = refuse("HTTP/2.0");

	is_told(refuse("HTTP/1.1"), refused, "HTTP/1.1: at once");
	ok(is_silent(whole, 200), "HTTP/2: not in the middle of the body");
	scratch_must(send_body(whole, "rest") && send_body(whole, ""), "the rest");
	is_told(whole, refused, "but at its end");
	while (is_silent(slow, 20) && send_body(slow, "x"))
		;
	is_told(slow, refused, "and to one that sends slowly, for ever");
	is_told(none, refused, "and to one that sends no more");
	stop(child);
	ends(child);
}

/* Read the answer, and then see whether the connection is there for more. */
static bool takes_more_after(int fd)
{
	char bytes[2048];
	bool more;

	while (read(fd, bytes, sizeof(bytes)) > 0)
		;
	more = send_body(fd, "more");
	close(fd);
	return more;
}

/* A web server that finds the connection closed while it still sends may lose the
 * answer, but one that has sent all needs nobody to wait for it. */
static void test_closing(void)
{
	pid_t child = start("1");
	int unfinished = begin("GET", at_once, "HTTP/1.1"), tries = 100;
	bool open;

	ok(takes_more_after(unfinished), "before the end of the body: open for the rest");
	/* The answer may be faster than the end that is sent. */
	do
		open = takes_more_after(ask(at_once));
	while (open && --tries);
	ok(!open, "after it: closed at once");
	stop(child);
	ends(child);
}

/* How often threads of the process have gone to sleep so far. */
static long long sleeps_of(pid_t child)
{
	char command[128], line[64];
	long long sum = -1;
	FILE *lines;

	snprintf(command, sizeof(command), "awk '/^voluntary/ { sum += $2 } END { print sum }' "
		 "/proc/%d/task/*/status", (int)child);
	lines = popen(command, "r");
	if (lines && fgets(line, sizeof(line), lines))
		sum = atoll(line);
	scratch_must(lines && pclose(lines) == 0 && sum >= 0, "count");
	return sum;
}

/* One who waits for connections, and no more: it sleeps then, and maybe for the request. */
static void test_waking(void)
{
	enum { ASKED = 200 };
	static const struct timespec moment = { 0, 1000000 };
	pid_t child = start("16");
	long long before;

	is_answered(ask(at_once), "a request");
	before = sleeps_of(child);
	for (int i = 0; i < ASKED; i++) {
		int fd = ask(at_once);
		char bytes[512];

		while (read(fd, bytes, sizeof(bytes)) > 0)
			;
		close(fd);
		nanosleep(&moment, NULL); /* all wait again */
	}
	before = sleeps_of(child) - before;
	ok(before <= 3 * ASKED, "%d connections wake no more than one of 16 threads each: %lld "
	   "sleeps", ASKED, before);
	stop(child);
	ends(child);
}

int main(void)
{
	alarm(120);
	scratch_make();
	scratch_must(chdir(scratch_path) == 0, "chdir");
	setenv("HYTHE_CONFIG", "/dev/null", true);
	setenv("HYTHE_STORAGE", scratch_path, true);
	test_idle();
	test_queue();
	test_long_request();
	test_descriptors();
	test_early_answer();
	test_closing();
	test_waking();
	scratch_remove();
	return done_testing();
}
