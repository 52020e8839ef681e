#!/usr/bin/env bats
# 50-stop.bats - SIGTERM ends a program, but no request
# SPDX-License-Identifier: ISC
#
# lighttpd starts a program that ended anew.  So that the signal comes in the
# middle of a request for certain, the program is stopped there first.

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/clients/helper.bash"

size=$((256 << 20))

setup_file() {
	[[ ! ${REGISTRY_URL:-} ]] || skip 'for a server of our own'
	registry_start
}

setup() {
	name=stop/t$BATS_TEST_NUMBER
	cd "$BATS_TEST_TMPDIR"
	head -c "$size" /dev/urandom >blob
	digest=$(digest_of blob)
}

# What a failed test left stopped would never end.
teardown() {
	[[ ! ${old:-} ]] || kill -CONT "$old" 2>/dev/null || :
	rm -rf "${BATS_TEST_TMPDIR:?}"/* "$STORAGE/docker"
}

session_size() {
	stat -c %s "$STORAGE/docker/registry/v2/repositories/$name/_uploads/${location##*/}/data" \
		2>/dev/null || echo 0
}

has_begun() {
	(($(session_size) > 0))
}

# Wait without a pause until the session grows, and stop the program there.
stop_inside() {
	local end=$((SECONDS + 60))

	process_of hythe-uploads
	old=$pid
	until has_begun; do
		((SECONDS < end)) || fail 'the upload did not begin'
	done
	kill -STOP "$old"
	(($(session_size) < size)) || fail 'the upload was faster than the test'
}

replaced() {
	[[ ! -e /proc/$old ]] && process_of hythe-uploads
}

# interrupted METHOD LOCATION EXPECTED: send the blob, with SIGTERM in the middle.
interrupted() {
	local sender

	send "$1" "$2" blob >answered 3>&- &
	sender=$!
	stop_inside
	kill -TERM "$old"
	kill -CONT "$old"
	wait "$sender"
	expect_equal "$(<answered)" "$3"
	wait_until replaced
}

comes_back() {
	curl -sSf "$(endpoint blob "$name" "$digest")" | cmp - blob
}

@test "SIGTERM in the middle of a PATCH: answered, and a new program goes on" {
	open_session
	interrupted PATCH "$location" 202
	expect_equal "$(session_size)" "$size"
	expect_equal "$(close_session "$digest")" 201
	comes_back
}

@test "SIGTERM in the middle of a PUT that brings the blob: it is there" {
	open_session
	interrupted PUT "$(endpoint at "$location" "digest=$digest")" 201
	comes_back
}
