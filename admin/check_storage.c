/* check_storage.c - hythe check-storage: can a directory be a store?
 * SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "checked.h"
#include "command.h"
#include "file.h"
#include "file_system.h"
#include "log.h"
#include "probe.h"
#include "server.h"
#include "store.h"

enum { PROBE_SECONDS = 120 };

struct checking {
	struct arena arena;
	const char *paths[SIDES]; /* the second is NULL without a pair */
	struct store store;	  /* the first */
	int roots[SIDES];
	const char *scratch; /* name of the directory for the probes */
	struct file_system_mount mount;
	struct probing probing;
	unsigned kept, doubted, broken;
};

/* What is known to help, by the beginning of a file system's type and, if it is not
 * about all of them, a probe. */
static const struct {
	const char *type, *probe, *advice;
} remedies[] = {
	{ "fuse.sshfs", NULL, "none: sshfs takes no locks to the server" },
	{ "fuse.glusterfs", NULL,
	  "switch the volume's performance translators off, and mount with "
	  "direct-io-mode=enable,attribute-timeout=0,entry-timeout=0" },
	{ "nfs", "lock", "mount without nolock, and with local_lock=none; not tried" },
	{ "nfs", NULL, "mount with lookupcache=none,noac; not tried" },
	{ "cifs", "lock", "mount without nobrl; not tried" },
	{ "cifs", NULL, "mount with cache=none,serverino; not tried" },
};

static const char *find_remedy(const struct checking *checking, const char *probe)
{
	for (size_t i = 0; i < COUNT(remedies); i++)
		if (strncmp(checking->mount.type, remedies[i].type, strlen(remedies[i].type)) ==
			    0 &&
		    (!remedies[i].probe ||
		     strncmp(probe, remedies[i].probe, strlen(remedies[i].probe)) == 0))
			return remedies[i].advice;
	return NULL;
}

static void print_line(struct checking *checking, enum verdict verdict, const char *name,
		       const char *found, const char *breaks)
{
	static const char *const words[] = {
		[KEPT_IT] = "ok",
		[DOUBTED] = "note",
		[BROKE_IT] = "FAILED",
	};
	const char *remedy = verdict == BROKE_IT ? find_remedy(checking, name) : NULL;

	printf("%-6s  %-11s  %s\n", words[verdict], name, found);
	if (verdict != KEPT_IT)
		printf("%21sbreaks: %s\n", "", breaks);
	if (remedy)
		printf("%21sremedy: %s\n", "", remedy);
	fflush(stdout);
	checking->kept += verdict == KEPT_IT;
	checking->doubted += verdict == DOUBTED;
	checking->broken += verdict == BROKE_IT;
}

static void run_all(struct checking *checking, const struct probe *probes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		enum verdict verdict = probe_run(&probes[i], &checking->probing, PROBE_SECONDS);

		print_line(checking, verdict, probes[i].name, checking->probing.found,
			   probes[i].breaks);
	}
}

static bool open_root(struct checking *checking, int side)
{
	const char *path = checking->paths[side];

	checking->roots[side] = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (checking->roots[side] < 0)
		log_errno("cannot open '%s'", path);
	else
		arena_own_fd(&checking->arena, checking->roots[side]);
	return checking->roots[side] >= 0;
}

/* Two mounts have two devices, else the kernel has one and the same state for both. */
static bool is_pair(const struct checking *checking)
{
	struct stat here, there;

	if (fstat(checking->roots[HERE], &here) < 0 || fstat(checking->roots[THERE], &there) < 0) {
		log_errno("cannot look at '%s'", checking->paths[THERE]);
		return false;
	}
	if (here.st_dev != there.st_dev)
		return true;
	log_line("'%s' and '%s' are one mount for the kernel, and show nothing about two hosts: "
		 "mount it once more with nosharecache (nfs, cifs) or noshare (ceph)",
		 checking->paths[HERE], checking->paths[THERE]);
	return false;
}

