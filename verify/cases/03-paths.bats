#!/usr/bin/env bats
# 03-paths.bats - paths of repositories with odd names, and percent-encoding
# SPDX-License-Identifier: ISC

# bats file_tags=names

. "$BATS_TEST_DIRNAME/../helper.bash"

# bats test_tags=must,end-3
@test "end-3 the last manifests/ counts: tag 'tags' of .../manifests" {
	name+=/manifests
	push_image tags
	request GET manifest "$name" tags
	expect_status 200
	expect_body "$image"
	request GET tags "$name"
	expect_status 200
	expect_json --arg name "$name" '. == {name: $name, tags: ["tags"]}'
}

# bats test_tags=must
@test "repositories with components blobs, manifests, tags, uploads, referrers, list" {
	local tail top=$name

	for tail in blobs manifests tags uploads referrers list blobs/uploads tags/list \
		manifests/latest blobs/uploads/manifests tags/list/tags/list a/blobs/uploads/b \
		uploads/blobs referrers/blobs v2 v2/a/manifests; do
		name=$top/$tail
		push_image latest
		request GET manifest "$name" latest
		expect_status 200
		expect_body "$image"
		request GET blob "$name" "$digest"
		expect_status 200
		expect_body layer1
		request GET tags "$name"
		expect_json --arg name "$name" '.name == $name and .tags == ["latest"]'
		start_upload
		request DELETE "$location"
		expect_status 204
	done
}

# bats test_tags=should,end-2
@test "end-2 the colon of a digest may be percent-encoded, and what else may be" {
	printf hello >blob
	push_blob blob
	request GET "/v2/$name/blobs/${digest/:/%3A}"
	expect_status 200
	expect_body blob
	request GET "/v2/$name/blobs/${digest/:/%3a}"
	expect_status 200
	request GET "/v2/$name/blobs/${digest/sha256/%73%68a256}"
	expect_status 200
	request GET "/v2/${name/t/%74}/blobs/$digest"
	expect_status 200
}
