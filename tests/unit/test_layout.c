/* test_layout.c - layout.h: where docker-registry looks
 * SPDX-License-Identifier: ISC */
#include "layout.h"

#include "arena.h"
#include "tap.h"

#define HEX16 "0123456789abcdef"
#define HEX64 "fe" "23456789abcdef" HEX16 HEX16 HEX16
#define HEX128 "07" "23456789abcdef" HEX16 HEX16 HEX16 HEX16 HEX16 HEX16 HEX16
#define V2 "docker/registry/v2/"
#define REPOSITORY V2 "repositories/lib/a-b/"

int main(void)
{
	struct arena arena;
	struct digest short_one, long_one;

	arena_init(&arena);
	ok(digest_parse("sha256:" HEX64, &short_one) && digest_parse("sha512:" HEX128, &long_one),
	   "two digests");

	const struct {
		const char *got, *wanted;
	} cases[] = {
		{ LAYOUT_V2 "/", V2 },
		{ LAYOUT_REPOSITORIES "/lib/a-b/", REPOSITORY },
		{ LAYOUT_LOCKS, V2 "hythe/locks" },
		{ LAYOUT_TMP, V2 "hythe/tmp" },
		{ LAYOUT_TRASH, V2 "hythe/trash" },
		{ layout_in(&arena, "a/b", "c"), "a/b/c" },
		{ layout_blob(&arena, &short_one), V2 "blobs/sha256/fe/" HEX64 },
		{ layout_blob(&arena, &long_one), V2 "blobs/sha512/07/" HEX128 },
		{ layout_repository(&arena, "lib/a-b"), V2 "repositories/lib/a-b" },
		{ layout_layer(&arena, "lib/a-b", &short_one),
		  REPOSITORY "_layers/sha256/" HEX64 },
		{ layout_layer(&arena, "lib/a-b", &long_one),
		  REPOSITORY "_layers/sha512/" HEX128 },
		{ layout_manifests(&arena, "lib/a-b"), REPOSITORY "_manifests" },
		{ layout_revision(&arena, "lib/a-b", &short_one),
		  REPOSITORY "_manifests/revisions/sha256/" HEX64 },
		{ layout_revision(&arena, "lib/a-b", &long_one),
		  REPOSITORY "_manifests/revisions/sha512/" HEX128 },
		{ layout_tags(&arena, "lib/a-b"), REPOSITORY "_manifests/tags" },
		{ layout_tag(&arena, "lib/a-b", "v1.0"), REPOSITORY "_manifests/tags/v1.0" },
		{ layout_referrers(&arena, "lib/a-b", &short_one),
		  REPOSITORY "_manifests/referrers/sha256/" HEX64 },
		{ layout_uploads(&arena, "lib/a-b"), REPOSITORY "_uploads" },
		{ layout_upload(&arena, "lib/a-b", "1-2"), REPOSITORY "_uploads/1-2" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_text(cases[i].got, cases[i].wanted, cases[i].wanted);
	arena_reset(&arena);
	return done_testing();
}
