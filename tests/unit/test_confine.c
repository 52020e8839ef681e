/* test_confine.c - confine.h: what a program cannot do any more, and what it still can
 * SPDX-License-Identifier: ISC
 *
 * Each case is done by a child of its own, once free and once confined: free it must
 * succeed, for what never works proves nothing. */
#include "confine.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "scratch.h"
#include "tap.h"

enum role { FREE, READER, WRITER, ROLES };

static int root, listening;
static struct sockaddr_in address = { .sin_family = AF_INET };

static bool opens(const char *path, int flags)
{
	int fd = openat(scratch, path, flags | O_CLOEXEC, 0640);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool read_file(void)
{
	return opens("root/a/file", O_RDONLY);
}

static bool read_above(void)
{
	return opens("beside", O_RDONLY);
}

static bool write_file(void)
{
	return opens("root/a/file", O_WRONLY);
}

static bool write_cut(void)
{
	return truncate("root/a/file", 0) == 0;
}

static bool write_new(void)
{
	return opens("root/a/new", O_WRONLY | O_CREAT | O_EXCL);
}

static bool write_directory(void)
{
	return mkdirat(root, "a/directory", 0750) == 0;
}

static bool write_move(void)
{
	return renameat(root, "a/file", root, "b/file") == 0;
}

static bool write_remove(void)
{
	return unlinkat(root, "a/file", 0) == 0 && unlinkat(root, "b", AT_REMOVEDIR) == 0;
}

static bool write_by_path(void)
{
	char path[8192];
	int fd;

	snprintf(path, sizeof(path), "%s/root/a/file", scratch_path);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool write_beside(void)
{
	return opens("beside", O_WRONLY);
}

static bool new_beside(void)
{
	return opens("new", O_WRONLY | O_CREAT | O_EXCL);
}

static bool move_out(void)
{
	return renameat(root, "a/file", scratch, "file") == 0;
}

static bool remove_beside(void)
{
	return unlinkat(scratch, "beside", 0) == 0;
}

static bool link_in(void)
{
	return symlinkat("/etc/passwd", root, "a/link") == 0;
}

static bool fifo_in(void)
{
	return mkfifoat(root, "a/fifo", 0600) == 0;
}

static char own_name[] = "true";
static char *const arguments[] = { own_name, NULL };

static bool run_program(void)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		execv("/bin/true", arguments);
		_exit(1);
	}
	return waitpid(child, &status, 0) == child && status == 0;
}

/* It is no program; but who may run it is told that, and who may not is not. */
static bool run_pushed(void)
{
	execv("root/a/program", arguments);
	return errno == ENOEXEC;
}

static bool connect_out(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;
}

static bool listen_anew(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return bind(fd, (const struct sockaddr *)&any, sizeof(any)) == 0;
}

static bool signal_parent(void)
{
	return kill(getppid(), 0) == 0;
}

static const struct {
	const char *name;
	bool (*can)(void);
	long since; /* the version of Landlock; a writer needs 2 at least */
	bool reader, writer;
} cases[] = {
	{ "read a file of the store", read_file, 1, true, true },
	{ "read a file elsewhere", read_above, 1, true, true },
	{ "write to a file of the store", write_file, 1, false, true },
	{ "write to it by its absolute path", write_by_path, 1, false, true },
	{ "cut a file of the store", write_cut, 3, false, true },
	{ "make a file in the store", write_new, 1, false, true },
	{ "make a directory in the store", write_directory, 1, false, true },
	{ "move a file within the store", write_move, 1, false, true },
	{ "remove files and directories of the store", write_remove, 1, false, true },
	{ "write to a file elsewhere", write_beside, 1, false, false },
	{ "make a file elsewhere", new_beside, 1, false, false },
	{ "move a file out of the store", move_out, 1, false, false },
	{ "remove a file elsewhere", remove_beside, 1, false, false },
	{ "make a symbolic link", link_in, 1, false, false },
	{ "make a pipe with a name", fifo_in, 1, false, false },
	{ "run a program", run_program, 1, false, false },
	{ "run a program that lies in the store", run_pushed, 1, false, false },
	{ "make a connection", connect_out, 4, false, false },
	{ "listen on another port", listen_anew, 4, false, false },
	{ "signal other processes", signal_parent, 6, false, false },
};

