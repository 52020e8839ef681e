#!/usr/bin/env bats
# 05-given.bats - an image that is there, only asked for
# SPDX-License-Identifier: ISC

# bats file_tags=readonly

. "$BATS_TEST_DIRNAME/../helper.bash"

# The image of --readonly, or one that is pushed: $tag, $digest, and its manifest as $image.
given() {
	if [[ ${VERIFY_READONLY:-} ]]; then
		name=$VERIFY_REPOSITORY tag=$VERIFY_TAG digest=$VERIFY_DIGEST
	else
		push_image given
		tag=given digest=$image_digest
	fi
	request GET manifest "$name" "$digest"
	expect_status 200
	cp "$body" image
	expect_equal "$(digest_of image "${digest%%:*}")" "$digest"
}

# The digest of the first blob that the given image names.
given_blob() {
	blob=$(jq -r '[.layers[]?, .config?] | map(select(.urls | not)) | .[0].digest // empty' image)
	[[ $blob ]] || not_seen 'a blob, for what is given is no image'
}

# bats test_tags=must,end-3
@test "end-3 the given manifest, by its digest: content of this digest" {
	given
	expect_header Docker-Content-Digest "$digest"
	expect_header Content-Type
}

# bats test_tags=must,end-3
@test "end-3 the given manifest, by its tag: the same" {
	given
	request GET manifest "$name" "$tag"
	expect_status 200
	expect_body image
	expect_header Docker-Content-Digest "$digest"
}

# bats test_tags=must,end-3
@test "end-3 HEAD of the given manifest: 200, its length and digest, no body" {
	given
	request HEAD manifest "$name" "$tag"
	expect_status 200
	expect_empty
	expect_header Content-Length "$(stat -c %s image)"
	expect_header Docker-Content-Digest "$digest"
}

# bats test_tags=must,end-3
@test "end-3 an OCI manifest for a client that accepts anything" {
	given
	request GET manifest "$name" "$tag" -H 'Accept: */*'
	expect_status 200
}

# bats test_tags=must,end-2
@test "end-2 a blob of the given image: content of its digest, and HEAD of the same length" {
	local blob

	given
	given_blob
	request GET blob "$name" "$blob"
	expect_status 200
	expect_equal "$(digest_of "$body" "${blob%%:*}")" "$blob"
	local length
	length=$(stat -c %s "$body")
	request HEAD blob "$name" "$blob"
	expect_status 200
	expect_empty
	expect_header Content-Length "$length"
}

# bats test_tags=should,end-2,ranges
@test "end-2 a part of a blob of the given image" {
	local blob

	given
	given_blob
	request GET blob "$name" "$blob" -H 'Range: bytes=0-0'
	expect_status 206
	expect_equal "$(stat -c %s "$body")" 1
	expect_header_like Content-Range 'bytes 0-0/*'
}

# bats test_tags=must,end-2,end-3
@test "end-2 end-3 what is not in the given repository: 404" {
	given
	request GET blob "$name" "$(absent_digest)"
	refused 404 BLOB_UNKNOWN
	request GET manifest "$name" "$(absent_digest)"
	refused 404 MANIFEST_UNKNOWN
	request HEAD manifest "$name" no-such-tag-here
	expect_status 404
}

# bats test_tags=must,end-8a
@test "end-8a the list of tags has the given tag" {
	local page

	given
	url tags "$name"
	page=$url
	while [[ $page ]]; do
		request GET "$page"
		expect_status 200
		[[ $(json --arg tag "$tag" '.tags | index([$tag])') == null ]] || return 0
		page=$(next)
	done
	fail "no $tag in the list of tags"
}
