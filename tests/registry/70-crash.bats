#!/usr/bin/env bats
# 70-crash.bats - programs that are killed, or stopped at the worst moment
# SPDX-License-Identifier: ISC
#
# With either driver the victims are run by CGI, on the same store.

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

half=1048576

setup_file() {
	fault_build
}

# A blob of two halves, each as large as several buffers of any program, and a
# session for it.
halves() {
	random_file blob $((2 * half))
	split -b $half -d -a 1 blob half
	digest=$(digest_of blob)
	start_upload
}

received() {
	[[ $(stat -c %s "$v2/repositories/$name/_uploads/$session/data") == "$1" ]]
}

holds() {
	request GET "$location"
	expect_status 204
	expect_header Range "0-$(($1 ? $1 - 1 : 0))"
}

finishes() {
	request PUT at "$location" "digest=$digest"
	expect_status 201
	request GET blob "$name" "$digest"
	expect_status 200
	expect_body blob
}

not_stored() {
	request GET blob "$name" "$digest"
	refused 404 BLOB_UNKNOWN
}

@test "end-5 killed in mid-PATCH: what came is there, and is gone on from" {
	halves
	slow_start PATCH "$location" --length $((2 * half))
	cat half0 >&9
	wait_until received $half
	slow_kill
	holds $half
	request PATCH "$location" --body half1 -H "Content-Range: $half-$((2 * half - 1))"
	expect_status 202
	finishes
}

@test "end-5 SIGTERM does not end a request by CGI" {
	halves
	slow_start PATCH "$location" --length $((2 * half))
	cat half0 >&9
	wait_until received $half
	kill -TERM "$slow_pid"
	cat half1 >&9
	slow_finish
	expect_status 202
	holds $((2 * half))
	finishes
}

@test "end-5 killed in mid-PATCH, again and again" {
	local i

	halves
	split -b 524288 -d -a 1 blob part
	for ((i = 0; i < 4; i++)); do
		slow_start PATCH "$location" --chunked \
			-H "Content-Range: $((i * 524288))-$((2 * half - 1))"
		cat "part$i" >&9
		wait_until received $(((i + 1) * 524288))
		slow_kill
		holds $(((i + 1) * 524288))
	done
	finishes
}

@test "end-6 killed in mid-PUT: no blob, and the session goes on" {
	halves
	slow_start PUT at "$location" "digest=$digest" --length $((2 * half))
	cat half0 >&9
	wait_until received $half
	slow_kill
	not_stored
	holds $half
	request PUT at "$location" "digest=$digest" --body half1
	expect_status 201
	request GET blob "$name" "$digest"
	expect_body blob
}

@test "end-6 a PUT that the registry fails: asked the same again, it works" {
	local in_the_way

	halves
	request PATCH "$location" --body half0
	in_the_way=$v2/blobs/sha256/${digest:7:2}/${digest:7}
	(umask 027 && mkdir -p "${in_the_way%/*}")
	: >"$in_the_way"
	request PUT at "$location" "digest=$digest" --body half1
	expect_status 500
	holds $half
	rm "$in_the_way"
	request PUT at "$location" "digest=$digest" --body half1
	expect_status 201
	request GET blob "$name" "$digest"
	expect_body blob
}

@test "end-6 a PUT of what is there already, whose session cannot end: asked again, it works" {
	halves
	push_blob blob "$name/other"
	start_upload
	request PATCH "$location" --body half0
	program=hythe-uploads
	cgi_find
	fault_needs "$program"
	request_settings=("${fault[@]}" FAULT_AT=1 FAULT_DO=28 FAULT_AMONG=w FAULT_ON=/_uploads)
	slow_start PUT at "$location" "digest=$digest" --length $half
	request_settings=()
	cat half1 >&9
	slow_finish
	expect_status 503
	holds $half
	request PUT at "$location" "digest=$digest" --body half1
	expect_status 201
	request GET blob "$name" "$digest"
	expect_body blob
}

