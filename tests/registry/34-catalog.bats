#!/usr/bin/env bats
# 34-catalog.bats - the list of repositories
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

# Repositories of this test, each with a manifest.
repositories() {
	local top=$name each

	for each; do
		name=$top/$each
		push_image latest
	done
	name=$top
}

# Those of them that the catalog lists, in its order.
listed() {
	request GET catalog n=100000
	expect_status 200
	expect_header Content-Type application/json
	expect_json 'keys == ["repositories"]'
	json --arg top "$name" '[.repositories[] | select(startswith($top)) |
		.[($top | length):]] | join(" ")'
}

@test "the catalog is sorted by byte, at every depth" {
	repositories b a a-b a.b a/b a0 a_b a/b/c z/y/x
	expect_equal "$(listed)" '/a /a-b /a.b /a/b /a/b/c /a0 /a_b /b /z/y/x'
}

@test "a repository with blobs only is not listed" {
	printf x >blob
	push_blob blob "$name/blobs-only"
	start_upload "$name/session-only"
	repositories real
	expect_equal "$(listed)" /real
}

@test "a repository whose last tag went is still there, with its manifests" {
	repositories a
	request DELETE manifest "$name/a" latest
	expect_status 202
	expect_equal "$(listed)" /a
}

@test "an empty registry: an empty array" {
	cgi_only 'another store'
	mkdir -m 2750 empty
	request GET catalog --set HYTHE_STORAGE="$PWD/empty"
	expect_status 200
	expect_json '. == {repositories: []}'
}

@test "strange entries in the store are not listed, and break nothing" {
	cgi_only 'made in the store itself'
	repositories a
	mkdir -p "$v2/repositories/$name/.hidden/_manifests" \
		"$v2/repositories/$name/UPPER/_manifests" \
		"$v2/repositories/$name/a b/_manifests" "$v2/repositories/$name/_strange/_manifests"
	: >"$v2/repositories/$name/file"
	ln -s . "$v2/repositories/$name/loop"
	expect_equal "$(listed)" /a
}
