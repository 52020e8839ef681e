#!/usr/bin/env bats
# 05-limits.bats - what an admin allows, and what nobody may: each with its error
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

# What refuses is gone, and so is the limit: the push goes through.
then_all_is_well() {
	request_settings=()
	push_image latest
	request GET manifest "$name" latest
	expect_status 200
}

# Bounded memory: a program that takes more is killed, and answers nothing.
bounded() {
	program=$1
	cgi_find
	! grep -qa __asan_init "$program" || skip 'a sanitizer needs terabytes of addresses'
	ulimit -v 200000
}

# JSON TEXT TIMES: repeated.
times() {
	awk -v text="$1" -v times="$2" 'BEGIN { for (i = 0; i < times; i++) printf "%s", text }'
}

@test "blob_limit: 413, whether the length is known, chunked, or adds up" {
	cgi_only 'other settings'
	random_file blob 3000
	request_settings=(HYTHE_BLOB_LIMIT=2k)
	start_upload
	request PUT at "$location" "digest=$(digest_of blob)" --body blob
	refused 413 SIZE_INVALID
	expect_json '.errors[0].detail.expected == 2048'
	request PATCH at "$location" --body blob --chunked
	refused 413 SIZE_INVALID
	head -c 2000 blob >part
	request PATCH at "$location" --body part
	expect_status 202
	request PATCH at "$location" --body part
	refused 413 SIZE_INVALID
	request GET at "$location"
	expect_header Range 0-1999
	request POST uploads "$name" "digest=$(digest_of blob)" --body blob
	refused 413 SIZE_INVALID
	head -c 2048 blob >exact
	push_blob exact
	then_all_is_well
}

@test "manifest_limit: 413" {
	cgi_only 'other settings'
	make_image
	times ' ' 5000 | cat "$image" - >large
	request_settings=(HYTHE_MANIFEST_LIMIT=5000)
	put_manifest large large
	refused 413 MANIFEST_INVALID
	expect_json '.errors[0].detail.expected == 5000'
	then_all_is_well
}

@test "upload_sessions: 429, until one is given up" {
	cgi_only 'other settings'
	local first

	request_settings=(HYTHE_UPLOAD_SESSIONS=3)
	start_upload
	first=$location
	start_upload
	start_upload
	request POST uploads "$name"
	refused 429 TOOMANYREQUESTS
	expect_header Retry-After
	expect_json '.errors[0].detail | .size == 3 and .expected == 3'
	request POST uploads "$name/other"
	expect_status 202
	request DELETE at "$first"
	expect_status 204
	start_upload
	then_all_is_well
}

@test "reserve: 503 for what would take room, nothing is stored, and what came can be completed" {
	cgi_only 'other settings'
	make_image
	random_file blob 3000
	start_upload
	request PATCH at "$location" --body blob
	expect_status 202
	request_settings=(HYTHE_RESERVE=1000000t)
	request POST uploads "$name"
	refused 503 UNAVAILABLE
	expect_header Retry-After
	expect_json '.errors[0].message == "no space left on the registry"'
	grep -q 'reserve' "$BATS_TEST_TMPDIR/log"
	request PATCH at "$location" --body blob
	refused 503 UNAVAILABLE
	request POST uploads "$name" "digest=$(digest_of layer1)" --body layer1
	refused 503 UNAVAILABLE
	put_manifest latest "$image"
	refused 503 UNAVAILABLE
	request GET manifest "$name" latest
	refused 404 MANIFEST_UNKNOWN
	request GET at "$location"
	expect_header Range 0-2999
	request PUT at "$location" "digest=$(digest_of blob)"
	expect_status 201
	request POST uploads "$name/other" "mount=$(digest_of blob)" "from=$name"
	expect_status 201
	request DELETE blob "$name" "$(digest_of blob)"
	expect_status 202
	then_all_is_well
}

# Leave 12 MiB to pushes, and send more.
overfill() {
	local free

	free=$(df --output=avail -B1 "$store" | tail -n 1)
	((free > 1 << 31)) || skip_because 'too little room to tell'
	start_upload
	request_settings=(HYTHE_RESERVE=$((free - (12 << 20))))
	request PATCH at "$location" --body blob
}

