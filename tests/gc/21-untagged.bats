#!/usr/bin/env bats
# 21-untagged.bats - hythe gc --untagged-older-than: what a tag keeps
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/gc/helper.bash"

untagged() {
	collect --untagged-older-than "${1:-0}"
}

# Condemn and remove manifests, then the same with their blobs.
untagged_all() {
	untagged && untagged && untagged && untagged
}

gone() {
	request GET manifest "$name" "$(digest_of "$1")"
	refused 404 MANIFEST_UNKNOWN
	expect_no_file "$(blob_directory "$(digest_of "$1")")"
}

# variant NAME: another image, the file NAME, stored without a tag.
variant() {
	jq -c --arg v "$1" '. + {annotations: {v: $v}}' "$image" >"$1"
	put_manifest "$(digest_of "$1")" "$1" && expect_status 201
}

# signature NAME SUBJECT-FILE: an artifact that refers to it.
signature() {
	jq -c --arg v "$1" --arg type "$oci_manifest" --arg digest "$(digest_of "$2")" \
		--argjson size "$(stat -c %s "$2")" '. + {annotations: {v: $v}, artifactType: "a/b",
		subject: {mediaType: $type, digest: $digest, size: $size}}' "$image" >"$1"
	put_manifest "$(digest_of "$1")" "$1" && expect_status 201
}

@test "without the option, no manifest goes; with it, those that no tag keeps" {
	push_image latest
	variant lonely
	collect
	expect_counts manifests "2 kept, 0 condemned, 0 removed, 0 returned, 0 left"
	untagged
	expect_counts manifests "1 kept, 1 condemned, 0 removed, 0 returned, 0 left"
	request GET manifest "$name" "$(digest_of lonely)"
	refused 404 MANIFEST_UNKNOWN
	untagged
	expect_counts manifests "1 kept, 0 condemned, 1 removed, 0 returned, 0 left"
	untagged
	expect_counts blobs "3 kept, 1 condemned, 0 removed, 0 returned, 0 left"
	untagged
	gone lonely
	pullable "$image"
}

@test "blobs go only after the manifest that named them" {
	push_image latest
	cp "$image" first
	make_image 2
	put_manifest "$image_digest" "$image"
	untagged
	expect_counts blobs "6 kept, 0 condemned, 0 removed, 0 returned, 0 left"
	request GET manifest "$name" "$image_digest"
	refused 404 MANIFEST_UNKNOWN
	untagged
	expect_counts blobs "6 kept, 0 condemned, 0 removed, 0 returned, 0 left"
	untagged
	expect_counts blobs "3 kept, 3 condemned, 0 removed, 0 returned, 0 left"
	untagged
	expect_counts blobs "3 kept, 0 condemned, 3 removed, 0 returned, 0 left"
	pullable first
}

@test "condemned manifests come back where nobody asks for untagged ones any more" {
	push_image latest
	variant lonely
	untagged
	collect
	expect_counts manifests "2 kept, 0 condemned, 0 removed, 1 returned, 0 left"
	pullable lonely
}

@test "children of a tagged index, and of an index in it, are kept; without the tag they go" {
	push_image other
	variant one
	variant two
	index_of one >inner
	put_manifest "$(digest_of inner)" inner "$oci_index"
	index_of inner two | sed "s|$oci_manifest|$oci_index|" >outer
	put_manifest multi outer "$oci_index"
	expect_status 201
	untagged_all
	pullable one
	pullable two
	pullable inner
	request DELETE manifest "$name" "multi"
	expect_status 202
	sleep 0.02
	untagged_all
	gone one
	gone two
	gone inner
	gone outer
	pullable "$image"
}

@test "what is kept keeps its referrers, and theirs; a signature keeps no image" {
	push_image latest
	signature signed "$image"
	signature countersigned signed
	variant lonely
	signature stray lonely
	variant parent
	jq -c --arg v of-child '. + {annotations: {v: $v}}' "$image" >child
	put_manifest "$(digest_of child)" child
	index_of child >index
	put_manifest multi index "$oci_index"
	signature of-child child
	untagged_all
	for each in "$image" signed countersigned child of-child; do
		pullable "$each"
	done
	gone lonely
	gone stray
	gone parent
	request GET referrers "$name" "$image_digest"
	expect_json '.manifests | length == 1'
	expect_no_file "$v2/repositories/$name/_manifests/referrers/sha256/$(
		digest_of lonely | cut -d: -f2)"
	# the records are sealed as they were
	expect_file "$v2/repositories/$name/_manifests/referrers/complete-sha256-$(
		stat -c %.9Y "$v2/repositories/$name/_manifests/revisions/sha256")"
}

@test "a signature whose subject was deleted goes" {
	push_image latest
	variant doomed
	signature signed doomed
	request DELETE manifest "$name" "$(digest_of doomed)"
	sleep 0.02
	untagged_all
	gone signed
	gone doomed
}

@test "an image is as old as the moment that its tag left it" {
	local revision

	push_image latest
	cp "$image" first
	revision=$(revision_directory "$image_digest")/link
	age "$revision" "$(blob_directory "$image_digest")/data"
	variant second
	put_manifest latest second
	untagged 1h
	expect_counts manifests "2 kept, 0 condemned, 0 removed, 0 returned, 0 left"
	age "$revision"
	request DELETE manifest "$name" "latest"
	expect_status 202
	sleep 0.02
	untagged 1h
	expect_counts manifests "1 kept, 1 condemned, 0 removed, 0 returned, 0 left"
	pullable second
}

@test "the grace time counts for manifests, too" {
	push_image latest
	variant lonely
	hythe_must gc --grace 1h --untagged-older-than 0
	expect_counts manifests "1 kept, 0 condemned, 0 removed, 0 returned, 1 left"
	pullable lonely
}

@test "a repository that changes during the run keeps its manifests until the next" {
	push_image latest
	variant lonely
	age "$(revision_directory "$(digest_of lonely)")/link"
	touch -d 'now + 1 hour' "$v2/repositories/$name/_manifests"
	untagged 1h
	expect_counts manifests "1 kept, 0 condemned, 0 removed, 0 returned, 1 left"
	age "$v2/repositories/$name/_manifests"
	untagged 1h
	expect_counts manifests "1 kept, 1 condemned, 0 removed, 0 returned, 0 left"
}

@test "a tag that cannot be read keeps all" {
	push_image latest
	variant lonely
	printf '' >"$v2/repositories/$name/_manifests/tags/latest/current/link"
	hythe_fails 1 gc --grace 0 --linger 0 --untagged-older-than 0
	expect_counts manifests "2 kept, 0 condemned, 0 removed, 0 returned, 0 left"
	grep -q "repository '$name' is kept whole" "$complained"
}

@test "a repository whose last tag went vanishes in the end" {
	push_image latest
	request DELETE manifest "$name" "latest"
	sleep 0.02
	untagged_all
	expect_no_file "$v2/repositories/$name"
	expect_equal "$(find "$v2/blobs" -type f)" ''
}
