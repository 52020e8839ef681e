#!/usr/bin/env bats
# 50-bodies.bats - lengths that lie, and bodies that are cut
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

finishes() {
	request PUT at "$location" "digest=$digest"
	expect_status 201
	request GET blob "$name" "$digest"
	expect_body blob
}

bad_lengths=(-1 -5000 +5 0x10 5e3 5.0 ' 5' '5 ' x 5000x 9223372036854775808 18446744073709551616
	18446744073709556616 99999999999999999999999999 '5,5' '5;5' '٥')

@test "end-5 a cut body: 400, what came is kept, and can be gone on from" {
	cgi_only 'a length that lies'
	setup_blob
	head -c 3000 blob >part
	start_upload
	request PATCH "$location" --body part --length 5000
	refused 400 SIZE_INVALID
	holds 3000
	tail -c +3001 blob >rest
	request PATCH "$location" --body rest -H 'Content-Range: 3000-4999'
	expect_status 202
	finishes
}

@test "end-6 a cut PUT: 400, nothing stored, what came is kept" {
	cgi_only 'a length that lies'
	setup_blob
	head -c 3000 blob >part
	start_upload
	request PUT at "$location" "digest=$digest" --body part --length 5000
	refused 400 SIZE_INVALID
	not_stored
	holds 3000
	request PUT at "$location" "digest=$(digest_of part)" --body /dev/null --length 9
	refused 400 SIZE_INVALID
	request GET blob "$name" "$(digest_of part)"
	refused 404 BLOB_UNKNOWN
	holds 3000
}

@test "end-4b a cut POST with a digest: 400, nothing stored" {
	cgi_only 'a length that lies'
	setup_blob
	head -c 3000 blob >part
	request POST uploads "$name" "digest=$digest" --body part --length 5000
	refused 400 SIZE_INVALID
	not_stored
	request POST uploads "$name" "digest=$(digest_of part)" --body part --length 5000
	refused 400 SIZE_INVALID
	request GET blob "$name" "$(digest_of part)"
	refused 404 BLOB_UNKNOWN
}

@test "end-7 a cut manifest: 400, nothing stored, even if what came would parse" {
	cgi_only 'a length that lies'
	make_image
	request PUT manifest "$name" latest --body "$image" --length 100000 \
		-H "Content-Type: $oci_manifest"
	refused 400 SIZE_INVALID
	request GET manifest "$name" latest
	refused 404 MANIFEST_UNKNOWN
	request PUT manifest "$name" "$image_digest" --body "$image" --length 100000 \
		-H "Content-Type: $oci_manifest"
	refused 400 SIZE_INVALID
	request GET manifest "$name" "$image_digest"
	refused 404 MANIFEST_UNKNOWN
}

@test "end-5 end-6 more than the length: the rest is not the body's" {
	cgi_only 'a length that lies'
	setup_blob
	random_file junk 4000
	cat blob junk >more
	start_upload
	request PATCH "$location" --body more --length 5000
	expect_status 202
	expect_header Range 0-4999
	finishes
	start_upload
	request PUT at "$location" "digest=$digest" --body more --length 5000
	expect_status 201
	make_image
	cat "$image" junk >more
	request PUT manifest "$name" latest --body more -H "Content-Type: $oci_manifest" \
		--length "$(stat -c %s "$image")"
	expect_status 201
	request GET manifest "$name" latest
	expect_body "$image"
}

@test "end-5 a length that is no length: 400, and the session is as it was" {
	local each

	cgi_only 'a length that lies'
	setup_blob
	start_upload
	for each in "${bad_lengths[@]}"; do
		request PATCH "$location" --body blob --length "$each"
		refused 400 SIZE_INVALID
	done
	holds 0
}

@test "end-4b end-6 a length that is no length: 400, nothing stored" {
	local each

	cgi_only 'a length that lies'
	setup_blob
	start_upload
	for each in "${bad_lengths[@]}"; do
		request POST uploads "$name" "digest=$digest" --body blob --length "$each"
		refused 400 SIZE_INVALID
		request PUT at "$location" "digest=$digest" --body blob --length "$each"
		refused 400 SIZE_INVALID
	done
	not_stored
	holds 0
}

@test "end-7 a length that is no length: 400, nothing stored" {
	local each

	cgi_only 'a length that lies'
	make_image
	for each in "${bad_lengths[@]}"; do
		request PUT manifest "$name" latest --body "$image" --length "$each" \
			-H "Content-Type: $oci_manifest"
		refused 400 SIZE_INVALID
	done
	request GET manifest "$name" latest
	refused 404 MANIFEST_UNKNOWN
}

@test "end-5 the greatest length, and the body ends early: what came is kept" {
	cgi_only 'a length that lies'
	setup_blob
	start_upload
	request PATCH "$location" --body blob --length 9223372036854775807 --set HYTHE_RESERVE=0
	expect_status 400 413
	[[ $status != 400 ]] || holds 5000
}

@test "end-7 the greatest length: refused without waiting for it" {
	cgi_only 'a length that lies'
	make_image
	request PUT manifest "$name" latest --body "$image" --length 9223372036854775807 \
		-H "Content-Type: $oci_manifest"
	refused 413 MANIFEST_INVALID
}

@test "end-5 end-6 no length, an empty one, and 0: no body" {
	cgi_only 'environments of several servers'
	setup_blob
	start_upload
	request PATCH "$location" --no-length
	expect_status 202
	request PATCH "$location" --length ''
	expect_status 202
	holds 0
	request PATCH "$location" --body blob
	request PUT at "$location" "digest=$digest" --no-length
	expect_status 201
	start_upload
	request PATCH "$location" --body blob
	request PUT at "$location" "digest=$digest" --length 0
	expect_status 201
}

@test "end-5 an empty length with chunked: the body is read to its end" {
	cgi_only 'environments of several servers'
	setup_blob
	start_upload
	request PATCH "$location" --body blob --set CONTENT_LENGTH= \
		--set HTTP_TRANSFER_ENCODING=chunked --no-length
	expect_status 202
	expect_header Range 0-4999
	finishes
}

@test "end-5 a length and chunked at once, as nginx tells it" {
	cgi_only 'environments of several servers'
	setup_blob
	start_upload
	request PATCH "$location" --body blob --length 5000 --set HTTP_TRANSFER_ENCODING=chunked
	expect_status 202
	expect_header Range 0-4999
	finishes
}

@test "end-7 no body for a manifest: 400" {
	request PUT manifest "$name" latest -H "Content-Type: $oci_manifest"
	expect_status 400
	expect_code MANIFEST_INVALID
	request GET tags "$name"
	refused 404 NAME_UNKNOWN
}

@test "end-4a POST without a length" {
	cgi_only 'lighttpd wants one'
	request POST uploads "$name" --no-length
	expect_status 202
}

@test "an answer that needs no body comes whole, and the next one too" {
	local each size

	for size in 1000 3000000; do
		random_file large "$size"
		for each in '' --chunked; do
			# shellcheck disable=SC2086
			request PATCH session "$name" none --body large $each
			refused 404 BLOB_UPLOAD_UNKNOWN
			# shellcheck disable=SC2086
			request PUT tags "$name" --body large $each
			refused 405 UNSUPPORTED
			# shellcheck disable=SC2086
			request PUT blob "$name" "$(digest_of large)" --body large $each
			refused 405 UNSUPPORTED
			request GET tags "$name"
			refused 404 NAME_UNKNOWN
		done
	done
}