@test "reserve: it is looked at while bytes come, and what came before stays" {
	cgi_only 'other settings'
	local tries=0

	need df
	truncate -s 40000000 blob
	overfill
	# Who else uses this disk may have removed as much just then.
	while [[ $status == 202 ]] && ((++tries < 8)); do
		request_settings=()
		request DELETE at "$location"
		overfill
	done
	refused 503 UNAVAILABLE
	request GET at "$location"
	expect_header Range 0-0
}

@test "JSON: 32 deep is well, 33 is not" {
	cgi_only 'other settings'
	make_image
	{
		printf '{"x":%s%s,' "$(times '[' 31)" "$(times ']' 31)"
		tail -c +2 "$image"
	} >deep
	put_manifest deep deep
	expect_status 201
	{
		printf '{"x":%s%s,' "$(times '[' 32)" "$(times ']' 32)"
		tail -c +2 "$image"
	} >deeper
	put_manifest deeper deeper
	refused 400 MANIFEST_INVALID
	expect_json '.errors[0].detail.value == "too deep"'
}

@test "descriptors: 4096 are well, one more is not" {
	cgi_only 'other settings'
	local child

	make_image
	child=$(descriptor "$oci_manifest" "$image")
	printf '{"schemaVersion":2,"manifests":[%s%s]}' "$(times "$child," 4095)" "$child" >many
	put_manifest many many "$oci_index"
	expect_status 201
	printf '{"schemaVersion":2,"manifests":[%s%s]}' "$(times "$child," 4096)" "$child" >more
	put_manifest more more "$oci_index"
	expect_status 400
	expect_code MANIFEST_INVALID
	expect_json '[.errors[].detail.reason] | index(["there are too many descriptors"])'
}

@test "manifest_depth: nothing deeper is accepted, and what is stored is served" {
	cgi_only 'other settings'
	make_image
	jq -c '.x = [[[[[[[[]]]]]]]]' "$image" >deep
	put_manifest deep deep
	expect_status 201
	request_settings=(HYTHE_MANIFEST_DEPTH=8)
	put_manifest again deep
	refused 400 MANIFEST_INVALID
	expect_json '.errors[0].detail.value == "too deep"'
	request GET manifest "$name" deep
	expect_status 200
	jq -c '.x = [[[[[[[]]]]]]]' "$image" >flatter
	put_manifest flatter flatter
	expect_status 201
}

@test "manifest_descriptors: no more are accepted, and what is stored is served" {
	cgi_only 'other settings'
	make_image 3
	put_manifest three "$image"
	expect_status 201
	request_settings=(HYTHE_MANIFEST_DESCRIPTORS=3)
	put_manifest again "$image"
	refused 400 MANIFEST_INVALID
	expect_json '.errors[0].detail == {"at": "/layers/2", "reason": "there are too many descriptors"}'
	request GET manifest "$name" three
	expect_status 200
	jq -c 'del(.layers[2])' "$image" >two
	put_manifest two two
	expect_status 201
}

@test "values of JSON: 65536 are well, more are not" {
	cgi_only 'other settings'
	make_image
	{
		printf '{"x":[%s0],' "$(times 0, 60000)"
		tail -c +2 "$image"
	} >many
	put_manifest many many
	expect_status 201
	{
		printf '{"x":[%s0],' "$(times 0, 66000)"
		tail -c +2 "$image"
	} >more
	put_manifest more more
	refused 400 MANIFEST_INVALID
	expect_json '.errors[0].detail.value == "too many"'
}

@test "memory stays flat: a body far larger than memory, with and without a length" {
	cgi_only 'other settings'
	bounded hythe-uploads
	truncate -s 300M huge
	start_upload
	request PATCH at "$location" --body huge
	expect_status 202
	request DELETE at "$location"
	start_upload
	request PATCH at "$location" --body huge --chunked
	expect_status 202
	request DELETE at "$location"
	expect_status 204
}

@test "memory stays flat: manifests that never end (CVE-2017-11468)" {
	cgi_only 'other settings'
	bounded hythe-manifests
	truncate -s 300M huge
	request PUT manifest "$name" huge --body huge --chunked -H "Content-Type: $oci_manifest"
	refused 413 MANIFEST_INVALID
	request PUT manifest "$name" huge --body huge -H "Content-Type: $oci_manifest"
	refused 413 MANIFEST_INVALID
}
