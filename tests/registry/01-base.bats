#!/usr/bin/env bats
# 01-base.bats - GET /v2/, and what every answer carries
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

@test "end-1 GET /v2/ answers an empty object" {
	request GET base
	expect_status 200
	expect_equal "$(<"$body")" '{}'
	expect_header Content-Type application/json
	expect_header Content-Length 2
}

@test "end-1 HEAD /v2/ has the same headers and no body" {
	request HEAD base
	expect_status 200
	expect_empty
	expect_header Content-Type application/json
	expect_header Content-Length 2
}

@test "end-1 GET /v2 is the same as /v2/" {
	request GET /v2
	expect_status 200 301 308
	[[ $status != 200 ]] || expect_equal "$(<"$body")" '{}'
}

@test "end-1 a query does not matter" {
	request GET '/v2/?ns=registry.example&x=%zz'
	expect_status 200
	expect_equal "$(<"$body")" '{}'
}

@test "end-1 no challenge where there are no users" {
	request GET base
	expect_no_header WWW-Authenticate
}

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

@test "faults are an object of errors in application/json" {
	request GET manifest "$name" none
	refused 404 MANIFEST_UNKNOWN
	expect_json 'keys == ["errors"] and (.errors | length == 1)'
	expect_json '.errors[0].message | type == "string"'
	expect_json --arg name "$name" '.errors[0].detail.name == $name'
}

@test "HEAD of what is refused has the status of GET, and no body" {
	local target

	for target in "manifest $name none" "/v2/$name/blobs/sha256:x" \
		"blob $name $(absent_digest)" "tags $name" /v2/_nothing; do
		request GET $target
		local wanted=$status
		request HEAD $target
		expect_status "$wanted"
		expect_empty
		expect_header_like Content-Type 'application/json*'
	done
}

@test "a body sent with a GET does not matter" {
	cgi_only 'lighttpd takes none'
	random_file noise 5000
	request GET base --body noise
	expect_status 200
	expect_equal "$(<"$body")" '{}'
}