@test "end-5 a disk that is full in the middle of a large body: what came counts, and it goes on" {
	local size data=$v2/repositories/$name/_uploads

	cgi_only 'a fault of its own'
	random_file blob 4000000
	program=hythe-uploads
	cgi_find
	fault_needs "$program"
	start_upload
	data+=/$session/data
	request_settings=("${fault[@]}" FAULT_AT=11 FAULT_DO=28 FAULT_AMONG=w FAULT_ON=/data)
	request PATCH at "$location" --body blob
	request_settings=()
	expect_status 503
	size=$(stat -c %s "$data")
	((size > 1048576 && size < 4000000)) || fail 'in the middle' "$size"
	cmp -n "$size" blob "$data"
	tail -c +$((size + 1)) blob >rest
	request PUT at "$location" "digest=$(digest_of blob)" --body rest
	expect_status 201
	request GET blob "$name" "$(digest_of blob)"
	expect_body blob
}

@test "end-5 killed after the digest of an earlier part was noted: it is not believed" {
	halves
	request PATCH "$location" --body half0
	expect_status 202
	slow_start PATCH "$location" --chunked
	cat half1 >&9
	wait_until received $((2 * half))
	slow_kill
	request PUT at "$location" "digest=$(digest_of half0)"
	refused 400 DIGEST_INVALID
	finishes
}

@test "end-5 data that lost its end, as after a power cut: the offset says so" {
	halves
	request PATCH "$location" --body blob
	truncate -s 1500000 "$v2/repositories/$name/_uploads/$session/data"
	holds 1500000
	request PUT at "$location" "digest=$digest"
	refused 400 DIGEST_INVALID
	tail -c +1500001 blob >rest
	request PATCH "$location" --body rest -H "Content-Range: 1500000-$((2 * half - 1))"
	expect_status 202
	finishes
}

@test "end-5 data that changed behind the session: the digest at the end tells" {
	local data

	halves
	data=$v2/repositories/$name/_uploads/$session/data
	request PATCH "$location" --body half0
	head -c $half /dev/zero | cat - half1 >"$data.new"
	cat "$data.new" >"$data"
	rm "$data.new"
	request PUT at "$location" "digest=$digest"
	refused 400 DIGEST_INVALID
	not_stored
}

@test "end-4b killed in mid-POST: nothing is seen" {
	random_file blob $((2 * half))
	head -c $half blob >half0
	digest=$(digest_of blob)
	slow_start POST uploads "$name" "digest=$digest" --length $((2 * half))
	cat half0 >&9
	sleep 0.2
	slow_kill
	not_stored
	push_blob blob
}

@test "end-7 killed in mid-manifest: nothing is seen" {
	make_image
	slow_start PUT manifest "$name" latest -H "Content-Type: $oci_manifest" \
		--length "$(stat -c %s "$image")"
	head -c 200 "$image" >&9
	sleep 0.2
	slow_kill
	request GET manifest "$name" latest
	refused 404 MANIFEST_UNKNOWN
	put_manifest latest "$image"
	expect_status 201
}

@test "end-4a a session whose POST was killed half way is nobody's" {
	start_upload
	mkdir "$v2/repositories/$name/_uploads/half-made"
	: >"$v2/repositories/$name/_uploads/half-made/data"
	request GET session "$name" half-made
	refused 404 BLOB_UPLOAD_UNKNOWN
	request PATCH session "$name" half-made --data x
	refused 404 BLOB_UPLOAD_UNKNOWN
	request DELETE session "$name" half-made
	refused 404 BLOB_UPLOAD_UNKNOWN
}

@test "a session file of nonsense: 404 or 5xx, and no crash" {
	local each file

	halves
	file=$v2/repositories/$name/_uploads/$session/session
	for each in '' x $'hythe-session 1\n' "$(head -c 3000 /dev/zero | tr '\0' 9)"; do
		printf %s "$each" >"$file"
		request GET "$location"
		expect_status 204 404 500
		request PATCH "$location" --body half0
		expect_status 404 500
		request PUT at "$location" "digest=$digest"
		expect_status 404 500
	done
}

