#!/usr/bin/env bats
# 25-session-lock.bats - two requests at one session
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

# A blob of three chunks, each as large as several buffers of any program.
megabytes() {
	random_file blob 3145728
	split -b 1048576 -d -a 1 blob mb
	digest=$(digest_of blob)
	start_upload
}

session_holds() {
	[[ $(stat -c %s "$v2/repositories/$name/_uploads/$session/data") == "$1" ]]
}

@test "end-5 two requests at one session: 429 and Retry-After, never mixed" {
	megabytes
	append mb0
	slow_start PATCH "$location" --chunked
	cat mb1 >&9
	wait_until session_holds 2097152
	request PATCH "$location" --body mb2
	refused 429 TOOMANYREQUESTS
	expect_header Retry-After 1
	finish
	refused 429 TOOMANYREQUESTS
	request DELETE "$location"
	refused 429 TOOMANYREQUESTS
	cat mb2 >&9
	slow_finish
	expect_status 202
	expect_header Range 0-3145727
	finish
	stored
}

@test "end-13 the status needs no lock" {
	megabytes
	append mb0
	slow_start PATCH "$location" --chunked
	cat mb1 >&9
	wait_until session_holds 2097152
	request GET "$location"
	expect_status 204
	slow_finish
	expect_status 202
	holds 2097152
}
