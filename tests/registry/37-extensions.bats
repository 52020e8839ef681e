#!/usr/bin/env bats
# 37-extensions.bats - which extensions of the spec there are
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

@test "the extensions list is an object of extensions" {
	request GET extensions
	expect_status 200
	expect_header Content-Type application/json
	expect_json '.extensions | type == "array"'
}

@test "other methods for the list of extensions: 405 and Allow" {
	request POST extensions
	refused 405 UNSUPPORTED
	expect_header Allow
}
