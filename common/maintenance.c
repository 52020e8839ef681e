/* maintenance.c - read-only for a while, by a file that is there
 * SPDX-License-Identifier: ISC */
#include "maintenance.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <unistd.h>

#include "arena.h"
#include "file.h"

enum { NOTICE_MAX = 200 };

const char *maintenance_notice(struct arena *arena, const char *path)
{
	char line[NOTICE_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t count = 0, length = 0;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return NULL;
	if (fd >= 0) {
		count = file_read_at(fd, line, sizeof(line), 0);
		close(fd);
	}
	while (length < count && line[length] >= ' ' && line[length] <= '~')
		length++;
	return length > 0 ? arena_copy(arena, line, (size_t)length)
			  : "the registry is read-only for maintenance";
}
