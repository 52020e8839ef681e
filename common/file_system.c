/* file_system.c - what kind of file system the store is on, and its room
 * SPDX-License-Identifier: ISC */
#include "file_system.h"

#include <linux/magic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

#include "arena.h"
#include "text.h"

/* Those that <linux/magic.h> does not have. */
enum { MAGIC_JFS = 0x3153464a, MAGIC_ZFS = 0x2fc12fc1, MAGIC_BCACHEFS = (int)0xca451a4e };

bool file_system_is_local(int fd)
{
	static const unsigned local[] = {
		EXT4_SUPER_MAGIC,  XFS_SUPER_MAGIC,
		BTRFS_SUPER_MAGIC, TMPFS_MAGIC,
		F2FS_SUPER_MAGIC,  OVERLAYFS_SUPER_MAGIC,
		NILFS_SUPER_MAGIC, REISERFS_SUPER_MAGIC,
		RAMFS_MAGIC,	   MAGIC_JFS,
		MAGIC_ZFS,	   (unsigned)MAGIC_BCACHEFS,
	};
	struct statfs status;

	if (fstatfs(fd, &status) < 0)
		return false;
	for (size_t i = 0; i < sizeof(local) / sizeof(*local); i++)
		if ((unsigned)status.f_type == local[i])
			return true;
	return false;
}

int file_system_room(int fd, uint64_t *used, uint64_t *available)
{
	struct statvfs status;

	if (fstatvfs(fd, &status) < 0)
		return -1;
	*used = (uint64_t)(status.f_blocks - status.f_bfree) * status.f_frsize;
	*available = (uint64_t)status.f_bavail * status.f_frsize;
	return 0;
}

/* The number that the kernel gave the mount, or -1. */
static int mount_number(int fd)
{
	char path[64], line[128];
	FILE *file;
	int number = -1;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "re");
	if (!file)
		return -1;
	while (number < 0 && fgets(line, sizeof(line), file))
		if (sscanf(line, "mnt_id: %9d", &number) != 1)
			number = -1;
	fclose(file);
	return number;
}

/* Options of no consequence for the store, or that name the host. */
static bool is_left_out(const char *option, size_t length)
{
	static const char *const names[] = {
		"rw",	      "ro",	     "nosuid",	   "nodev",    "noexec",   "relatime",
		"noatime",    "strictatime", "nodiratime", "lazytime", "seclabel", "addr",
		"clientaddr", "mountaddr",   "mountport",  "name",     "secret",   "fd",
		"rootmode",   "user_id",     "group_id",
	};
	size_t name = strcspn(option, "=,");

	if (length == 0)
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strlen(names[i]) == name && strncmp(names[i], option, name) == 0)
			return true;
	return false;
}

static void add_options(struct text *text, const char *options)
{
	for (;;) {
		size_t length = strcspn(options, ",");

		if (!is_left_out(options, length)) {
			text_add(text, text->length ? "," : "");
			text_add_bytes(text, options, length);
		}
		if (!options[length])
			return;
		options += length + 1;
	}
}

/* A line of mountinfo, proc(5): number, parent, device, root, mount point, options,
 * optional fields, a dash, type, source, options of the file system. */
static bool read_mount(char *line, int number, struct arena *arena, struct file_system_mount *mount)
{
	char *options, *dash = strstr(line, " - "), *words[3];
	struct text text;
	int own;

	if (sscanf(line, "%9d ", &own) != 1 || own != number || !dash)
		return false;
	*dash = '\0';
	for (int i = 0; i < 5 && line; i++)
		line = strchr(line, ' ') ? strchr(line, ' ') + 1 : NULL;
	options = line ? strtok_r(line, " ", &line) : NULL;
	words[0] = strtok_r(dash + 3, " \n", &dash);
	words[1] = strtok_r(NULL, " \n", &dash);
	words[2] = strtok_r(NULL, " \n", &dash);
	if (!options || !words[0] || !words[1])
		return false;
	text_init(&text, arena);
	add_options(&text, options);
	add_options(&text, words[2] ? words[2] : "");
	mount->type = arena_copy(arena, words[0], strlen(words[0]));
	mount->options = text.length ? text.bytes : "-";
	return true;
}

/* False if the list does not have it: in a chroot it has what lies below alone. */
static bool find_mount(int number, struct arena *arena, struct file_system_mount *mount)
{
	FILE *file = number < 0 ? NULL : fopen("/proc/self/mountinfo", "re");
	bool found = false;
	char *line = NULL;
	size_t room = 0;

	while (file && !found && getline(&line, &room, file) > 0)
		found = read_mount(line, number, arena, mount);
	free(line);
	if (file)
		fclose(file);
	return found;
}

int file_system_mount(int fd, struct arena *arena, struct file_system_mount *mount)
{
	struct statfs status;

	if (fstatfs(fd, &status) < 0)
		return -1;
	if (!find_mount(mount_number(fd), arena, mount)) {
		mount->type = arena_printf(arena, "kind-%lx", (unsigned long)status.f_type);
		mount->options = "-";
	}
	mount->id = arena_printf(arena, "%08x%08x", (unsigned)status.f_fsid.__val[0],
				 (unsigned)status.f_fsid.__val[1]);
	return 0;
}
