#!/usr/bin/env bats
# 50-cut.bats - connections that end in mid-body
# SPDX-License-Identifier: ISC

# bats file_tags=cut

. "$BATS_TEST_DIRNAME/../helper.bash"

# Where the session is, if the answer that was not waited for does not matter for that.
after_cut() {
	request GET "$location"
	[[ $status != 404 ]] || not_seen 'a session whose last answer nobody got'
	expect_status 204
}

# bats test_tags=should,end-5
@test "end-5 the client goes after the body, without waiting for the answer" {
	http_only 'a connection to cut'
	setup_blob
	start_upload
	http_cut blob 5000 "PATCH $location" 'Content-Length: 5000' ''
	after_cut
	holds 5000
	start_upload
	{ cat blob && printf '\r\n0\r\n\r\n'; } >chunk
	http_cut chunk 5007 "PATCH $location" 'Transfer-Encoding: chunked' '' 1388
	holds 5000
}

# bats test_tags=should,end-5
@test "end-5 the client goes in mid-body, with a length: nothing of it is seen" {
	http_only 'a connection to cut'
	setup_blob
	start_upload
	http_cut blob 2500 "PATCH $location" 'Content-Length: 5000' ''
	after_cut
	local range
	range=${header[range]}
	[[ $range == 0-0 || $range == 0-2499 ]] || wrong 'neither nothing nor what was sent'
	url at "$location" "digest=$digest"
	http_cut blob 2500 "PUT $url" 'Content-Length: 5000' ''
	not_stored
}

# bats test_tags=should,end-5
@test "end-5 the client goes in mid-body, chunked: nothing of it is seen" {
	http_only 'a connection to cut'
	setup_blob
	start_upload
	http_cut blob 2500 "PATCH $location" 'Transfer-Encoding: chunked' '' 1388
	after_cut
	local range
	range=${header[range]}
	[[ $range == 0-0 || $range == 0-2499 ]] || wrong 'neither nothing nor what was sent'
	url at "$location" "digest=$digest"
	http_cut blob 2500 "PUT $url" \
		'Transfer-Encoding: chunked' '' 1388
	not_stored
}

# bats test_tags=should,end-5,end-6
@test "end-5 end-6 a chunk header that is none, in mid-body: nothing is completed by it" {
	http_only 'a connection to cut'
	setup_blob
	start_upload
	head -c 2500 blob >half
	{ cat half && printf '\r\nzz\r\njunk'; } >bad
	url at "$location" "digest=$(digest_of half)"
	http_cut bad "$(stat -c %s bad)" "PUT $url" \
		'Transfer-Encoding: chunked' '' 9c4
	request GET blob "$name" "$(digest_of half)"
	[[ ${REGISTRY_UNSPOOLED_CGI:-} ]] || refused 404 BLOB_UNKNOWN
}

# bats test_tags=should,end-7
@test "end-7 the client goes in mid-manifest: nothing of it is seen" {
	http_only 'a connection to cut'
	make_image
	url manifest "$name" latest
	http_cut "$image" 200 "PUT $url" "Content-Type: $oci_manifest" \
		"Content-Length: $(stat -c %s "$image")" ''
	request GET manifest "$name" latest
	refused 404 MANIFEST_UNKNOWN
	url manifest "$name" latest
	http_cut "$image" "$(stat -c %s "$image")" "PUT $url" \
		"Content-Type: $oci_manifest" 'Transfer-Encoding: chunked' '' \
		"$(printf %x "$(stat -c %s "$image")")"
	request GET manifest "$name" latest
	[[ ${REGISTRY_UNSPOOLED_CGI:-} ]] || refused 404 MANIFEST_UNKNOWN
}
