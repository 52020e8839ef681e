#!/usr/bin/env bats
# 33-tags.bats - the list of a repository's tags
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

# tag NAME...: one image under each.
tag() {
	local each

	make_image
	for each; do
		put_manifest "$each" "$image"
		expect_status 201
	done
}

# lists PARAMETERS TAG...: exactly these; the parameters have spaces between them.
lists() {
	# shellcheck disable=SC2086
	request GET tags "$name" $1
	listed "${@:2}"
}

# listed TAG...: the answer lists exactly these.
listed() {
	expect_status 200
	expect_header Content-Type application/json
	expect_json --arg name "$name" 'keys == ["name", "tags"] and .name == $name'
	expect_equal "$(json '.tags | join(" ")')" "$*"
	expect_json '.tags | type == "array"'
}

@test "end-8a sorted by byte" {
	tag b B a _a 10 9 1.0 1 a.b a-b a_b Z z0 latest
	lists '' 1 1.0 10 9 B Z _a a a-b a.b a_b b latest z0
	expect_no_header Link
}

@test "end-8a none left, and manifests without any: an empty array" {
	make_image
	put_manifest "$image_digest" "$image"
	lists ''
	expect_json '.tags == []'
	put_manifest latest "$image"
	request DELETE manifest "$name" latest
	lists ''
}

@test "end-8a an unknown repository: 404 NAME_UNKNOWN" {
	request GET tags "$name"
	refused 404 NAME_UNKNOWN
	expect_json --arg name "$name" '.errors[0].detail.name == $name'
	push_image latest
	request GET tags "${name%/*}"
	refused 404 NAME_UNKNOWN
	request GET tags "$name/below"
	refused 404 NAME_UNKNOWN
}

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

@test "end-8a unknown parameters do not matter" {
	tag a b
	request GET "/v2/$name/tags/list?ns=docker.io&x"
	listed a b
}

@test "end-8a a tag's directory without current is no tag" {
	tag a b
	mkdir -p "$v2/repositories/$name/_manifests/tags/ghost/index"
	lists '' a b
	request GET manifest "$name" ghost
	refused 404 MANIFEST_UNKNOWN
}

@test "end-8a a thousand tags" {
	local i tags

	cgi_only 'made in the store itself'
	tag t0000
	tags=$v2/repositories/$name/_manifests/tags
	for ((i = 1; i < 1000; i++)); do
		printf -v i %04d "$((10#$i))"
		cp -r "$tags/t0000" "$tags/t$i"
		i=$((10#$i))
	done
	request GET tags "$name"
	expect_json '.tags | length == 1000 and . == sort and .[999] == "t0999"'
}
