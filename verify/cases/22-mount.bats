#!/usr/bin/env bats
# 22-mount.bats - a blob of another repository, without sending it
# SPDX-License-Identifier: ISC

# bats file_tags=mount

. "$BATS_TEST_DIRNAME/../helper.bash"

# mount KEY=VALUE...: ask for it in $name/here.
mount() {
	request POST uploads "$name/here" "$@"
}

# It was not mounted, but a session was opened that works.
opened() {
	expect_status 202
	expect_header Docker-Upload-UUID
	strictly expect_header Range 0-0
	location=${header[location]}
	request GET blob "$name/here" "$digest"
	refused 404 BLOB_UNKNOWN
	request PUT at "$location" "digest=$digest" --body blob
	expect_status 201
}

mounted() {
	[[ $status != 202 ]] || not_offered 'mounting'
	expect_status 201
	expect_location blob "$name/here" "$digest"
	expect_header Docker-Content-Digest "$digest"
	request GET blob "$name/here" "$digest"
	expect_status 200
	expect_body blob
}

setup_blob() {
	random_file blob 3000
	digest=$(digest_of blob)
}

# bats test_tags=must,end-11
@test "end-11 from a repository that has it: 201" {
	setup_blob
	push_blob blob "$name/there"
	mount "mount=$digest" "from=$name/there"
	mounted
}

# bats test_tags=must,end-11
@test "end-11 not percent-encoded, in any order, with more parameters" {
	setup_blob
	push_blob blob "$name/there"
	request POST "/v2/$name/here/blobs/uploads/?from=$name/there&mount=$digest&origin=registry.example"
	mounted
}

# bats test_tags=must,end-11
@test "end-11 the source may lose it afterwards" {
	setup_blob
	push_blob blob "$name/there"
	mount "mount=$digest" "from=$name/there"
	request DELETE blob "$name/there" "$digest"
	deleted
	request GET blob "$name/here" "$digest"
	expect_status 200
	expect_body blob
}

# bats test_tags=must,end-11
@test "end-11 onto itself, and again" {
	setup_blob
	push_blob blob "$name/here"
	mount "mount=$digest" "from=$name/here"
	mounted
	mount "mount=$digest" "from=$name/here"
	mounted
}

# bats test_tags=must,end-11
@test "end-11 a blob that is nowhere: 202 and a session" {
	setup_blob
	push_blob blob "$name/there"
	digest=$(absent_digest)
	mount "mount=$digest" "from=$name/there"
	expect_status 202
	expect_header Location
	request GET blob "$name/here" "$digest"
	refused 404 BLOB_UNKNOWN
}

# bats test_tags=must,end-11
@test "end-11 a source that lacks it, though another has it: 202 (CVE-2024-39897, GHSA-55r9-5mx9-qq7r)" {
	setup_blob
	push_blob blob "$name/there"
	printf x >x
	push_blob x "$name/elsewhere"
	digest=$(digest_of blob)
	mount "mount=$digest" "from=$name/elsewhere"
	opened
}

# bats test_tags=must,end-11
@test "end-11 a source that does not exist: 202" {
	setup_blob
	mount "mount=$digest" "from=$name/nobody"
	opened
}

# bats test_tags=must,end-11
@test "end-11 a source whose blob was deleted: 202" {
	setup_blob
	push_blob blob "$name/there"
	request DELETE blob "$name/there" "$digest"
	deleted
	mount "mount=$digest" "from=$name/there"
	opened
}

# bats test_tags=must,end-11
@test "end-11 without from: never more than the client may read" {
	setup_blob
	push_blob blob "$name/there"
	mount "mount=$digest"
	expect_status 201 202
	if [[ $status == 201 ]]; then
		mounted
	else
		opened
	fi
}

# bats test_tags=offer,end-11
@test "end-11 a digest that is none: 400" {
	mount mount=sha256:x "from=$name/there"
	refused 400 DIGEST_INVALID
}

# bats test_tags=offer,end-11
@test "end-11 a source that is no name: 400" {
	setup_blob
	mount "mount=$digest" from=../there
	refused 400 NAME_INVALID
	mount mount=sha256:x from=BAD
	expect_status 400
	expect_fault '[.errors[].code] | sort == ["DIGEST_INVALID", "NAME_INVALID"]'
}

# bats test_tags=must,end-11
@test "end-11 sha512" {
	setup_blob
	digest=$(digest_of blob sha512)
	start_upload "$name/there"
	request PUT at "$location" "digest=$digest" --body blob
	by_sha512
	mount "mount=$digest" "from=$name/there"
	mounted
}

# bats test_tags=must,end-11
@test "end-11 a mounted blob does for a manifest" {
	make_image
	local i
	for i in config layer1; do
		mount "mount=$(digest_of $i)" "from=$name"
		expect_status 201
	done
	put_manifest latest "$image" "$oci_manifest" "$name/here"
	expect_status 201
}
