#!/usr/bin/env bats
# 31-manifest-blobs.bats - manifests that name what is not there, or is not so
# SPDX-License-Identifier: ISC

# bats file_tags=manifests

. "$BATS_TEST_DIRNAME/../helper.bash"

# bats test_tags=should,end-7
@test "end-7 every missing blob is told at once: digest and place" {
	local config one two

	make_image 3
	config=$(absent_digest) one=$(absent_digest) two=$(absent_digest)
	push_changed --arg config "$config" --arg one "$one" --arg two "$two" \
		'.config.digest = $config | .layers[0].digest = $one | .layers[2].digest = $two'
	refused 400 MANIFEST_BLOB_UNKNOWN MANIFEST_BLOB_UNKNOWN MANIFEST_BLOB_UNKNOWN
	expect_fault --arg config "$config" --arg one "$one" --arg two "$two" \
		'[.errors[].detail | [.at, .digest]] ==
		[["/config", $config], ["/layers/0", $one], ["/layers/2", $two]]'
	expect_fault --arg name "$name" '[.errors[].detail.name] | all(. == $name)'
	nothing_stored
}

# bats test_tags=should,end-7
@test "end-7 a blob that only another repository has is missing" {
	make_image
	put_manifest latest "$image" "$oci_manifest" "$name/other"
	refused 400 MANIFEST_BLOB_UNKNOWN MANIFEST_BLOB_UNKNOWN
	request GET tags "$name/other"
	refused 404 NAME_UNKNOWN
}

# bats test_tags=should,end-7
@test "end-7 a blob that was deleted is missing" {
	make_image 2
	request DELETE blob "$name" "$(digest_of layer2)"
	deleted
	put_manifest latest "$image"
	refused 400 MANIFEST_BLOB_UNKNOWN
	expect_fault '.errors[0].detail.at == "/layers/1"'
	push_blob layer2
	put_manifest latest "$image"
	expect_status 201
}

# bats test_tags=offer,end-7
@test "end-7 sizes that are not the blobs': told, each, with both" {
	make_image 2
	push_changed '.config.size += 1 | .layers[1].size = 7'
	refused 400 SIZE_INVALID SIZE_INVALID
	expect_fault '[.errors[].detail.at] == ["/config", "/layers/1"]'
	expect_fault '.errors[1].detail | .size == 7 and .expected == 1002'
	nothing_stored
}

# bats test_tags=offer,end-7
@test "end-7 different faults in one answer, in the document's order, all 400" {
	make_image 3
	digest=$(absent_digest)
	push_changed --arg digest "$digest" '.config.size += 1 | .layers[0].digest = $digest |
		.layers[2].size = 1'
	refused 400 SIZE_INVALID MANIFEST_BLOB_UNKNOWN SIZE_INVALID
	expect_fault '[.errors[].detail.at] == ["/config", "/layers/0", "/layers/2"]'
	nothing_stored
}
