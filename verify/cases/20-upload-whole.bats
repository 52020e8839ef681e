#!/usr/bin/env bats
# 20-upload-whole.bats - a blob in one piece, in each of the ways of clients
# SPDX-License-Identifier: ISC

# bats file_tags=push

. "$BATS_TEST_DIRNAME/../helper.bash"

# complete [KEY=VALUE]... [option]...: PUT to the session.
complete() {
	request PUT at "$location" "$@"
}

# bats test_tags=must,end-4a
@test "end-4a POST opens a session" {
	start_upload
	strictly expect_header Range 0-0
	expect_header Docker-Upload-UUID "$session"
	strictly expect_header Content-Length 0
	expect_empty
	[[ $session =~ ^[A-Za-z0-9._=-]{16,128}$ ]]
}

# bats test_tags=should,end-4a
@test "end-4a sessions have ids of their own, that cannot be guessed" {
	local i

	for ((i = 0; i < 20; i++)); do
		start_upload
		printf '%s\n' "$session"
	done >ids
	expect_equal "$(sort -u ids | wc -l)" 20
}

# bats test_tags=must,end-4a,end-6
@test "end-4a end-6 POST, then PUT with the whole body" {
	setup_blob
	start_upload
	complete "digest=$digest" --body blob -H 'Content-Type: application/octet-stream'
	stored
	gone
}

# bats test_tags=should,end-6
@test "end-6 the digest not percent-encoded, and no Content-Type" {
	setup_blob
	start_upload
	separator=\?
	[[ $location != *\?* ]] || separator='&'
	request PUT "$location${separator}digest=$digest" --body blob
	stored
}

# bats test_tags=offer,end-6
@test "end-6 any Content-Type" {
	setup_blob
	start_upload
	complete "digest=$digest" --body blob -H 'Content-Type: application/x-www-form-urlencoded'
	stored
}

# bats test_tags=should,end-6
@test "end-6 PUT with the whole body, chunked" {
	setup_blob 200000
	start_upload
	complete "digest=$digest" --body blob --chunked
	stored
}

# bats test_tags=must,end-4b
@test "end-4b POST with the digest and the body" {
	setup_blob
	request POST uploads "$name" "digest=$digest" --body blob
	in_one_post
	stored
}

# bats test_tags=should,end-4b
@test "end-4b POST with the digest and the body, chunked" {
	[[ $DRIVER == cgi || $REGISTRY_URL == http:* ]] ||
		skip 'for other servers: lighttpd wants the length of a POST by HTTP/2'
	setup_blob
	request POST uploads "$name" "digest=$digest" --body blob --chunked
	in_one_post
	stored
}

# bats test_tags=must,end-4b
@test "end-4b POST with a wrong digest: 400, nothing stored, no session left" {
	setup_blob
	request POST uploads "$name" "digest=$empty_digest" --body blob
	in_one_post
	refused 400 DIGEST_INVALID
	not_stored
	request GET blob "$name" "$empty_digest"
	expect_status 404
	if [[ $strict && -d $v2/repositories/$name/_uploads ]]; then
		expect_equal "$(ls -A "$v2/repositories/$name/_uploads")" ''
	fi
}

# bats test_tags=must,end-5,end-6
@test "end-5 end-6 POST, one PATCH, PUT with nothing" {
	setup_blob
	start_upload
	request PATCH "$location" --body blob
	expect_status 202
	expect_header Range 0-4999
	expect_header Docker-Upload-UUID "$session"
	strictly expect_header Content-Length 0
	location=${header[location]}
	complete "digest=$digest"
	stored
	gone
}

# bats test_tags=should,end-5,end-6
@test "end-5 end-6 POST, one PATCH chunked as docker sends it, PUT with nothing" {
	setup_blob 300000
	start_upload
	request PATCH "$location" --body blob --chunked
	expect_status 202
	expect_header Range 0-299999
	location=${header[location]}
	complete other=x "digest=$digest"
	stored
}

# bats test_tags=must,end-5,end-6
@test "end-5 end-6 POST, PATCH, PUT with the last chunk" {
	setup_blob
	head -c 3000 blob >first
	tail -c +3001 blob >last
	start_upload
	request PATCH "$location" --body first
	expect_status 202
	complete "digest=$digest" --body last
	stored
}

# bats test_tags=must,end-6
@test "end-6 PUT with the last chunk and its Content-Range" {
	setup_blob
	head -c 3000 blob >first
	tail -c +3001 blob >last
	start_upload
	request PATCH "$location" --body first
	complete "digest=$digest" --body last -H 'Content-Range: 3000-4999'
	stored
}

# bats test_tags=must,end-6
@test "end-6 the empty blob, with and without a PATCH of nothing" {
	: >blob
	digest=$empty_digest
	start_upload
	complete "digest=$digest"
	stored
	name+=/b
	start_upload
	request PATCH "$location" --body blob
	expect_status 202
	complete "digest=$digest"
	stored
}

# bats test_tags=should,end-6
@test "end-6 PUT without a digest: 400, and the session is as it was" {
	setup_blob
	start_upload
	request PATCH "$location" --body blob
	request PUT "$location"
	refused 400 DIGEST_INVALID
	complete digest=
	refused 400 DIGEST_INVALID
	holds 5000
	complete "digest=$digest"
	stored
}

