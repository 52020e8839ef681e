/* test_file.c - file.h, with openat2 and without
 * SPDX-License-Identifier: ISC */
#include "file_open.c" /* for without_openat2 */

#include "arena.h"
#include "scratch.h"
#include "tap.h"

static struct arena arena;
static const char *way;

/* A tree with a way out at every place:
 *	in/file  in/out -> outside  in/up -> ..  in/loop -> loop
 *	in/link -> file  outside/secret */
static void make_tree(void)
{
	scratch_must(mkdirat(scratch, "in", 0755) == 0 &&
		     mkdirat(scratch, "in/deep", 0755) == 0 &&
		     mkdirat(scratch, "outside", 0755) == 0 &&
		     symlinkat("../outside", scratch, "in/out") == 0 &&
		     symlinkat("..", scratch, "in/up") == 0 &&
		     symlinkat("loop", scratch, "in/loop") == 0 &&
		     symlinkat("file", scratch, "in/link") == 0 &&
		     symlinkat("deep", scratch, "in/deeper") == 0 &&
		     symlinkat("nowhere", scratch, "in/dangling") == 0, "tree");
	scratch_put("in/file", "inside");
	scratch_put("in/deep/file", "deep");
	scratch_put("outside/secret", "secret");
}

static bool leads_out(int fd)
{
	int cause = errno;

	if (fd >= 0)
		close(fd);
	return fd < 0 && (cause == ELOOP || cause == EXDEV);
}

static void test_open(int in)
{
	static const struct {
		const char *path;
		bool good;
	} cases[] = {
		{ "file", true }, { "deep/file", true }, { "deep", true },
		{ "..", false }, { "../outside/secret", false },
		{ "deep/../../outside/secret", false }, { "deep/../file", false },
		{ "/", false }, { "/etc/passwd", false }, { "/proc/self/cwd", false },
		{ "link", false }, { "out", false }, { "up", false }, { "loop", false },
		{ "dangling", false }, { "deeper", false },
		{ "out/secret", false }, { "up/outside/secret", false }, { "deeper/file", false },
		{ "loop/file", false }, { "up/in/file", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int fd = file_open(in, cases[i].path, O_RDONLY, 0);

		if (cases[i].good) {
			ok(fd >= 0, "%s: opens %s", way, cases[i].path);
			ok(fd >= 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC, "closed at exec");
			close(fd);
			continue;
		}
		ok(leads_out(fd), "%s: %s is refused, as leading out", way, cases[i].path);
		ok(leads_out(file_open(in, cases[i].path, O_PATH, 0)), "%s: %s with O_PATH", way,
		   cases[i].path);
		fd = file_open(in, cases[i].path, O_WRONLY | O_CREAT, 0640);
		ok(fd < 0, "%s: %s to create it", way, cases[i].path);
		fd = file_open_directory(in, cases[i].path);
		ok(fd < 0, "%s: %s as a directory", way, cases[i].path);
	}
	ok(leads_out(file_open(in, "../in/file", O_RDONLY, 0)), "%s: out and in again", way);
	ok(file_open(in, "none", O_RDONLY, 0) < 0 && errno == ENOENT, "%s: nothing there", way);
	ok(file_open(in, "none/file", O_RDONLY, 0) < 0 && errno == ENOENT, "%s: nor before", way);
	ok(file_open(in, "file/file", O_RDONLY, 0) < 0 && errno == ENOTDIR, "%s: below a file",
	   way);
	ok(file_open(in, "", O_RDONLY, 0) < 0 && errno == ENOENT, "%s: no path at all", way);
	is_text(scratch_get("outside/secret"), "secret", "outside is as it was");
	ok(!scratch_has("in/nowhere"), "and nothing was made");
}

/* Whatever takes a path refuses the same. */
static void test_others(int in)
{
	static const char *const cases[] = {
		"..", "../outside", "../outside/secret", "out/secret", "up/outside/secret",
		"out/new", "up/new", "../new", "deeper/file", "loop/x",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *path = cases[i];
		size_t length;

		ok(file_make_directories(in, arena_printf(&arena, "%s/made", path)) < 0,
		   "%s: makes nothing in %s", way, path);
		ok(file_rename(in, "file", path) < 0, "%s: no rename to %s", way, path);
		ok(file_rename(in, path, "taken") < 0, "%s: no rename from %s", way, path);
		ok(file_unlink(in, path) < 0, "%s: no unlink of %s", way, path);
		ok(file_remove_directory(in, path) < 0, "%s: no rmdir of %s", way, path);
		ok(file_touch(in, path) < 0, "%s: no touch of %s", way, path);
		ok(!file_read(&arena, in, path, 100, &length), "%s: no read of %s", way, path);
	}
	ok(file_unlink(in, ".") < 0 && file_remove_directory(in, "deep/.") < 0 &&
	   file_rename(in, "deep/.", "taken") < 0 && file_remove_directory(in, "deep/..") < 0,
	   "%s: dots are no names", way);
	ok(!scratch_has("outside/made") && !scratch_has("made") && !scratch_has("outside/new"),
	   "%s: nothing was made outside", way);
	is_text(scratch_get("outside/secret"), "secret", "what is outside stays");
	is_text(scratch_get("in/file"), "inside", "and what is inside");
}

static void test_directories(int in)
{
	static const struct {
		const char *path;
		int made;
	} cases[] = {
		{ "a", 1 }, { "a", 0 }, { "a/b/c", 2 }, { "a/b/c", 0 }, { "a/b", 0 },
		{ "a/b/d/e/f", 3 }, { "x/y", 2 }, { "deep/z", 1 },
		{ "file/a", -1 }, { "link/a", -1 }, { "out/a", -1 }, { "a/../b", -1 },
		{ "", -1 }, { "/a", -1 },
	};
	static const mode_t masks[] = { 0, 077, 0777 };

	for (size_t m = 0; m < sizeof(masks) / sizeof(*masks); m++) {
		umask(masks[m]);
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			const char *path = cases[i].path;

			is_number(file_make_directories(in, path), cases[i].made, path);
			if (cases[i].made > 0)
				is_number(scratch_mode(arena_printf(&arena, "in/%s", path)),
					  DIRECTORY_MODE, "its mode");
		}
		is_number(scratch_mode("in/a/b/d"), DIRECTORY_MODE, "the mode of one on the way");
		umask(0);
		ok(file_remove_tree(in, "a") == 0 && file_remove_tree(in, "x") == 0 &&
		   file_remove_tree(in, "deep/z") == 0, "all gone again");
	}
	ok(!scratch_has("outside/a"), "nothing was made outside");
}

