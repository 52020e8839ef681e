#!/usr/bin/env bats
# 05-warnings.bats - what the admin, or the registry, has to say to people
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

@test "no Warning where there is nothing to say" {
	request GET base
	expect_no_header Warning
	request GET manifest "$name" none
	expect_no_header Warning
}

@test "the admin's warning is in every answer: of each program, and good or bad" {
	local target

	cgi_only 'other settings'
	push_image latest
	request_settings=('HYTHE_WARNING=this registry closes on Friday')
	for target in 'GET base' "HEAD manifest $name latest" "GET blob $name $digest" \
		"POST uploads $name" "GET tags $name" "GET tags $name/none" \
		'GET /v2/BAD/tags/list' 'GET /elsewhere' 'POST base' "DELETE manifest $name latest"; do
		request $target
		expect_header Warning '299 - "this registry closes on Friday"'
	done
}

@test "a warning is code 299, agent - and a quoted string, without a date" {
	cgi_only 'other settings'
	request GET base --set 'HYTHE_WARNING=a "quoted" \\ and 100% \t, 1; 2'
	expect_status 200
	expect_header Warning '299 - "a \"quoted\" \\\\ and 100% \\t, 1; 2"'
}

@test "all warnings of an answer are 4096 bytes at most" {
	local quotes

	cgi_only 'other settings'
	printf -v quotes '"%.0s' {1..1000}
	printf '{"schemaVersion":2,"manifests":[%s]}' \
		'{"mediaType":"a/b","digest":"'"$(absent_digest)"'","size":1}' >index
	request PUT manifest "$name" latest --body index --set "HYTHE_WARNING=$quotes"
	expect_status 201
	expect_equal "$(grep -ci ^warning: "$headers")" 2
	(($(grep -i ^warning: "$headers" | wc -c) <= 4096))
	request GET base --set "HYTHE_WARNING=$quotes\""
	expect_status 500
	grep HYTHE_WARNING "$BATS_TEST_TMPDIR/log"
}

@test "a warning of control bytes, or outside ASCII, is a bad setting" {
	local each

	cgi_only 'other settings'
	for each in $'a\r\nX: y' $'\t' $'\303\244' $'\177'; do
		request GET base --set "HYTHE_WARNING=$each"
		expect_status 500
		expect_no_header Warning
	done
}

@test "an empty warning is none" {
	cgi_only 'other settings'
	request GET base --set HYTHE_WARNING=
	expect_status 200
	expect_no_header Warning
}
