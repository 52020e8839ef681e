#!/usr/bin/env bats
# 06-headers.bats - what every answer of ours carries
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

@test "every answer says the API version, nosniff and sandbox: 200, 400, 404, 405" {
	local target

	for target in 'GET base' "GET /v2/$name/blobs/sha256:x" "GET tags $name" 'PUT base' \
		"HEAD manifest $name none"; do
		request $target
		expect_header Docker-Distribution-API-Version registry/2.0
		expect_header X-Content-Type-Options nosniff
		expect_header_like Content-Security-Policy '*sandbox*'
		expect_header_like Content-Security-Policy "*default-src 'none'*"
	done
}

@test "a body sent with a GET does not matter" {
	cgi_only 'lighttpd takes none'
	random_file noise 5000
	request GET base --body noise
	expect_status 200
	expect_equal "$(<"$body")" '{}'
}

@test "end-1 no challenge where there are no users" {
	request GET base
	expect_no_header WWW-Authenticate
}
