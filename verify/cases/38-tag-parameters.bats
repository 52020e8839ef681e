#!/usr/bin/env bats
# 38-tag-parameters.bats - a manifest put by digest and tagged at once
# SPDX-License-Identifier: ISC

# bats file_tags=tag-parameters

. "$BATS_TEST_DIRNAME/../helper.bash"

# bats test_tags=must,end-7
@test "end-7 tags given with a digest" {
	local accepted_tags each

	make_image
	request PUT manifest "$name" "$image_digest" tag=one tag=two tag=v1.0 --body "$image" \
		-H "Content-Type: $oci_manifest"
	accepted_tags=$(printf %s "${header[oci-tag]:-}" | tr -d ' ' | tr , '\n' | sort | xargs)
	expect_status 201
	[[ ${header[oci-tag]:-} ]] || not_offered 'tags given with a digest'
	expect_equal "$accepted_tags" 'one two v1.0'
	for each in one two v1.0; do
		request GET manifest "$name" "$each"
		expect_status 200
		expect_body "$image"
	done
	request GET tags "$name"
	expect_json '.tags == ["one", "two", "v1.0"]'
}

# bats test_tags=offer,end-7
@test "end-7 tags given with a digest, one of them none: nothing is written" {
	make_image
	request PUT manifest "$name" "$image_digest" tag=one tag=.two --body "$image" \
		-H "Content-Type: $oci_manifest"
	refused 400 MANIFEST_INVALID
	request GET manifest "$name" one
	refused 404 MANIFEST_UNKNOWN
	request GET manifest "$name" "$image_digest"
	refused 404 MANIFEST_UNKNOWN
}

# bats test_tags=offer,end-7
@test "end-7 more tag parameters than any list holds: 414, however they are written" {
	local query each

	make_image
	for each in tag=x tag tag=; do
		query=$(printf "&$each%.0s" {1..400})
		request PUT "/v2/$name/manifests/$image_digest?${query#&}" --body "$image" \
			-H "Content-Type: $oci_manifest"
		refused 414 UNSUPPORTED
	done
	request GET manifest "$name" "$image_digest"
	refused 404 MANIFEST_UNKNOWN
}

# bats test_tags=offer,end-7
@test "end-7 tag parameters without a name: 400" {
	make_image
	request PUT "/v2/$name/manifests/$image_digest?tag&tag=&tag=ok" --body "$image" \
		-H "Content-Type: $oci_manifest"
	refused 400 MANIFEST_INVALID MANIFEST_INVALID
}

# bats test_tags=should,end-7
@test "end-7 ten tags, and as many as are accepted: each in OCI-Tag, and each there" {
	local count

	make_image
	for count in 10 ${strict:+100}; do
		request PUT manifest "$name" "$image_digest" $(printf 'tag=t%d ' $(seq "$count")) \
			--body "$image" -H "Content-Type: $oci_manifest"
		expect_status 201
		[[ ${header[oci-tag]:-} ]] || not_offered 'tags given with a digest'
		expect_equal "$(tr -d ' ' <<<"${header[oci-tag]}" | tr , '\n' | sort -u | wc -l)" "$count"
		request GET tags "$name"
		expect_json --argjson count "$count" '.tags | length == $count'
	done
}

# bats test_tags=offer,end-7,sha512
@test "end-7 tags given with a sha512: they stand for that" {
	local sha512

	make_image
	sha512=$(digest_of "$image" sha512)
	request PUT manifest "$name" "$sha512" tag=one tag=two --body "$image" \
		-H "Content-Type: $oci_manifest"
	by_sha512
	[[ ${header[oci-tag]:-} ]] || not_offered 'tags given with a digest'
	expect_header OCI-Tag 'one, two'
	expect_header Docker-Content-Digest "$sha512"
	request GET manifest "$name" two
	expect_status 200
	expect_header Docker-Content-Digest "$sha512"
	expect_body "$image"
}
