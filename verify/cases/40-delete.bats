#!/usr/bin/env bats
# 40-delete.bats - deleting tags, manifests and blobs, and what stays
# SPDX-License-Identifier: ISC

# bats file_tags=delete

. "$BATS_TEST_DIRNAME/../helper.bash"

# bats test_tags=must,end-9
@test "end-9 a tag: only the tag goes" {
	push_image latest
	put_manifest stable "$image"
	request DELETE manifest "$name" latest
	deleted
	request GET manifest "$name" latest
	refused 404 MANIFEST_UNKNOWN
	request GET manifest "$name" stable
	expect_status 200
	request GET manifest "$name" "$image_digest"
	expect_status 200
	expect_body "$image"
	request GET tags "$name"
	expect_json '.tags == ["stable"]'
}

# bats test_tags=must,end-9
@test "end-9 a digest: the manifest goes, and every tag of it" {
	push_image latest
	put_manifest stable "$image"
	jq -c '. + {annotations: {n: "2"}}' "$image" >other
	put_manifest other other
	request DELETE manifest "$name" "$image_digest"
	deleted
	local each
	for each in latest stable "$image_digest"; do
		request GET manifest "$name" "$each"
		refused 404 MANIFEST_UNKNOWN
	done
	request GET manifest "$name" other
	expect_status 200
	expect_body other
	request GET tags "$name"
	expect_json '.tags == ["other"]'
}

# bats test_tags=must,end-9
@test "end-9 what is not there: 404, also a second time" {
	request DELETE manifest "$name" none
	nothing_deleted
	push_image latest
	request DELETE manifest "$name" none
	nothing_deleted
	request DELETE manifest "$name" "$(absent_digest)"
	refused 404 MANIFEST_UNKNOWN
	request DELETE manifest "$name" latest
	deleted
	request DELETE manifest "$name" latest
	nothing_deleted
	request DELETE manifest "$name" "$image_digest"
	deleted
	request DELETE manifest "$name" "$image_digest"
	refused 404 MANIFEST_UNKNOWN
}

# bats test_tags=should,end-9
@test "end-9 another repository's manifest: 404, and it stays" {
	push_image latest
	request DELETE manifest "$name/other" "$image_digest"
	refused 404 MANIFEST_UNKNOWN
	put_manifest latest "$image"
	request GET manifest "$name" latest
	expect_status 200
}

# bats test_tags=should,end-9
@test "end-9 the same manifest in another repository stays" {
	local here=$name

	push_image latest
	request POST uploads "$here/b" "mount=$digest" "from=$here"
	expect_status 201
	request POST uploads "$here/b" "mount=$(digest_of config)" "from=$here"
	expect_status 201
	put_manifest latest "$image" "$oci_manifest" "$here/b"
	expect_status 201
	request DELETE manifest "$here" "$image_digest"
	deleted
	request GET manifest "$here/b" latest
	expect_status 200
	expect_body "$image"
	request GET blob "$here/b" "$digest"
	expect_status 200
}

# bats test_tags=offer,end-9
@test "end-9 an index's child may go; the index stays" {
	push_image child
	index_of "$image" >index
	put_manifest latest index "$oci_index"
	request DELETE manifest "$name" "$image_digest"
	deleted
	request GET manifest "$name" latest
	expect_status 200
	expect_body index
}

# bats test_tags=should,end-9
@test "end-9 an index goes; its children stay" {
	push_image child
	index_of "$image" >index
	put_manifest latest index "$oci_index"
	request DELETE manifest "$name" "$(digest_of index)"
	deleted
	request GET manifest "$name" child
	expect_status 200
	request GET manifest "$name" latest
	refused 404 MANIFEST_UNKNOWN
}

# bats test_tags=must,end-9
@test "end-9 a tag that moved away is not deleted with what it was" {
	push_image latest
	jq -c '. + {annotations: {n: "2"}}' "$image" >second
	put_manifest latest second
	request DELETE manifest "$name" "$image_digest"
	deleted
	request GET manifest "$name" latest
	expect_status 200
	expect_body second
}

# bats test_tags=must,end-9,end-7
@test "end-9 end-7 deleted, and pushed again" {
	push_image latest
	request DELETE manifest "$name" "$image_digest"
	deleted
	put_manifest latest "$image"
	expect_status 201
	request GET manifest "$name" latest
	expect_body "$image"
	request DELETE manifest "$name" latest
	deleted
	put_manifest latest "$image"
	request GET manifest "$name" latest
	expect_body "$image"
}

# bats test_tags=must,end-10
@test "end-10 a blob: 202, then 404" {
	printf hello >blob
	push_blob blob
	request DELETE blob "$name" "$digest"
	deleted
	request GET blob "$name" "$digest"
	refused 404 BLOB_UNKNOWN
	request HEAD blob "$name" "$digest"
	expect_status 404
	request DELETE blob "$name" "$digest"
	refused 404 BLOB_UNKNOWN
}

# bats test_tags=should,end-10
@test "end-10 a blob of another repository: 404, and it stays" {
	printf hello >blob
	push_blob blob
	request DELETE blob "$name/other" "$digest"
	refused 404 BLOB_UNKNOWN
	request GET blob "$name" "$digest"
	expect_status 200
}

# bats test_tags=should,end-10
@test "end-10 only this repository loses it, and it can come back" {
	printf hello >blob
	push_blob blob
	push_blob blob "$name/other"
	request DELETE blob "$name" "$digest"
	deleted
	request GET blob "$name/other" "$digest"
	expect_status 200
	expect_body blob
	push_blob blob
	request GET blob "$name" "$digest"
	expect_status 200
}

# bats test_tags=offer,end-10
@test "end-10 a blob that a manifest names: the client asked" {
	push_image latest
	request DELETE blob "$name" "$digest"
	deleted
	request GET blob "$name" "$digest"
	refused 404 BLOB_UNKNOWN
	request GET manifest "$name" latest
	expect_status 200
}
