#!/usr/bin/env bats
# 39-descriptors.bats - what descriptors say of blobs and manifests, true or not
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

# push FILTER [option of jq]...: the image, changed, under the tag `changed`.
push() {
	jq -c "$@" "$image" >changed
	put_manifest changed changed
}

nothing_stored() {
	request GET manifest "$name" changed
	refused 404 MANIFEST_UNKNOWN
	request GET manifest "$name" "$(digest_of changed)"
	refused 404 MANIFEST_UNKNOWN
}

@test "end-7 embedded data that is the content: accepted, and served as it stands" {
	make_image
	push --arg config "$(base64 -w0 config)" --arg layer "$(base64 -w0 layer1)" \
		'.config.data = $config | .layers[0].data = $layer'
	expect_status 201
	request GET manifest "$name" changed
	expect_body changed
}

@test "end-7 embedded data is no excuse for a missing blob" {
	make_image
	printf other >other
	push --arg digest "$(digest_of other)" '.layers[0] |=
		(.digest = $digest | .size = 5 | .data = "b3RoZXI=")'
	refused 400 MANIFEST_BLOB_UNKNOWN
	nothing_stored
}

@test "end-7 embedded data of another size, or of other content: 400, and what it is" {
	make_image
	printf '{}' >other
	push '.config.data = "e30="'
	refused 400 SIZE_INVALID
	expect_json '.errors[0].detail | .at == "/config/data" and .value == "2"'
	nothing_stored
	push --arg data "$(tr a b <config | base64 -w0)" '.config.data = $data'
	refused 400 DIGEST_INVALID
	expect_json --arg digest "$(tr a b <config | sha256sum | cut -d ' ' -f 1)" \
		'.errors[0].detail | .at == "/config/data" and .value == "sha256:" + $digest'
	nothing_stored
	push '.layers[0].data = "?"'
	refused 400 MANIFEST_INVALID
	nothing_stored
}

@test "end-7 embedded data by its sha512" {
	local filter='.subject = {mediaType: "a/b", digest: $digest, size: 2, data: $data}'

	make_image
	printf '{}' >other
	push --arg digest "$(digest_of other sha512)" --arg data e30= "$filter"
	expect_status 201
	push --arg digest "$(digest_of other sha512)" --arg data W10= "$filter"
	refused 400 DIGEST_INVALID
	expect_json '.errors[0].detail.at == "/subject/data"'
}
