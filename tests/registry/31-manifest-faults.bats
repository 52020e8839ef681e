#!/usr/bin/env bats
# 31-manifest-faults.bats - manifests that are refused, and everything why
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

# invalid FILTER [POINTER [CODE]]: changed so, it is refused there.
invalid() {
	push_changed "$1"
	expect_status 400
	expect_code "${3:-MANIFEST_INVALID}"
	if (($# > 1)); then
		expect_json --arg at "$2" '[.errors[].detail.at] | index([$at]) != null'
	fi
}

@test "end-7 bad fields, digests and sizes and missing blobs in one answer" {
	make_image 4
	push_changed --arg digest "$(absent_digest)" '.layers[0].digest = "sha256:x" | .layers[1].size = -1 |
		.layers[2].mediaType = 5 | .layers[3].digest = $digest'
	expect_status 400
	expect_json '[.errors[].detail.at | select(startswith("/layers/0"))] | length > 0'
	expect_json '[.errors[].detail.at | select(startswith("/layers/1"))] | length > 0'
	expect_json '[.errors[].detail.at | select(startswith("/layers/2"))] | length > 0'
	expect_json '[.errors[].detail.at | select(startswith("/layers/3"))] | length > 0'
	expect_json '[.errors[].code] | sort | unique ==
		["DIGEST_INVALID", "MANIFEST_BLOB_UNKNOWN", "MANIFEST_INVALID", "SIZE_INVALID"]'
	nothing_stored
}

@test "end-7 a thousand faults are capped, and the last says how many more" {
	make_image
	push_changed '.layers = [range(1000) as $i | .layers[0] | .size = 5]'
	expect_status 400
	expect_json '.errors | length == 100'
	expect_json '.errors[-1].detail.size == 901'
	nothing_stored
}

@test "end-7 a missing blob of a foreign layer is none, of its neighbour is one" {
	make_image 2
	push_changed --arg a "$(absent_digest)" --arg b "$(absent_digest)" '.layers[0].digest = $a |
		.layers[0].urls = ["https://registry.example/x"] | .layers[1].digest = $b'
	refused 400 MANIFEST_BLOB_UNKNOWN
	expect_json '.errors[0].detail.at == "/layers/1"'
}

@test "end-7 schemaVersion must be 2" {
	local each

	make_image
	for each in 1 3 0 -2 2.5 '"2"' null true '[2]'; do
		invalid ".schemaVersion = $each" /schemaVersion
	done
	invalid 'del(.schemaVersion)'
	nothing_stored
}

@test "end-7 config: there, an object, with mediaType, digest and size" {
	make_image
	invalid 'del(.config)'
	invalid '.config = null'
	invalid '.config = []'
	invalid '.config = "x"'
	invalid 'del(.config.mediaType)'
	invalid '.config.mediaType = 1'
	invalid 'del(.config.digest)'
	invalid '.config.digest = 5'
	invalid 'del(.config.size)'
	nothing_stored
}

@test "end-7 layers: an array of descriptors" {
	make_image
	invalid 'del(.layers)'
	invalid '.layers = {}'
	invalid '.layers = null'
	invalid '.layers = [null]'
	invalid '.layers = [[]]'
	invalid '.layers = [{}]'
	invalid '.layers += ["x"]'
	nothing_stored
}

@test "end-7 manifests: an array of descriptors" {
	local each

	for each in '{}' null '[null]' '[{}]' '["x"]' 5; do
		printf '{"schemaVersion":2,"mediaType":"%s","manifests":%s}' "$oci_index" "$each" >bad
		put_manifest bad bad "$oci_index"
		expect_status 400
		expect_code MANIFEST_INVALID
	done
	nothing_stored
}

@test "end-7 digests in a manifest must be digests" {
	local each

	make_image
	for each in sha256: sha256:x "${empty_digest^^}" "${empty_digest#*:}" \
		sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709 "$empty_digest " "../../../../etc/passwd" ""; do
		push_changed --arg digest "$each" '.layers[0].digest = $digest'
		refused 400 DIGEST_INVALID
		expect_json '.errors[0].detail.at | startswith("/layers/0")'
	done
	nothing_stored
}

@test "end-7 sizes in a manifest must be whole numbers from 0 to 2^53" {
	local each

	make_image
	for each in -1 1.5 '"1001"' null true '[]' 9007199254740993 1e400 18446744073709552617 -0.5; do
		sed "s/\"size\":1001/\"size\":$each/" "$image" >bad
		put_manifest bad bad
		refused 400 SIZE_INVALID
		expect_json '.errors[0].detail.at | startswith("/layers/0")'
	done
	nothing_stored
}

@test "end-7 a subject must be a descriptor" {
	make_image
	invalid '.subject = "x"'
	invalid '.subject = []'
	invalid '.subject = {}'
	push_changed '.subject = {mediaType: "a/b", digest: "sha256:x", size: 1}'
	refused 400 DIGEST_INVALID
	nothing_stored
}

@test "end-7 image and index at once: 400 (CVE-2021-41190, GHSA-qq97-vm5h-rrhg)" {
	make_image
	invalid '.manifests = []'
	jq -c --arg type "$oci_index" '.mediaType = $type | .manifests = []' "$image" >bad
	put_manifest bad bad "$oci_index"
	expect_status 400
	expect_code MANIFEST_INVALID
	jq -c 'del(.mediaType) | .manifests = []' "$image" >bad
	put_manifest bad bad
	expect_status 400
	printf '{"schemaVersion":2,"manifests":[],"config":{}}' >bad
	put_manifest bad bad "$oci_index"
	expect_status 400
	nothing_stored
}

@test "end-7 neither image nor index: 400" {
	printf '{"schemaVersion":2}' >bad
	put_manifest bad bad
	expect_status 400
	expect_code MANIFEST_INVALID
	put_manifest bad bad "$oci_index"
	expect_status 400
	nothing_stored
}

@test "end-7 an index under an image's type, and the other way round: 400 (CVE-2021-41190, GHSA-qq97-vm5h-rrhg)" {
	make_image
	printf '{"schemaVersion":2,"manifests":[]}' >bad
	put_manifest bad bad "$oci_manifest"
	expect_status 400
	expect_code MANIFEST_INVALID
	jq -c 'del(.mediaType)' "$image" >bad
	put_manifest bad bad "$oci_index"
	expect_status 400
	jq -c --arg type "$oci_index" '.mediaType = $type' "$image" >bad
	put_manifest bad bad "$oci_index"
	expect_status 400
	nothing_stored
}

@test "end-7 mediaType must be a string" {
	make_image
	invalid '.mediaType = 5' /mediaType
	invalid '.mediaType = null' /mediaType
	invalid '.mediaType = ["'"$oci_manifest"'"]' /mediaType
	invalid '.mediaType = ""' /mediaType
}

@test "end-7 odd text in a manifest comes back escaped, and as JSON" {
	make_image
	push_changed --arg text $'sha256:"\\\001\n<script>\177' '.layers[0].digest = $text'
	refused 400 DIGEST_INVALID
	expect_equal "$(LC_ALL=C tr -d '\040-\176' <"$body" | wc -c)" 0
	push_changed --arg text "$(head -c 100000 /dev/zero | tr '\0' x)" '.layers[0].digest = $text'
	refused 400 DIGEST_INVALID
	(($(stat -c %s "$body") < 2000))
}