static bool open_sides(struct checking *checking)
{
	bool both = checking->paths[THERE] != NULL;

	if (!open_root(checking, HERE) || (both && !open_root(checking, THERE)))
		return false;
	if (both && !is_pair(checking))
		return false;
	checking->probing.is_pair = both;
	checking->scratch =
		arena_printf(&checking->arena, ".hythe-check-%s", file_unique(&checking->arena));
	if (file_make_directories(checking->roots[HERE], checking->scratch) < 0) {
		log_errno("cannot make a directory in '%s'", checking->paths[HERE]);
		return false;
	}
	checking->probing.sides[HERE] =
		file_open_directory(checking->roots[HERE], checking->scratch);
	checking->probing.sides[THERE] =
		file_open_directory(checking->roots[both ? THERE : HERE], checking->scratch);
	if (checking->probing.sides[HERE] >= 0 && checking->probing.sides[THERE] >= 0)
		return true;
	log_line("a directory that was made in '%s' is not in '%s'", checking->paths[HERE],
		 checking->paths[both ? THERE : HERE]);
	file_remove_tree(checking->roots[HERE], checking->scratch);
	return false;
}

static bool print_mounts(struct checking *checking)
{
	for (int side = THERE; side >= HERE; side--) {
		if (!checking->paths[side])
			continue;
		if (file_system_mount(checking->roots[side], &checking->arena, &checking->mount) <
		    0) {
			log_errno("cannot tell how '%s' is mounted", checking->paths[side]);
			return false;
		}
		printf("%s: %s, options %s\n", checking->paths[side], checking->mount.type,
		       checking->mount.options);
	}
	return true;
}

static int record(struct checking *checking)
{
	enum outcome outcome = checked_record(&checking->store, &checking->arena,
					      checking->roots[THERE], !checking->broken);

	if (outcome != DONE)
		return EXIT_FAILURE;
	printf("%s\n", checking->broken ? "taken off the record" : "on record for hosts = many");
	return checking->broken ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int check(struct checking *checking, bool recorded)
{
	if (!open_sides(checking))
		return EXIT_FAILURE;
	if (print_mounts(checking)) {
		run_all(checking, probes_of_files, probes_of_files_count);
		run_all(checking, probes_of_names, probes_of_names_count);
		run_all(checking, probes_of_locks, probes_of_locks_count);
	}
	close(checking->probing.sides[HERE]);
	close(checking->probing.sides[THERE]);
	if (file_remove_tree(checking->roots[HERE], checking->scratch) < 0)
		log_errno("cannot remove '%s/%s'", checking->paths[HERE], checking->scratch);
	printf("%u ok, %u notes, %u failed%s\n", checking->kept, checking->doubted,
	       checking->broken, checking->probing.is_pair ? "" : "; one mount, so one host");
	if (recorded)
		return record(checking);
	return checking->broken || !checking->kept ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* The record is the store's, and only who owns that may write it.  A directory that
 * cannot be told absolutely cannot be opened either. */
static bool open_store(struct checking *checking)
{
	char *absolute = realpath(checking->paths[HERE], NULL);
	const char *path = checking->paths[HERE];

	if (absolute)
		path = arena_copy(&checking->arena, absolute, strlen(absolute));
	free(absolute);
	if (!store_open(&checking->store, path, true))
		return false;
	arena_own_fd(&checking->arena, checking->store.root);
	checking->store.durable = true;
	return true;
}

int command_check_storage(int argc, char **argv)
{
	struct checking checking = { .kept = 0 };
	bool recorded = argc > 1 && strcmp(argv[1], "--record") == 0;
	int first = 1 + recorded, status = EXIT_FAILURE;

	if (argc <= first || argc > first + SIDES || *argv[first] == '-')
		return EXIT_USAGE;
	for (int i = first; i < argc; i++)
		checking.paths[i - first] = argv[i];
	if (recorded && !checking.paths[THERE])
		return EXIT_USAGE;
	arena_init(&checking.arena);
	if (!recorded || open_store(&checking))
		status = check(&checking, recorded);
	arena_reset(&checking.arena);
	return status;
}
