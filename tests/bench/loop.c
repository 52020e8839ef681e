/* loop.c - the limit of a push: read, hash, write and sync, in one loop
 * SPDX-License-Identifier: ISC
 *
 * loop FILE: store the standard input in FILE, as if it were a blob, and print its
 * digest. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "arena.h"
#include "digest.h"
#include "file.h"
#include "hash.h"

enum { ROOM = 256 * 1024 };

int main(int argc, char **argv)
{
	static char buffer[ROOM];
	struct arena arena;
	struct digest digest;
	struct hash *hash;
	ssize_t count;
	off_t size = 0;
	int fd = argc == 2 ? open(argv[1], O_WRONLY | O_CREAT | O_EXCL, 0600) : -1;

	if (fd < 0) {
		perror("usage: loop FILE");
		return 2;
	}
	arena_init(&arena);
	hash = hash_begin(&arena, SHA256);
	while ((count = read(STDIN_FILENO, buffer, ROOM)) > 0) {
		hash_add(hash, buffer, (size_t)count);
		if (file_write_at(fd, buffer, (size_t)count, size) < 0)
			break;
		size += count;
	}
	if (count != 0 || fdatasync(fd) < 0) {
		perror(argv[1]);
		return 1;
	}
	hash_digest(hash, &digest);
	puts(digest.text);
	arena_reset(&arena);
	return 0;
}
