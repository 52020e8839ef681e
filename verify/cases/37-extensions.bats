#!/usr/bin/env bats
# 37-extensions.bats - which extensions of the spec there are
# SPDX-License-Identifier: ISC

# bats file_tags=extensions

. "$BATS_TEST_DIRNAME/../helper.bash"

# bats test_tags=offer
@test "the extensions list is an object of extensions" {
	request GET extensions
	offered 200 'a list of extensions'
	expect_header Content-Type application/json
	expect_json '.extensions | type == "array"'
}

# bats test_tags=offer
@test "other methods for the list of extensions: 405 and Allow" {
	request POST extensions
	refused 405 UNSUPPORTED
	expect_header Allow
}

# bats test_tags=must
@test "each extension has a name, a document, and endpoints that answer" {
	local each

	request GET extensions
	offered 200 'a list of extensions'
	strictly expect_json '[.extensions[].name] == ["_oci", "_catalog"]'
	expect_json '.extensions | all(has("name") and has("url") and
		(.url | startswith("https://")) and (.endpoints | length > 0))'
	for each in $(json '.extensions[].endpoints[]'); do
		request GET "$each"
		expect_status 200
	done
}

# bats test_tags=offer
@test "a repository has the list of its own extensions" {
	push_image latest
	request GET repository-extensions "$name"
	offered 200 'a list of extensions of each repository'
	expect_header Content-Type application/json
	strictly expect_json '[.extensions[].name] == ["_oci"]'
	strictly expect_equal "$(json '.extensions[0].endpoints[0]')" "/v2/$name/_oci/ext/discover"
	request GET "$(json '[.extensions[].endpoints[]] | map(select(endswith("discover"))) | .[0]')"
	expect_status 200
}

# bats test_tags=offer
@test "extensions that nobody has: 404" {
	local each

	for each in /v2/_other/a/b /v2/_oci/ext/other /v2/_oci "/v2/$name/_oci/ext" "/v2/$name/_other/a/b"; do
		request GET "$each"
		refused 404 UNSUPPORTED
	done
}
