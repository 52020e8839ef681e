#!/usr/bin/env bats
# 06-everywhere.bats - what is true of every endpoint
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

# Everything there is to GET, as words of hythe url; $1 stands behind each.
targets() {
	printf '%s\n' "base $1" "catalog $1" "extensions $1" "repository-extensions $name $1" \
		"tags $name $1" "referrers $name $image_digest $1" "manifest $name latest $1" \
		"manifest $name $image_digest $1" "blob $name $digest $1" "session $name $session $1" \
		"tags $name/none $1" "manifest $name none $1" "blob $name $empty_digest $1" \
		"session $name none $1"
}

# Image, blob and session, and who refers to the image.
fill() {
	push_image latest
	jq -c --arg type "$oci_manifest" --arg digest "$image_digest" \
		'.subject = {mediaType: $type, digest: $digest, size: 5}' "$image" >signature
	put_manifest "$(digest_of signature)" signature
	expect_status 201
	start_upload
}

# Headers, but for what changes with time, and what a web server says of a file that it
# sends; in an order of ours.
steady() {
	tr -d '\r' <"$headers" | grep -Eiv '^(date|server|connection|last-modified):' | sort
}

@test "HEAD has every header of GET, its length too, and no body" {
	local target length

	fill
	while read -r target; do
		# shellcheck disable=SC2086
		request GET $target
		steady >got
		length=$(stat -c %s "$body")
		# shellcheck disable=SC2086
		request HEAD $target
		steady >head
		diff got head || wrong 'other headers'
		[[ $status == 204 ]] || expect_header Content-Length "$length"
		expect_empty
	done < <(targets '')
}

@test "parameters that nobody knows do not matter, nor that a mirror is asked (ns)" {
	local target

	fill
	while read -r target; do
		# shellcheck disable=SC2086
		request GET $target
		cp "$body" got
		steady >got.headers
		# shellcheck disable=SC2086
		request GET $target ns=registry.example x=1 x=2 'from=BAD' digest-algorithm=none
		cmp "$body" got || wrong 'another body'
		diff <(steady) got.headers || wrong 'other headers'
		expect_no_header OCI-Namespace
	done < <(targets '')
}

@test "parameters that nobody knows do not matter for changes" {
	local unknown=(ns=registry.example n=-1 last=x artifactType=x unknown)

	random_file blob 3000
	digest=$(digest_of blob)
	request POST uploads "$name" "${unknown[@]/unknown/unknown=}"
	expect_status 202
	location=${header[location]}
	request PATCH at "$location" ns=registry.example size=7 mount=x --body blob
	expect_status 202
	request PUT at "$location" "digest=$digest" ns=registry.example tag=.x mount=x from=X
	expect_status 201
	make_image
	request PUT manifest "$name" latest ns=registry.example digest=x size=x --body "$image" \
		-H "Content-Type: $oci_manifest"
	expect_status 201
	request DELETE manifest "$name" latest ns=registry.example tag=.x digest=x
	expect_status 202
	request DELETE blob "$name" "$digest" ns=registry.example digest=x
	expect_status 202
}

@test "a broken escape in a parameter that nobody knows does not matter" {
	push_image latest
	url manifest "$name" latest
	request GET "$url?x=%zz&%=%&&&=&?"
	expect_status 200
	expect_body "$image"
}

@test "every Location leads to what was made" {
	random_file blob 3000
	digest=$(digest_of blob)
	request POST uploads "$name" "digest=$digest" --body blob
	expect_status 201
	request GET "${header[location]}"
	expect_status 200
	expect_body blob
	request POST uploads "$name/other" "mount=$digest" "from=$name"
	expect_status 201
	request GET "${header[location]}"
	expect_body blob
	start_upload
	[[ $session =~ ^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$ ]]
	request PUT at "$location" "digest=$digest" --body blob
	expect_status 201
	request GET "${header[location]}"
	expect_body blob
	make_image
	put_manifest latest "$image"
	request GET "${header[location]}"
	expect_status 200
	expect_body "$image"
}
