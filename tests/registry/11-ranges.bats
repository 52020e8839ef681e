#!/usr/bin/env bats
# 11-ranges.bats - ranges that are none
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

@test "end-2 other units and nonsense: the whole" {
	local range

	cgi_only 'a web server that sends the blobs reads ranges as it will'
	random_file blob 20
	push_blob blob
	for range in lines=0-1 bytes bytes= bytes=- bytes=a-b \
		bytes=0x1-5 bytes=+1-5 'bytes=1' 'bytes=1-2-3' 'bytes=--5' '0-5' 'seconds=1-'; do
		request GET blob "$name" "$digest" -H "Range: $range"
		expect_status 200
		expect_no_header Content-Range
		expect_body blob
	done
}
