#!/usr/bin/env bats
# 85-immutable.bats - tags that never move
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

setup_immutable() {
	cgi_only 'other settings'
	request_settings=('HYTHE_IMMUTABLE=v* release-?')
	make_image
	cp "$image" first
	first=$image_digest
	make_image 2
	cp "$image" second
	second=$image_digest
}

# stands_for TAG FILE
stands_for() {
	request GET manifest "$name" "$1"
	expect_status 200 && expect_body "$2"
}

@test "end-7 an immutable tag is set once; the same again is no change (CVE-2026-31801, GHSA-85jx-fm8m-x8c6)" {
	setup_immutable
	put_manifest v1 first
	expect_status 201
	put_manifest v1 second
	refused 403 DENIED
	expect_json '.errors[0].message == "the tag is immutable" and .errors[0].detail.reference == "v1"'
	stands_for v1 first
	put_manifest v1 first
	expect_status 201
	stands_for v1 first
}

@test "latest is a tag like any other: immutable where the setting says so (CVE-2026-31801, GHSA-85jx-fm8m-x8c6)" {
	local tag

	setup_immutable
	request_settings=('HYTHE_IMMUTABLE=*')
	for tag in latest main stable 1; do
		put_manifest "$tag" first
		expect_status 201
		put_manifest "$tag" second
		refused 403 DENIED
		request DELETE manifest "$name" "$tag"
		refused 403 DENIED
		stands_for "$tag" first
	done
}

@test "other tags move, latest among them" {
	local tag

	setup_immutable
	for tag in latest x-v1 release-10 release- V1; do
		put_manifest "$tag" first
		expect_status 201
		put_manifest "$tag" second
		expect_status 201
		stands_for "$tag" second
	done
	put_manifest release-1 first
	put_manifest release-1 second
	refused 403 DENIED
}

@test "?tag=: one that may not move, and nothing is stored" {
	local each

	setup_immutable
	put_manifest v1 first
	request PUT manifest "$name" "$second" tag=new tag=v1 tag=v2 --body second \
		-H "Content-Type: $oci_manifest"
	refused 403 DENIED
	expect_json '.errors[0].detail.reference == "v1"'
	for each in "$second" new v2; do
		request GET manifest "$name" "$each"
		refused 404 MANIFEST_UNKNOWN
	done
	stands_for v1 first
	request PUT manifest "$name" "$first" tag=v1 tag=v2 --body first \
		-H "Content-Type: $oci_manifest"
	expect_status 201
	stands_for v2 first
}

@test "end-9 an immutable tag is not deleted, nor the manifest that it stands for" {
	setup_immutable
	put_manifest v1 first
	put_manifest other first
	request DELETE manifest "$name" v1
	refused 403 DENIED
	request DELETE manifest "$name" "$first"
	refused 403 DENIED
	stands_for v1 first
	stands_for other first
	request DELETE manifest "$name" other
	expect_status 202
	request DELETE manifest "$name" v2
	refused 404 MANIFEST_UNKNOWN
	put_manifest "$second" second
	request DELETE manifest "$name" "$second"
	expect_status 202
}

@test "without the setting all of them move and go" {
	setup_immutable
	put_manifest v1 first
	request_settings=()
	put_manifest v1 second
	expect_status 201
	request DELETE manifest "$name" v1
	expect_status 202
	request GET base --set 'HYTHE_IMMUTABLE='
	expect_status 200
	request GET base --set 'HYTHE_IMMUTABLE=a/b'
	expect_status 500
}

@test "of two who set one tag at once, one is told that it is too late (CVE-2026-31801)" {
	local round i won

	setup_immutable
	for round in {1..10}; do
		for i in first second; do
			request_parse PUT manifest "$name" "v$round" --body "$i" \
				-H "Content-Type: $oci_manifest"
			cgi_prepare
			env -i "${variables[@]}" "$program" <"$i" >"answer-$i" 3>&- &
		done
		wait
		won=$(grep -l '^Status: 201' answer-*)
		expect_equal "$(wc -l <<<"$won")" 1
		[[ $(cat answer-*) == *'Status: 403'* ]]
		stands_for "v$round" "${won#answer-}"
	done
}
