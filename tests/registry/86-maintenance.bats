#!/usr/bin/env bats
# 86-maintenance.bats - read-only while a file is there
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

@test "while the file is there every change is 405 with a warning, and pulls work" {
	local target

	cgi_only 'other settings'
	push_image latest
	start_upload
	request_settings=("HYTHE_READ_ONLY_FILE=$PWD/maintenance")
	request PATCH "$location" --data x
	expect_status 202
	expect_no_header Warning
	printf 'moving to another disk until 14:00\nmore\n' >maintenance
	for target in "POST uploads $name" "PATCH $location" "PUT at $location digest=$digest" \
		"PUT manifest $name latest" "DELETE manifest $name latest" \
		"DELETE blob $name $digest" "DELETE $location"; do
		request $target --body layer1
		refused 405 UNSUPPORTED
		expect_header Warning '299 - "moving to another disk until 14:00"'
	done
	request GET manifest "$name" latest
	expect_status 200
	request GET blob "$name" "$digest"
	expect_status 200
	: >maintenance
	request POST uploads "$name"
	refused 405 UNSUPPORTED
	expect_header Warning '299 - "the registry is read-only for maintenance"'
	rm maintenance
	request PATCH "$location" --data x
	expect_status 202
	expect_header Range 0-1
}

@test "what the file says cannot become another header" {
	cgi_only 'other settings'
	printf 'a"\r\nX-Evil: 1' >maintenance
	request POST uploads "$name" --set "HYTHE_READ_ONLY_FILE=$PWD/maintenance"
	refused 405 UNSUPPORTED
	expect_header Warning '299 - "a\""'
	expect_no_header X-Evil
}

@test "who may not is not told that it is switched off" {
	cgi_only 'other settings'
	: >maintenance
	request POST uploads "$name" --set "HYTHE_READ_ONLY_FILE=$PWD/maintenance" \
		--set HYTHE_OPEN=no
	refused 403 DENIED
}
