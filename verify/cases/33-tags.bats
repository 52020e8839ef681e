#!/usr/bin/env bats
# 33-tags.bats - the list of a repository's tags
# SPDX-License-Identifier: ISC

# bats file_tags=tags

. "$BATS_TEST_DIRNAME/../helper.bash"

# bats test_tags=must,end-8a
@test "end-8a sorted by byte" {
	tag b B a _a 10 9 1.0 1 a.b a-b a_b Z z0 latest
	lists '' 1 1.0 10 9 B Z _a a a-b a.b a_b b latest z0
	expect_no_header Link
}

# bats test_tags=should,end-8a
@test "end-8a none left, and manifests without any: an empty array" {
	make_image
	put_manifest "$image_digest" "$image"
	lists ''
	expect_json '.tags == []'
	put_manifest latest "$image"
	request DELETE manifest "$name" latest
	deleted
	lists ''
}

# bats test_tags=must,end-8a
@test "end-8a an unknown repository: 404 NAME_UNKNOWN" {
	request GET tags "$name"
	refused 404 NAME_UNKNOWN
	expect_fault --arg name "$name" '.errors[0].detail.name == $name'
	push_image latest
	request GET tags "${name%/*}"
	refused 404 NAME_UNKNOWN
	request GET tags "$name/below"
	refused 404 NAME_UNKNOWN
}

# bats test_tags=offer,end-8a
@test "end-8a HEAD" {
	tag a b
	request GET tags "$name"
	local length
	length=$(stat -c %s "$body")
	request HEAD tags "$name"
	expect_status 200
	expect_header Content-Length "$length"
	expect_empty
}

# bats test_tags=should,end-8a
@test "end-8a unknown parameters do not matter" {
	tag a
	request GET "/v2/$name/tags/list?ns=docker.io&x"
	listed a
}
