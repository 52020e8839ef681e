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

# make_sparse NUMBER: the image; and the file index, of it and so many others
# that are nowhere.
make_sparse() {
	make_image
	put_manifest "$image_digest" "$image"
	expect_status 201
	jq -n -c --arg type "$oci_index" --arg child "$oci_manifest" --arg here "$image_digest" \
		--argjson size "$(stat -c %s "$image")" --argjson count "$1" '{
		schemaVersion: 2, mediaType: $type, manifests: ([{mediaType: $child, digest: $here,
		size: $size}] + [range($count) | {mediaType: $child, size: 7,
		digest: "sha256:\(1000000 + . | tostring | . * 10 | .[:64])"}])}' >index
}

@test "end-7 an index that lacks manifests: accepted, with a warning that says how many" {
	make_sparse 3
	put_manifest sparse index "$oci_index"
	expect_status 201
	expect_header Warning '299 - "3 of what this manifest names is not in the repository"'
	request GET manifest "$name" sparse
	expect_status 200
	expect_body index
	expect_no_header Warning
	make_sparse 0
	put_manifest whole index "$oci_index"
	expect_status 201
	expect_no_header Warning
}

@test "end-7 sparse=no: an index that lacks manifests is refused, each with digest and place" {
	cgi_only 'other settings'
	request_settings=(HYTHE_SPARSE=no)
	make_sparse 2
	put_manifest sparse index "$oci_index"
	refused 400 MANIFEST_BLOB_UNKNOWN MANIFEST_BLOB_UNKNOWN
	expect_json --slurpfile index index '[.errors[].detail | {at, digest}] ==
		[1, 2 | {at: "/manifests/\(.)", digest: $index[0].manifests[.].digest}]'
	request GET manifest "$name" sparse
	refused 404 MANIFEST_UNKNOWN
	make_sparse 0
	put_manifest whole index "$oci_index"
	expect_status 201
}

@test "end-7 sparse=no: a manifest of another repository, or one that was deleted, is missing" {
	cgi_only 'other settings'
	request_settings=(HYTHE_SPARSE=no)
	make_sparse 0
	put_manifest whole index "$oci_index" "$name/other"
	refused 400 MANIFEST_BLOB_UNKNOWN
	request DELETE manifest "$name" "$image_digest"
	expect_status 202
	put_manifest whole index "$oci_index"
	refused 400 MANIFEST_BLOB_UNKNOWN
	put_manifest "$image_digest" "$image"
	put_manifest whole index "$oci_index"
	expect_status 201
}

@test "end-7 sparse=no: an index of plain blobs, as builders keep their caches" {
	cgi_only 'other settings'
	request_settings=(HYTHE_SPARSE=no)
	make_image
	printf '{"schemaVersion":2,"mediaType":"%s","manifests":[%s]}' "$oci_index" \
		"$(descriptor "$oci_layer" layer1)" >index
	put_manifest cache index "$oci_index"
	expect_status 201
}

@test "end-7 sparse=no: a subject that comes later, and a foreign layer, may be missing" {
	cgi_only 'other settings'
	request_settings=(HYTHE_SPARSE=no)
	make_image
	push --arg subject "$(absent_digest)" --arg layer "$(absent_digest)" '
		.subject = {mediaType: .mediaType, digest: $subject, size: 5} |
		.layers[0].digest = $layer | .layers[0].urls = ["https://registry.example/x"]'
	expect_status 201
	expect_no_header Warning
}

@test "end-7 sparse=all: an image that lacks a layer is accepted, with a warning" {
	cgi_only 'other settings'
	request_settings=(HYTHE_SPARSE=all)
	make_image 2
	push --arg layer "$(absent_digest)" '.layers[1].digest = $layer'
	expect_status 201
	expect_header Warning '299 - "1 of what this manifest names is not in the repository"'
	request GET manifest "$name" changed
	expect_body changed
	request GET blob "$name" "$(jq -r '.layers[1].digest' changed)"
	refused 404 BLOB_UNKNOWN
}

@test "end-7 sparse=all: a size that is not the blob's is still refused" {
	cgi_only 'other settings'
	request_settings=(HYTHE_SPARSE=all)
	make_image
	push '.layers[0].size = 7'
	refused 400 SIZE_INVALID
	nothing_stored
}

@test "end-7 an index that states another size than its manifest has: 400, and both" {
	make_sparse 0
	jq -c '.manifests[0].size += 1' index >wrong
	put_manifest wrong wrong "$oci_index"
	refused 400 SIZE_INVALID
	expect_json --argjson size "$(stat -c %s "$image")" '.errors[0].detail |
		.at == "/manifests/0" and .size == $size + 1 and .expected == $size'
	request GET manifest "$name" wrong
	refused 404 MANIFEST_UNKNOWN
}

@test "end-12a Docker's manifests have no subject" {
	push_image latest
	jq -c --arg type "$docker_manifest" --arg digest "$image_digest" '.mediaType = $type |
		.subject = {mediaType: $type, digest: $digest, size: 5}' "$image" >docker
	put_manifest "$(digest_of docker)" docker "$docker_manifest"
	expect_status 201
	expect_no_header OCI-Subject
	request GET referrers "$name" "$image_digest"
	expect_status 200
	expect_json '.manifests == []'
}
