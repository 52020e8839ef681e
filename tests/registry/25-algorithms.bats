#!/usr/bin/env bats
# 25-algorithms.bats - which digest algorithm an upload is told, and which it has
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

setup_blob() {
	random_file blob 5000
	split -b 2500 -d -a 1 blob half
}

# announced ALGORITHM: a session for it.
announced() {
	request POST uploads "$name" "digest-algorithm=$1"
	expect_status 202
	expect_header Docker-Upload-UUID
	location=${header[location]}
}

stored() {
	expect_status 201
	expect_header Docker-Content-Digest "$1"
	request GET blob "$name" "$1"
	expect_status 200
	expect_body blob
}

@test "end-4c end-5 end-6 the algorithm announced, chunk by chunk" {
	local algorithm

	setup_blob
	for algorithm in sha256 sha512; do
		digest=$(digest_of blob $algorithm)
		announced $algorithm
		request PATCH "$location" --body half0 -H 'Content-Range: 0-2499'
		expect_status 202
		request PATCH "${header[location]}" --body half1 -H 'Content-Range: 2500-4999'
		expect_status 202
		request PUT at "${header[location]}" "digest=$digest"
		stored "$digest"
	done
}

@test "end-4c end-6 another algorithm than announced, before and after the content" {
	setup_blob
	announced sha512
	request PUT at "$location" "digest=$(digest_of blob)" --body blob
	stored "$(digest_of blob)"
	announced sha256
	request PATCH "$location" --body blob
	request PUT at "$location" "digest=$(digest_of blob sha512)"
	stored "$(digest_of blob sha512)"
}

@test "end-4c end-11 the algorithm, with a mount that fails" {
	setup_blob
	request POST uploads "$name" digest-algorithm=sha512 "mount=$(digest_of blob sha512)" \
		"from=$name/none"
	expect_status 202
	location=${header[location]}
	request PUT at "$location" "digest=$(digest_of blob sha512)" --body blob
	stored "$(digest_of blob sha512)"
}

@test "end-4c an algorithm that is none here: 400, and no session" {
	local each

	for each in '' md5 sha1 sha384 blake3 SHA256 sha512-256 sha256:; do
		request POST uploads "$name" "digest-algorithm=$each"
		refused 400 DIGEST_INVALID
	done
	expect_no_file "$v2/repositories/$name"
}

@test "end-4b end-6 end-11 a digest of an algorithm that is none here: 400" {
	local blake=blake3:${empty_digest#*:}

	setup_blob
	request POST uploads "$name" "digest=$blake" --body blob
	refused 400 DIGEST_INVALID
	request POST uploads "$name" "mount=$blake" "from=$name"
	refused 400 DIGEST_INVALID
	start_upload
	request PUT at "$location" "digest=$blake" --body blob
	refused 400 DIGEST_INVALID
	request PUT at "$location" "digest=$(digest_of blob)" --body blob
	stored "$(digest_of blob)"
}

@test "end-5 a blob of many buffers, part of it hashed while the next is read" {
	random_file blob 20000000
	start_upload
	request PATCH at "$location" --body blob
	expect_status 202
	request PUT at "$location" "digest=$(digest_of blob)"
	expect_status 201
}