# bats test_tags=should,end-6
@test "end-6 PUT with a digest that is none: 400, and the session is as it was" {
	local each

	setup_blob
	start_upload
	request PATCH "$location" --body blob
	for each in sha256: "${digest#*:}" "${digest^^}" \
		sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709 "md5:d41d8cd98f00b204e9800998ecf8427e" "$digest " "sha256%3A${digest#*:}"; do
		complete "digest=$each" --body blob
		refused 400 DIGEST_INVALID
	done
	holds 5000
	complete "digest=$digest"
	stored
}

# bats test_tags=offer,end-6
@test "end-6 the digest given twice: 400" {
	setup_blob
	start_upload
	complete "digest=$digest" "digest=$empty_digest" --body blob
	refused 400 DIGEST_INVALID
	not_stored
}

# bats test_tags=offer,end-6
@test "end-6 a wrong digest: 400 DIGEST_INVALID, and the session is as it was" {
	setup_blob
	head -c 3000 blob >first
	tail -c +3001 blob >last
	start_upload
	request PATCH "$location" --body first
	complete "digest=$(absent_digest)" --body last
	refused 400 DIGEST_INVALID
	not_stored
	holds 3000
	complete "digest=$digest" --body last
	stored
}

# bats test_tags=offer,end-6
@test "end-6 a wrong digest after everything was sent: the right one still completes" {
	setup_blob
	start_upload
	request PATCH "$location" --body blob
	complete "digest=$(absent_digest)"
	refused 400 DIGEST_INVALID
	holds 5000
	complete "digest=$digest"
	stored
}

# bats test_tags=offer,end-6
@test "end-6 the answer to a wrong digest tells both" {
	setup_blob
	start_upload
	complete "digest=$empty_digest" --body blob
	refused 400 DIGEST_INVALID
	expect_fault --arg digest "$empty_digest" '.errors[0].detail.digest == $digest'
}

# bats test_tags=offer,end-6
@test "end-6 size, right" {
	setup_blob
	start_upload
	complete "digest=$digest" size=5000 --body blob
	stored
}

# bats test_tags=offer,end-6
@test "end-6 size, right, and in any order" {
	setup_blob
	start_upload
	request PATCH "$location" --body blob
	complete size=5000 "digest=$digest"
	stored
}

# bats test_tags=offer,end-6
@test "end-6 size, wrong: SIZE_INVALID, and the session is as it was" {
	local each

	setup_blob
	head -c 3000 blob >first
	tail -c +3001 blob >last
	start_upload
	request PATCH "$location" --body first
	for each in 4999 5001 0 2000 9223372036854775807 9223372036854775808 18446744073709556616 \
		-5000 +5000 0x1388 5000.0 5e3 ''; do
		complete "digest=$digest" "size=$each" --body last
		refused 400 SIZE_INVALID
		holds 3000
	done
	not_stored
	complete "digest=$digest" size=5000 --body last
	stored
}

# bats test_tags=should,end-6
@test "end-6 a session that never was: 404" {
	setup_blob
	url session "$name" 00000000-0000-4000-8000-000000000000
	location=$url
	complete "digest=$digest" --body blob
	refused 404 BLOB_UPLOAD_UNKNOWN
	complete "digest=$digest"
	refused 404 BLOB_UPLOAD_UNKNOWN
	request PATCH "$location" --body blob
	refused 404 BLOB_UPLOAD_UNKNOWN
	request DELETE "$location"
	refused 404 BLOB_UPLOAD_UNKNOWN
	not_stored
}

# bats test_tags=offer,end-6
@test "end-6 a repeated PUT without a body is answered again: 201" {
	setup_blob
	start_upload
	request PATCH "$location" --body blob
	complete "digest=$digest"
	stored
	complete "digest=$digest"
	stored
}

# bats test_tags=offer,end-6
@test "end-6 a repeated PUT for a digest the repository lacks, or with a body: 404" {
	setup_blob
	start_upload
	complete "digest=$digest" --body blob
	stored
	complete "digest=$(absent_digest)"
	refused 404 BLOB_UPLOAD_UNKNOWN
	complete "digest=$digest" --body blob
	refused 404 BLOB_UPLOAD_UNKNOWN
	request PATCH "$location" --body blob
	refused 404 BLOB_UPLOAD_UNKNOWN
	request DELETE "$location"
	refused 404 BLOB_UPLOAD_UNKNOWN
}

# bats test_tags=must,end-6
@test "end-6 a blob pushed twice, and into two repositories" {
	setup_blob
	push_blob blob
	push_blob blob
	push_blob blob "$name/other"
	request GET blob "$name/other" "$digest"
	expect_body blob
	request GET blob "$name" "$digest"
	expect_body blob
}

# bats test_tags=must,end-6,concurrency
@test "end-6 many pushes of one blob at once: all 201, stored once" {
	local i pids=()

	setup_blob 100000
	for ((i = 0; i < 8; i++)); do
		(
			mkdir "$i" && cd "$i" || exit
			BATS_TEST_TMPDIR=$PWD
			start_upload &&
				request PUT at "$location" "digest=$digest" --body ../blob &&
				expect_status 201
		) &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	request GET blob "$name" "$digest"
	expect_body blob
}