# paused METHOD TARGET [option]...: a program, stopped before it locks the session.
paused() {
	program=hythe-uploads
	cgi_find || return
	fault_needs "$program"
	request_settings=("${fault[@]}" FAULT_AT=1 FAULT_DO=stop FAULT_AMONG=l FAULT_ON=/session)
	slow_start "$@"
	request_settings=()
	wait_until stopped
}

stopped() {
	grep -q "^State:.T" "/proc/$slow_pid/status"
}

# It goes on, with a body.
continues() {
	kill -CONT "$slow_pid"
	[[ ! ${1:-} ]] || cat "$1" >&9 || :
	slow_finish
}

# New sessions are opened until, for one POST in many sweeps, this old one is
# gone; a minute at most.
swept() {
	local end=$((SECONDS + 60))

	while [[ -e $1 ]] && ((SECONDS < end)); do
		request POST uploads "$name" || return
		expect_status 202 || return
		sleep 0.2
	done
	expect_no_file "$1"
}

@test "end-5 stopped before its lock, and another completes the session: 404, the blob unharmed" {
	trap '' PIPE
	halves
	request PATCH "$location" --body blob
	paused PATCH "$location" --length $half
	finishes
	continues half1
	refused 404 BLOB_UPLOAD_UNKNOWN
	request GET blob "$name" "$digest"
	expect_body blob
	expect_no_file "$v2/repositories/$name/_uploads/$session"
}

@test "end-5 stopped before its lock, and another gives the session up: 404, nothing comes back" {
	trap '' PIPE
	halves
	request PATCH "$location" --body half0
	paused PATCH "$location" --length $half
	request DELETE "$location"
	expect_status 204
	continues half1
	refused 404 BLOB_UPLOAD_UNKNOWN
	expect_no_file "$v2/repositories/$name/_uploads/$session"
	not_stored
}

@test "end-5 stopped before its lock, and the session expires: 404, nothing comes back" {
	local directory

	trap '' PIPE
	halves
	request PATCH "$location" --body half0
	directory=$v2/repositories/$name/_uploads/$session
	paused PATCH "$location" --length $half
	printf 2020-01-01T00:00:00Z >"$directory/startedat"
	touch -d 2020-01-01 "$directory"/* "$directory"
	swept "$directory"
	continues half1
	refused 404 BLOB_UPLOAD_UNKNOWN
	expect_no_file "$directory"
}

@test "end-6 stopped before its lock, and another completes the same: 201 again" {
	trap '' PIPE
	halves
	request PATCH "$location" --body blob
	paused PUT at "$location" "digest=$digest" --length 0
	finishes
	continues
	expect_status 201
	request GET blob "$name" "$digest"
	expect_body blob
}

@test "end-14 stopped before its lock, and another completes the session: 404, the blob unharmed" {
	trap '' PIPE
	halves
	request PATCH "$location" --body blob
	paused DELETE "$location"
	finishes
	continues
	refused 404 BLOB_UPLOAD_UNKNOWN
	request GET blob "$name" "$digest"
	expect_body blob
}

@test "end-5 stopped before its lock, while another appends: it goes on from there, or is told" {
	trap '' PIPE
	halves
	paused PATCH "$location" --length $half -H "Content-Range: 0-$((half - 1))"
	request PATCH "$location" --body half0
	expect_status 202
	continues half0
	refused 416 BLOB_UPLOAD_INVALID
	expect_header Range "0-$((half - 1))"
	request PATCH "$location" --body half1
	expect_status 202
	finishes
}

@test "end-14 expiry: an old session goes, a young one and a locked one stay" {
	local directory old young i

	halves
	old=$session
	start_upload
	young=$session
	start_upload
	slow_start PATCH "$location" --chunked
	cat half0 >&9
	wait_until received $half
	directory=$v2/repositories/$name/_uploads
	for i in "$old" "$session"; do
		printf 2020-01-01T00:00:00Z >"$directory/$i/startedat"
		touch -d 2020-01-01 "$directory/$i"/* "$directory/$i"
	done
	swept "$directory/$old"
	expect_file "$directory/$young"
	expect_file "$directory/$session"
	slow_finish
	expect_status 202
	holds $half
}