static void test_remove(int in)
{
	file_make_directories(in, "tree/a/b");
	scratch_must(symlinkat("../../../outside", scratch, "in/tree/a/planted") == 0 &&
		     symlinkat("/", scratch, "in/tree/root") == 0, "links");
	scratch_put("in/tree/file", "");
	scratch_put("in/tree/a/b/file", "");
	ok(file_remove_tree(in, "tree") == 0, "%s: a tree goes", way);
	ok(!scratch_has("in/tree"), "all of it");
	is_text(scratch_get("outside/secret"), "secret", "but not what links in it lead to");
	ok(file_remove_tree(in, "out") < 0, "%s: a link is no tree", way);
	ok(file_remove_tree(in, "out/") < 0 && file_remove_tree(in, "up/outside") < 0,
	   "nor what is behind it");
	is_text(scratch_get("outside/secret"), "secret", "which stays");
	ok(file_remove_tree(in, "file") < 0 && errno == ENOTDIR, "nor is a file");
	ok(file_remove_tree(in, "none") < 0 && errno == ENOENT, "nor is nothing");
}

static bool count_entries(const char *name, void *context)
{
	int *count = context;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		*count += 1000;
	return ++*count != 3;
}

static void test_files(int in)
{
	size_t length = 99;
	char buffer[8];
	struct stat status;
	int count = 0, fd;

	is_text(file_read(&arena, in, "file", 6, &length), "inside", "a file of just the size");
	is_number((long long)length, 6, "its length");
	ok(!file_read(&arena, in, "file", 5, &length) && errno == EFBIG, "one that is larger");
	ok(!file_read(&arena, in, "deep", 100, &length), "a directory");
	ok(!file_read(&arena, in, "none", 100, &length) && errno == ENOENT, "nothing");
	scratch_must(mkfifoat(scratch, "in/fifo", 0600) == 0, "mkfifo");
	ok(!file_read(&arena, in, "fifo", 100, &length), "a FIFO is not waited for");

	fd = file_open(in, "new", O_RDWR | O_CREAT | O_EXCL, FILE_MODE_DONE);
	is_number(scratch_mode("in/new"), FILE_MODE_DONE, "a new file has its mode");
	ok(file_write_at(fd, "abcdef", 6, 2) == 0, "written at an offset");
	is_number(file_read_at(fd, buffer, 8, 0), 8, "read as much as is asked");
	ok(memcmp(buffer, "\0\0abcdef", 8) == 0, "and as it was written");
	is_number(file_read_at(fd, buffer, 8, 5), 3, "read up to the end");
	is_number(file_read_at(fd, buffer, 8, 8), 0, "read at the end");
	is_number(file_read_at(-1, buffer, 8, 0), -1, "read from nothing");
	is_number(file_write_at(-1, "a", 1, 0), -1, "written to nothing");
	close(fd);
	ok(file_open(in, "new", O_RDWR | O_CREAT | O_EXCL, 0640) < 0 && errno == EEXIST,
	   "it is there already");

	utimensat(scratch, "in/new", (struct timespec[]){ { 1, 0 }, { 1, 0 } }, 0);
	ok(file_touch(in, "new") == 0 && fstatat(scratch, "in/new", &status, 0) == 0 &&
	   status.st_mtime > 1000000, "a touch makes it young");
	ok(file_rename(in, "new", "deep/moved") == 0 && scratch_has("in/deep/moved") &&
	   !scratch_has("in/new"), "a rename");
	ok(file_remove_directory(in, "deep/moved") < 0 && errno == ENOTDIR, "rmdir of a file");
	ok(file_unlink(in, "deep/moved") == 0 && !scratch_has("in/deep/moved"), "an unlink");
	ok(file_unlink(in, "deep/moved") < 0 && errno == ENOENT, "and once more");
	ok(file_unlink(in, "fifo") == 0, "a FIFO goes too");
	ok(file_remove_directory(in, "deep") < 0 && errno == ENOTEMPTY, "rmdir of a full one");

	ok(file_sync_directory(in, "deep") == 0, "a directory is synced");
	ok(file_sync_directory(in, "file") < 0 && file_sync_directory(in, "out") < 0,
	   "a file is none, nor a link");

	ok(file_each(in, "deep", count_entries, &count) == 0 && count == 1, "one entry");
	count = 0;
	ok(file_each(in, ".", count_entries, &count) == 0 && count == 3, "stopped at the third");
	ok(file_each(in, "none", count_entries, &count) < 0 && errno == ENOENT, "no directory");
	ok(file_each(in, "file", count_entries, &count) < 0 && errno == ENOTDIR, "a file");
	ok(file_each(in, "out", count_entries, &count) < 0, "a link");
}