/* The store is `root`, and this its surroundings. */
static void make_tree(void)
{
	scratch_must(mkdirat(scratch, "root", 0750) == 0 && mkdirat(scratch, "root/a", 0750) == 0 &&
		     mkdirat(scratch, "root/b", 0750) == 0, "mkdir");
	scratch_put("root/a/file", "text");
	scratch_put("root/a/program", "text");
	scratch_must(fchmodat(scratch, "root/a/program", 0750, 0) == 0, "chmod");
	scratch_put("beside", "text");
	root = openat(scratch, "root", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	scratch_must(root >= 0, "root");
}

static void remove_tree(void)
{
	static const char *const left[] = {
		"root/a/new", "root/a/link", "root/a/fifo", "root/a/file", "root/a/program",
		"root/b/file", "beside", "new", "file",
	};

	close(root);
	for (size_t i = 0; i < sizeof(left) / sizeof(*left); i++)
		unlinkat(scratch, left[i], 0);
	unlinkat(scratch, "root/a/directory", AT_REMOVEDIR);
	unlinkat(scratch, "root/a", AT_REMOVEDIR);
	unlinkat(scratch, "root/b", AT_REMOVEDIR);
	scratch_must(unlinkat(scratch, "root", AT_REMOVEDIR) == 0, "rmdir");
}

static bool try_as(enum role role, bool (*can)(void))
{
	pid_t child;
	int status;

	make_tree();
	fflush(stdout);
	child = fork();
	if (child == 0) {
		if (role != FREE)
			confine(&root, role == WRITER);
		_exit(can() ? 0 : 1);
	}
	scratch_must(child > 0 && waitpid(child, &status, 0) == child, "child");
	remove_tree();
	return status == 0;
}

static void listen_here(void)
{
	socklen_t length = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	scratch_must(bind(listening, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
		     listen(listening, 16) == 0 &&
		     getsockname(listening, (struct sockaddr *)&address, &length) == 0, "listen");
}

static void skip(const char *name, const char *why)
{
	printf("ok %d - %s # SKIP %s\n", ++tap_count, name, why);
}

static void test_all(long version)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		if (version < 2 || version < cases[i].since) {
			skip(cases[i].name, "the Landlock of this kernel cannot refuse that");
			continue;
		}
		ok(try_as(FREE, cases[i].can), "anybody can %s", cases[i].name);
		ok(try_as(READER, cases[i].can) == cases[i].reader, "a reader can%s %s",
		   cases[i].reader ? "" : "not", cases[i].name);
		ok(try_as(WRITER, cases[i].can) == cases[i].writer, "a writer can%s %s",
		   cases[i].writer ? "" : "not", cases[i].name);
	}
}

/* In this process, as the last thing: there is no way back.  Root could confine itself
 * and gain privileges all the same. */
static void test_limits(void)
{
	struct rlimit limit = { 4096, 4096 };
	bool confined;

	setrlimit(RLIMIT_CORE, &limit); /* fails where it is nothing already */
	confined = confine(&scratch, 1);
	ok(!confined || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1, "no privileges can be gained");
	is_number(getrlimit(RLIMIT_CORE, &limit), 0, "the limit for cores");
	ok(limit.rlim_cur == 0 && limit.rlim_max == 0, "no core can be dumped");
}

int main(void)
{
	alarm(120);
	scratch_make();
	scratch_must(chdir(scratch_path) == 0, "chdir");
	listen_here();
	test_all(syscall(444, NULL, 0, 1));
	test_limits();
	scratch_remove();
	return done_testing();
}
