/* test_arena.c - arena.h
 * SPDX-License-Identifier: ISC */
#include "arena.h"

#include <errno.h>
#include <fcntl.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include "tap.h"

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void test_alloc(void)
{
	static const size_t sizes[] = {
		0, 1, 2, 7, 8, 15, 16, 17, 100, 4095, 4096, 4097, 8191, 8192, 8193, 100000, 3,
	};
	enum { ROUNDS = 50, SIZES = sizeof(sizes) / sizeof(*sizes) };
	static unsigned char *memory[ROUNDS][SIZES];
	bool aligned = true, zeroed = true, kept = true;
	struct arena arena;

	arena_init(&arena);
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < SIZES; i++) {
			unsigned char *bytes = arena_alloc(&arena, sizes[i]);

			aligned &= (uintptr_t)bytes % alignof(max_align_t) == 0;
			for (size_t j = 0; j < sizes[i]; j++)
				zeroed &= bytes[j] == 0;
			if (sizes[i])
				memset(bytes, (int)(round * 7 + (int)i + 1), sizes[i]);
			memory[round][i] = bytes;
		}
	}
	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < SIZES; i++)
			for (size_t j = 0; j < sizes[i]; j++)
				kept &= memory[round][i][j] ==
					(unsigned char)(round * 7 + (int)i + 1);
	ok(aligned, "memory is aligned");
	ok(zeroed, "and zeroed");
	ok(kept, "and nobody else's");
	arena_reset(&arena);
	ok(!arena.blocks && !arena.releases, "after the reset it is empty");
	is_text(arena_printf(&arena, "%s-%d", "again", 1), "again-1", "and can be used again");
	arena_reset(&arena);
	arena_reset(&arena);
	ok(!arena.blocks, "a reset twice is a reset");
}

static void test_strings(void)
{
	struct arena arena;
	char long_text[20001];
	const char *copy;

	arena_init(&arena);
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	is_text(arena_copy(&arena, "abcdef", 3), "abc", "a copy ends with a NUL");
	is_text(arena_copy(&arena, NULL, 0), "", "a copy of nothing");
	copy = arena_copy(&arena, "a\0b", 3);
	ok(memcmp(copy, "a\0b", 4) == 0, "a copy of a NUL");
	is_text(arena_printf(&arena, "%s", ""), "", "an empty format");
	is_text(arena_printf(&arena, "%s", long_text), long_text, "a long one");
	arena_reset(&arena);
}

static char order[8];

static void release(void *resource)
{
	strncat(order, resource, 1);
}

static void test_releases(void)
{
	static char names[] = "abc";
	struct arena arena;
	int ends[2], other;

	arena_init(&arena);
	for (int i = 0; i < 3; i++)
		arena_defer(&arena, release, &names[i]);
	is_text(order, "", "nothing is released before the reset");
	arena_reset(&arena);
	is_text(order, "cba", "newest first");
	arena_reset(&arena);
	is_text(order, "cba", "and once");

	if (!ok(pipe(ends) == 0, "a pipe"))
		return;
	is_number(arena_own_fd(&arena, ends[0]), ends[0], "owning hands the descriptor on");
	arena_own_fd(&arena, ends[1]);
	arena_close_fd(&arena, ends[1]);
	ok(!is_open(ends[1]) && is_open(ends[0]), "one is closed, the other not");
	other = dup(ends[0]);
	ok(other == ends[1], "its number is taken by somebody else");
	arena_reset(&arena);
	ok(!is_open(ends[0]), "the reset closes the other");
	ok(is_open(other), "and not the number that was given back");
	close(other);
}

int main(void)
{
	test_alloc();
	test_strings();
	test_releases();
	return done_testing();
}