static void test_outcome(void)
{
	static const struct {
		int cause;
		enum outcome outcome;
	} cases[] = {
		{ ENOENT, MISSING }, { ENOTDIR, MISSING }, { ENOSPC, FULL }, { EDQUOT, FULL },
		{ EMFILE, BUSY }, { ENFILE, BUSY }, { ENOLCK, BUSY }, { EIO, FAILED },
		{ ELOOP, FAILED }, { EXDEV, FAILED }, { EACCES, FAILED }, { EROFS, FAILED },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum outcome outcome;
		const char *said;

		scratch_listen();
		errno = cases[i].cause;
		outcome = file_outcome("cannot try", "some/path");
		said = scratch_said();
		is_number(outcome, cases[i].outcome, strerror(cases[i].cause));
		ok(cases[i].outcome == MISSING ? !*said : strstr(said, "cannot try 'some/path'") &&
		   strstr(said, strerror(cases[i].cause)), "logged or not");
	}
}

static void test_unique(void)
{
	const char *one = file_unique(&arena), *other = file_unique(&arena);

	ok(strlen(one) == 32 && strspn(one, "0123456789abcdef") == 32, "32 digits");
	ok(strcmp(one, other) != 0, "never the same");
}

int main(void)
{
	arena_init(&arena);
	for (int without = 0; without < 2; without++) {
		int in;

		scratch_make();
		make_tree();
		in = openat(scratch, "in", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		atomic_store(&without_openat2, without);
		way = without ? "by components" : "openat2";
		test_open(in);
		test_others(in);
		test_directories(in);
		test_remove(in);
		test_files(in);
		ok(without || !atomic_load(&without_openat2) || errno == ENOSYS,
		   "it was done by %s", way);
		close(in);
		scratch_remove();
	}
	scratch_make();
	test_outcome();
	scratch_remove();
	test_unique();
	arena_reset(&arena);
	return done_testing();
}
