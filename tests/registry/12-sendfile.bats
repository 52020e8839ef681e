#!/usr/bin/env bats
# 12-sendfile.bats - blobs that the web server is to send
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

# handed_over HEADER PREFIX: the blob is named to the web server, whose the
# length, the range and the body are then.
handed_over() {
	local hex=${digest#*:}

	expect_status 200
	expect_header "$1" "$2/docker/registry/v2/blobs/sha256/${hex:0:2}/$hex/data"
	expect_header Docker-Content-Digest "$digest"
	expect_no_header Content-Length
	expect_no_header Content-Range
	expect_empty
}

# kept SETTING HEADER: what has no blob for its body has no path either.
kept() {
	request HEAD "$target" --set "HYTHE_SENDFILE=$1" -H 'Range: bytes=2-4'
	expect_status 200
	expect_header Content-Length 20
	expect_header Accept-Ranges bytes
	expect_no_header "$2"
	request GET "$target" --set "HYTHE_SENDFILE=$1" -H 'Range: bytes=20-'
	expect_status 416
	expect_no_header "$2"
	request GET "$target" --set "HYTHE_SENDFILE=$1" -H 'If-None-Match: *'
	expect_status 304
	expect_no_header "$2"
}

@test "end-2 x-sendfile: GET is answered with the path of the file, all else as ever" {
	cgi_only 'a web server makes use of that header'
	digits
	request GET "$target" --set HYTHE_SENDFILE=x-sendfile -H 'Range: bytes=2-4'
	handed_over X-Sendfile "$store"
	expect_header Accept-Ranges bytes
	kept x-sendfile X-Sendfile
}

@test "end-2 x-accel: GET is answered with the path below /_hythe, all else as ever" {
	cgi_only 'a web server makes use of that header'
	digits
	request GET "$target" --set HYTHE_SENDFILE=x-accel -H 'Range: bytes=2-4'
	handed_over X-Accel-Redirect /_hythe
	expect_no_header Accept-Ranges
	kept x-accel X-Accel-Redirect
}
