#!/usr/bin/env bats
# 23-sha512.bats - the other algorithm, everywhere
# SPDX-License-Identifier: ISC

# bats file_tags=sha512

. "$BATS_TEST_DIRNAME/../helper.bash"

# sha512_blob FILE: push it by its sha512; $digest is that.
sha512_blob() {
	digest=$(digest_of "$1" sha512)
	start_upload
	request PUT at "$location" "digest=$digest" --body "$1"
	by_sha512
	expect_header Docker-Content-Digest "$digest"
	expect_location blob "$name" "$digest"
}

# bats test_tags=must,end-6,end-2
@test "end-6 end-2 a blob by its sha512" {
	random_file blob 5000
	sha512_blob blob
	request GET blob "$name" "$digest"
	expect_status 200
	expect_body blob
	expect_header Docker-Content-Digest "$digest"
	expect_header ETag "\"$digest\""
	request HEAD blob "$name" "$digest"
	expect_status 200
	expect_header Content-Length 5000
}

# bats test_tags=must,end-5,end-6
@test "end-5 end-6 in chunks, the algorithm known only at the end" {
	random_file blob 5000
	head -c 1234 blob >a
	tail -c +1235 blob >b
	digest=$(digest_of blob sha512)
	start_upload
	request PATCH "$location" --body a
	request PATCH "$location" --body b
	expect_status 202
	request PUT at "$location" "digest=$digest"
	by_sha512
	request GET blob "$name" "$digest"
	expect_body blob
}

# bats test_tags=must,end-4a
@test "end-4a the algorithm announced with the POST" {
	random_file blob 5000
	digest=$(digest_of blob sha512)
	request POST uploads "$name" digest-algorithm=sha512
	expect_status 202
	location=${header[location]}
	request PATCH "$location" --body blob
	expect_status 202
	request PUT at "$location" "digest=$digest"
	by_sha512
	request GET blob "$name" "$digest"
	expect_body blob
}

# bats test_tags=must,end-4b
@test "end-4b in one POST" {
	random_file blob 5000
	digest=$(digest_of blob sha512)
	request POST uploads "$name" "digest=$digest" --body blob
	in_one_post
	by_sha512
	expect_header Docker-Content-Digest "$digest"
}

# bats test_tags=must,end-6
@test "end-6 a wrong sha512: 400" {
	random_file blob 5000
	digest=$(digest_of /dev/null sha512)
	start_upload
	request PUT at "$location" "digest=$digest" --body blob
	refused 400 DIGEST_INVALID
	request GET blob "$name" "$digest"
	refused 404 BLOB_UNKNOWN
}

# bats test_tags=must,end-7,end-3
@test "end-7 end-3 a manifest by its sha512, of blobs by theirs" {
	local config_digest manifest_digest

	printf '{}' >config
	sha512_blob config
	config_digest=$digest
	random_file layer 2000
	sha512_blob layer
	jq -n -c --arg type "$oci_manifest" --arg config_type "$oci_config" \
		--arg config "$config_digest" --arg layer_type "$oci_layer" --arg layer "$digest" '{
		schemaVersion: 2, mediaType: $type,
		config: {mediaType: $config_type, digest: $config, size: 2},
		layers: [{mediaType: $layer_type, digest: $layer, size: 2000}]}' >manifest
	manifest_digest=$(digest_of manifest sha512)
	put_manifest "$manifest_digest" manifest
	by_sha512
	expect_header Docker-Content-Digest "$manifest_digest"
	request GET manifest "$name" "$manifest_digest"
	expect_status 200
	expect_body manifest
	expect_header Docker-Content-Digest "$manifest_digest"
	request DELETE manifest "$name" "$manifest_digest"
	deleted
	request GET manifest "$name" "$manifest_digest"
	refused 404 MANIFEST_UNKNOWN
}

# bats test_tags=must,end-7
@test "end-7 a manifest pushed by tag has its sha256" {
	push_image latest
	expect_header Docker-Content-Digest "$image_digest"
	request GET manifest "$name" "$(digest_of "$image" sha512)"
	refused 404 MANIFEST_UNKNOWN
}

# bats test_tags=must,end-10
@test "end-10 deleted by its sha512" {
	random_file blob 50
	sha512_blob blob
	request DELETE blob "$name" "$digest"
	deleted
	request GET blob "$name" "$digest"
	refused 404 BLOB_UNKNOWN
}
