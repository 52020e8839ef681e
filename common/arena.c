/* arena.c - memory and resources that live as long as one request
 * SPDX-License-Identifier: ISC */
#include "arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"

#if defined(__SANITIZE_ADDRESS__)
/* Each allocation its own block, so that an overrun of one byte is seen. */
enum { BLOCK_SIZE = 0 };
#else
enum { BLOCK_SIZE = 8192 };
#endif

enum { SHORT_BYTES = 512 };

struct arena_block {
	struct arena_block *next;
	size_t used;
	size_t size;
	max_align_t bytes[];
};

struct arena_release {
	struct arena_release *next;
	void (*release)(void *resource);
	void *resource;
};

void arena_init(struct arena *arena)
{
	*arena = (struct arena){ 0 };
}

static struct arena_block *block_new(struct arena *arena, size_t size)
{
	struct arena_block *block = NULL;

	if (size <= SIZE_MAX - sizeof(*block))
		block = calloc(1, sizeof(*block) + size);
	if (!block) {
		if (arena->exhausted)
			arena->exhausted(arena);
		log_line("out of memory");
		_exit(1);
	}
	block->size = size;
	return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	const size_t align = BLOCK_SIZE ? sizeof(max_align_t) : 1;
	struct arena_block *block = arena->blocks;
	void *memory;

	if (size > SIZE_MAX - align)
		size = SIZE_MAX;
	else
		size = (size + align - 1) / align * align;
	if (!block || block->size - block->used < size) {
		block = block_new(arena, size > BLOCK_SIZE ? size : BLOCK_SIZE);
		/* A block made for one large thing is full: keep filling the other. */
		if (arena->blocks && size > BLOCK_SIZE / 2) {
			block->next = arena->blocks->next;
			arena->blocks->next = block;
		} else {
			block->next = arena->blocks;
			arena->blocks = block;
		}
	}
	memory = (char *)block->bytes + block->used;
	block->used += size;
	return memory;
}

char *arena_copy(struct arena *arena, const void *bytes, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);

	if (length)
		memcpy(copy, bytes, length);
	return copy;
}

/* Most strings are short: to format them once is faster than to measure them first. */
char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	char shortly[SHORT_BYTES], *string;
	int length;

	va_start(arguments, format);
	length = vsnprintf(shortly, sizeof(shortly), format, arguments);
	va_end(arguments);
	if (length < 0) {
		log_errno("cannot format '%s'", format);
		_exit(1);
	}
	if ((size_t)length < sizeof(shortly))
		return arena_copy(arena, shortly, (size_t)length);
	string = arena_alloc(arena, (size_t)length + 1);
	va_start(arguments, format);
	vsnprintf(string, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return string;
}

void arena_defer(struct arena *arena, void (*release)(void *resource), void *resource)
{
	struct arena_release *entry = arena_alloc(arena, sizeof(*entry));

	*entry = (struct arena_release){ arena->releases, release, resource };
	arena->releases = entry;
}

static void close_fd(void *resource)
{
	close((int)(intptr_t)resource);
}

int arena_own_fd(struct arena *arena, int fd)
{
	arena_defer(arena, close_fd, (void *)(intptr_t)fd);
	return fd;
}

void arena_close_fd(struct arena *arena, int fd)
{
	struct arena_release **link = &arena->releases;

	while (*link && !((*link)->release == close_fd && (*link)->resource == (void *)(intptr_t)fd))
		link = &(*link)->next;
	if (*link)
		*link = (*link)->next;
	close(fd);
}

void arena_reset(struct arena *arena)
{
	struct arena_block *block;

	while (arena->releases) {
		struct arena_release *entry = arena->releases;

		arena->releases = entry->next;
		entry->release(entry->resource);
	}
	while ((block = arena->blocks)) {
		arena->blocks = block->next;
		free(block);
	}
}
