#!/usr/bin/env bats
# 01-base.bats - GET /v2/, and what every answer carries
# SPDX-License-Identifier: ISC

# bats file_tags=base

. "$BATS_TEST_DIRNAME/../helper.bash"

# bats test_tags=must,end-1
@test "end-1 GET /v2/ answers an empty object" {
	request GET base
	expect_status 200
	strictly expect_equal "$(<"$body")" '{}'
	strictly expect_header Content-Type application/json
	strictly expect_header Content-Length 2
}

# bats test_tags=offer,end-1
@test "end-1 HEAD /v2/ has the same headers and no body" {
	request HEAD base
	expect_status 200
	expect_empty
	strictly expect_header Content-Type application/json
	strictly expect_header Content-Length 2
}

# bats test_tags=offer,end-1
@test "end-1 GET /v2 is the same as /v2/" {
	request GET /v2
	expect_status 200 301 308
	[[ $status != 200 ]] || strictly expect_equal "$(<"$body")" '{}'
}

# bats test_tags=offer,end-1
@test "end-1 a query does not matter" {
	request GET '/v2/?ns=registry.example&x=%zz'
	expect_status 200
	strictly expect_equal "$(<"$body")" '{}'
}

# bats test_tags=must,end-3
@test "end-3 faults are an array of errors, each with a code of capital letters" {
	request GET manifest "$name" none
	refused 404 MANIFEST_UNKNOWN
	expect_header Content-Type application/json
	expect_json '.errors | type == "array" and length > 0 and
		all(.[]; .code | type == "string" and test("^[A-Z_]+$"))'
	expect_json '[.errors[].code] | contains(["MANIFEST_UNKNOWN"]) or contains(["NAME_UNKNOWN"])'
	expect_fault 'keys == ["errors"] and (.errors | length == 1)'
	expect_fault '.errors[0].message | type == "string"'
	expect_fault --arg name "$name" '.errors[0].detail.name == $name'
}

# bats test_tags=offer
@test "HEAD of what is refused has the status of GET, and no body" {
	local target

	for target in "manifest $name none" "/v2/$name/blobs/sha256:x" \
		"blob $name $(absent_digest)" "tags $name" /v2/_nothing; do
		request GET $target
		local wanted=$status
		request HEAD $target
		expect_status "$wanted"
		expect_empty
		strictly expect_header_like Content-Type 'application/json*'
	done
}
