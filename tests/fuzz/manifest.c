/* manifest.c - fuzz target: manifests and indexes; the input is a Content-Type, a NUL
 * and the document
 * SPDX-License-Identifier: ISC */
#include "manifest.h"

#include <stdbool.h>
#include <string.h>

#include "arena.h"
#include "fuzz.h"
#include "json_scan.h"

static void is_pointer(const char *at)
{
	must(at && (*at == '\0' || *at == '/'));
}

static void check_descriptors(const struct manifest *manifest)
{
	struct digest digest;
	bool seen = !manifest->subject;

	must(manifest->descriptor_count <= DESCRIPTORS_MAX);
	for (size_t i = 0; i < manifest->descriptor_count; i++) {
		const struct descriptor *descriptor = &manifest->descriptors[i];

		is_pointer(descriptor->at);
		must(digest_parse(descriptor->digest.text, &digest));
		must(descriptor->media_type && descriptor->size <= 1ULL << 53);
		must((descriptor->role == ROLE_SUBJECT) == (descriptor == manifest->subject));
		seen |= descriptor == manifest->subject;
	}
	must(seen);
}

static void check_faults(const struct manifest *manifest)
{
	must(manifest->fault_count && manifest->fault_count <= MANIFEST_FAULTS_MAX);
	for (size_t i = 0; i < manifest->fault_count; i++) {
		const struct manifest_fault *fault = &manifest->faults[i];

		is_pointer(fault->at);
		must(fault->reason && fault->after <= manifest->descriptor_count);
		must(!fault->value || strlen(fault->value) <= 256 * 4);
	}
}

/* What was accepted is served as what it was accepted as, and accepted again as that. */
static void check_good(struct arena *arena, const char *bytes, size_t length,
		       const struct manifest *manifest)
{
	struct json_fault fault;
	struct manifest again;

	must(json_scan(arena, bytes, length, &fault) && manifest->fault_count == 0);
	must(manifest->media_type == manifest_media_type(arena, bytes, length));
	must(!manifest->annotations || json_scan(arena, manifest->annotations,
						 strlen(manifest->annotations), &fault));
	must(manifest_parse(arena, bytes, length, manifest->media_type->text, &again));
	must(again.descriptor_count == manifest->descriptor_count);
}

/* Narrower limits let less through, and nothing more. */
static void check_within(struct arena *arena, const char *bytes, size_t length, const char *type,
			 bool good)
{
	static const struct manifest_limits limits = { 5, 2 };
	struct manifest manifest;
	struct json_fault fault;

	if (!manifest_parse_within(arena, &limits, bytes, length, type, &manifest)) {
		check_faults(&manifest);
		return;
	}
	must(good && manifest.descriptor_count <= limits.descriptors);
	must(json_scan(arena, bytes, length, &fault) && fault.depth <= limits.depth);
}

int fuzz_manifest(const uint8_t *bytes, size_t length)
{
	struct fuzz_input input;
	struct arena arena;
	struct manifest manifest;
	const char *type, *text;
	bool good;

	arena_init(&arena);
	fuzz_begin(&input, bytes, length);
	type = fuzz_take(&input);
	text = fuzz_rest(&input, &length);
	good = manifest_parse(&arena, text, length, type, &manifest);
	if (good)
		check_good(&arena, text, length, &manifest);
	else
		check_faults(&manifest);
	check_descriptors(&manifest);
	check_within(&arena, text, length, type, good);
	manifest_media_type(&arena, text, length);
	arena_reset(&arena);
	fuzz_end(&input);
	return 0;
}
