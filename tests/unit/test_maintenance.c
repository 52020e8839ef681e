/* test_maintenance.c - maintenance.h
 * SPDX-License-Identifier: ISC */
#include "maintenance.h"

#include <stdlib.h>

#include "arena.h"
#include "scratch.h"
#include "tap.h"

static const char usual[] = "the registry is read-only for maintenance";

static const struct {
	const char *text, *notice;
} cases[] = {
	{ "", usual },
	{ "\n", usual },
	{ "\xff", usual },
	{ "moving, back at 14:00\n", "moving, back at 14:00" },
	{ "moving", "moving" },
	{ "one\r\ntwo\n", "one" },
	{ "a\tb", "a" },
	{ "say \"x\" \\", "say \"x\" \\" },
};

int main(void)
{
	struct arena arena;
	const char *path;
	char large[300];

	scratch_make();
	arena_init(&arena);
	path = arena_printf(&arena, "%s/flag", scratch_path);
	ok(!maintenance_notice(&arena, path), "no file");
	ok(!maintenance_notice(&arena, arena_printf(&arena, "%s/flag", path)), "no directory");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		scratch_put("flag", cases[i].text);
		is_text(maintenance_notice(&arena, path), cases[i].notice, "notice");
	}
	memset(large, 'x', sizeof(large));
	scratch_put_bytes("flag", large, sizeof(large));
	is_text(maintenance_notice(&arena, path), arena_copy(&arena, large, 200), "a long one is cut");
	scratch_must(unlinkat(scratch, "flag", 0) == 0 && mkdirat(scratch, "flag", 0700) == 0, "mkdir");
	is_text(maintenance_notice(&arena, path), usual, "a directory of that name");
	scratch_must(unlinkat(scratch, "flag", AT_REMOVEDIR) == 0 &&
		     symlinkat("nowhere", scratch, "flag") == 0, "symlink");
	ok(!maintenance_notice(&arena, path), "a link to nothing is no file");
	arena_reset(&arena);
	scratch_remove();
	return done_testing();
}
