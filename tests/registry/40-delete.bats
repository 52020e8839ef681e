#!/usr/bin/env bats
# 40-delete.bats - deleting tags, manifests and blobs, and what stays
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

@test "end-9 a tag: only the tag goes" {
	push_image latest
	put_manifest stable "$image"
	request DELETE "/v2/$name/manifests/latest"
	expect_status 202
	request GET "/v2/$name/manifests/latest"
	refused 404 MANIFEST_UNKNOWN
	request GET "/v2/$name/manifests/stable"
	expect_status 200
	request GET "/v2/$name/manifests/$image_digest"
	expect_status 200
	expect_body "$image"
	request GET "/v2/$name/tags/list"
	expect_json '.tags == ["stable"]'
}

@test "end-9 a digest: the manifest goes, and every tag of it" {
	push_image latest
	put_manifest stable "$image"
	jq -c '. + {annotations: {n: "2"}}' "$image" >other
	put_manifest other other
	request DELETE "/v2/$name/manifests/$image_digest"
	expect_status 202
	local each
	for each in latest stable "$image_digest"; do
		request GET "/v2/$name/manifests/$each"
		refused 404 MANIFEST_UNKNOWN
	done
	request GET "/v2/$name/manifests/other"
	expect_status 200
	expect_body other
	request GET "/v2/$name/tags/list"
	expect_json '.tags == ["other"]'
}

@test "end-9 what is not there: 404, also a second time" {
	request DELETE "/v2/$name/manifests/none"
	refused 404 MANIFEST_UNKNOWN
	push_image latest
	request DELETE "/v2/$name/manifests/none"
	refused 404 MANIFEST_UNKNOWN
	request DELETE "/v2/$name/manifests/$(absent_digest)"
	refused 404 MANIFEST_UNKNOWN
	request DELETE "/v2/$name/manifests/latest"
	expect_status 202
	request DELETE "/v2/$name/manifests/latest"
	refused 404 MANIFEST_UNKNOWN
	request DELETE "/v2/$name/manifests/$image_digest"
	expect_status 202
	request DELETE "/v2/$name/manifests/$image_digest"
	refused 404 MANIFEST_UNKNOWN
}

@test "end-9 another repository's manifest: 404, and it stays" {
	push_image latest
	request DELETE "/v2/$name/other/manifests/$image_digest"
	refused 404 MANIFEST_UNKNOWN
	put_manifest latest "$image"
	request GET "/v2/$name/manifests/latest"
	expect_status 200
}

@test "end-9 the same manifest in another repository stays" {
	local here=$name

	push_image latest
	request POST "/v2/$here/b/blobs/uploads/?mount=$digest&from=$here"
	expect_status 201
	request POST "/v2/$here/b/blobs/uploads/?mount=$(digest_of config)&from=$here"
	expect_status 201
	put_manifest latest "$image" "$oci_manifest" "$here/b"
	expect_status 201
	request DELETE "/v2/$here/manifests/$image_digest"
	expect_status 202
	request GET "/v2/$here/b/manifests/latest"
	expect_status 200
	expect_body "$image"
	request GET "/v2/$here/b/blobs/$digest"
	expect_status 200
}

@test "end-9 an index's child may go; the index stays" {
	push_image child
	index_of "$image" >index
	put_manifest latest index "$oci_index"
	request DELETE "/v2/$name/manifests/$image_digest"
	expect_status 202
	request GET "/v2/$name/manifests/latest"
	expect_status 200
	expect_body index
}

@test "end-9 an index goes; its children stay" {
	push_image child
	index_of "$image" >index
	put_manifest latest index "$oci_index"
	request DELETE "/v2/$name/manifests/$(digest_of index)"
	expect_status 202
	request GET "/v2/$name/manifests/child"
	expect_status 200
	request GET "/v2/$name/manifests/latest"
	refused 404 MANIFEST_UNKNOWN
}

@test "end-9 a tag that moved away is not deleted with what it was" {
	push_image latest
	jq -c '. + {annotations: {n: "2"}}' "$image" >second
	put_manifest latest second
	request DELETE "/v2/$name/manifests/$image_digest"
	expect_status 202
	request GET "/v2/$name/manifests/latest"
	expect_status 200
	expect_body second
}

@test "end-9 end-7 deleted, and pushed again" {
	push_image latest
	request DELETE "/v2/$name/manifests/$image_digest"
	put_manifest latest "$image"
	expect_status 201
	request GET "/v2/$name/manifests/latest"
	expect_body "$image"
	request DELETE "/v2/$name/manifests/latest"
	put_manifest latest "$image"
	request GET "/v2/$name/manifests/latest"
	expect_body "$image"
}

@test "end-10 a blob: 202, then 404" {
	printf hello >blob
	push_blob blob
	request DELETE "/v2/$name/blobs/$digest"
	expect_status 202
	request GET "/v2/$name/blobs/$digest"
	refused 404 BLOB_UNKNOWN
	request HEAD "/v2/$name/blobs/$digest"
	expect_status 404
	request DELETE "/v2/$name/blobs/$digest"
	refused 404 BLOB_UNKNOWN
}

@test "end-10 a blob of another repository: 404, and it stays" {
	printf hello >blob
	push_blob blob
	request DELETE "/v2/$name/other/blobs/$digest"
	refused 404 BLOB_UNKNOWN
	request GET "/v2/$name/blobs/$digest"
	expect_status 200
}

@test "end-10 only this repository loses it, and it can come back" {
	printf hello >blob
	push_blob blob
	push_blob blob "$name/other"
	request DELETE "/v2/$name/blobs/$digest"
	expect_status 202
	request GET "/v2/$name/other/blobs/$digest"
	expect_status 200
	expect_body blob
	push_blob blob
	request GET "/v2/$name/blobs/$digest"
	expect_status 200
}

@test "end-10 a blob that a manifest names: the client asked" {
	push_image latest
	request DELETE "/v2/$name/blobs/$digest"
	expect_status 202
	request GET "/v2/$name/blobs/$digest"
	refused 404 BLOB_UNKNOWN
	request GET "/v2/$name/manifests/latest"
	expect_status 200
}

@test "end-10 access is the link on disk, at the time of asking" {
	printf hello >blob
	push_blob blob
	rm -r "$v2/repositories/$name/_layers/sha256/${digest#*:}"
	request GET "/v2/$name/blobs/$digest"
	refused 404 BLOB_UNKNOWN
}
