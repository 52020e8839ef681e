#!/usr/bin/env bats
# 24-in-turn.bats - a client's next request comes as soon as it has the answer
# SPDX-License-Identifier: ISC
#
# Each program here cannot get rid of its answer, as if it were slow to end, and
# meanwhile the client goes on.

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

# answering METHOD PATH [option]...: run a program by CGI whose answer finds its
# pipe full, whatever the driver: any number of processes may serve a directory.
answering() {
	local pipe=$BATS_TEST_TMPDIR/pipe

	request_parse "$@" && cgi_prepare || return
	mkfifo "$pipe"
	exec 9<>"$pipe"
	# A pipe takes 64 KiB, and a program's answer whole or in part.
	dd if=/dev/zero of="$pipe" bs=65536 count=1 oflag=nonblock status=none || :
	env -i "${variables[@]}" "$program" <"${request_body:-/dev/null}" >"$pipe" \
		2>"$BATS_TEST_TMPDIR/log" 3>&- 9>&- &
	answering_pid=$!
	wait_until blocked
}

# It sleeps, as it does nowhere else.
blocked() {
	grep -q '^State:.S' "/proc/$answering_pid/status"
}

# It is still there, and gets rid of its answer now.
answered() {
	kill -0 "$answering_pid" || fail 'the program could answer'
	timeout 20 head -c 65536 <&9 >/dev/null
	wait "$answering_pid"
	exec 9>&-
}

chunks() {
	random_file blob 6000
	split -b 2000 -d -a 1 blob chunk
	digest=$(digest_of blob)
	start_upload
}

# goes_on CHUNK RANGE: the client's next chunk is accepted.
goes_on() {
	request PATCH "$location" --body "$1" -H "Content-Range: $2"
	[[ $status == 202 ]]
}

stored() {
	request PUT at "$location" "digest=$digest"
	expect_status 201
	request GET blob "$name" "$digest"
	expect_body blob
}

# The one session of the repository, once there is one.
opened() {
	session=$(ls "$v2/repositories/$name/_uploads" 2>/dev/null)
	url session "$name" "${session:-none}"
	location=$url
	[[ $session && -e $v2/repositories/$name/_uploads/$session/session ]]
}

@test "end-4a end-5 a chunk, while the POST is still answering" {
	random_file blob 6000
	digest=$(digest_of blob)
	answering POST uploads "$name"
	wait_until opened
	wait_until goes_on blob 0-5999
	answered
	stored
}

@test "end-5 the next chunk, while the last is still answered" {
	chunks
	answering PATCH "$location" --body chunk0
	wait_until goes_on chunk1 2000-3999
	answered
	goes_on chunk2 4000-5999
	stored
}

@test "end-5 the right chunk, while the wrong one is still answered" {
	chunks
	answering PATCH "$location" --body chunk2 -H 'Content-Range: 4000-5999'
	wait_until goes_on chunk0 0-1999
	answered
	goes_on chunk1 2000-3999
	goes_on chunk2 4000-5999
	stored
}

@test "end-6 end-14 giving up, while a wrong digest is still answered" {
	chunks
	answering PUT at "$location" "digest=$(absent_digest)" --body blob
	wait_until given_up
	answered
	request GET "$location"
	refused 404 BLOB_UPLOAD_UNKNOWN
}

given_up() {
	request DELETE "$location"
	[[ $status == 204 ]]
}
