# uploads.bash - the steps of an upload
# SPDX-License-Identifier: ISC

setup_blob() {
	random_file blob "${1:-5000}"
	digest=$(digest_of blob)
}

# A blob of three chunks, and a session for it.
chunks() {
	random_file blob 6000
	split -b 2000 -d -a 1 blob chunk
	digest=$(digest_of blob)
	start_upload
}

# append FILE [RANGE]: it is accepted; the session's new Location is used.
append() {
	session=${location##*/}
	session=${session%%\?*}
	request PATCH "$location" --body "$1" ${2:+-H "Content-Range: $2"}
	expect_status 202
	expect_header Location
	expect_header Docker-Upload-UUID "$session"
	location=${header[location]}
}

finish() {
	request PUT at "$location" "digest=$digest" "$@"
}

# The answer to a completed upload, and then the blob.
stored() {
	expect_status 201
	expect_location blob "$name" "$digest"
	expect_header Docker-Content-Digest "$digest"
	expect_empty
	request GET blob "$name" "$digest"
	expect_status 200
	expect_body blob
}

not_stored() {
	request GET blob "$name" "$digest"
	refused 404 BLOB_UNKNOWN
}

holds() {
	request GET "$location"
	expect_status 204
	expect_header Range "0-$(($1 ? $1 - 1 : 0))"
	url session "$name" "$session"
	expect_header_like Location "$url*"
	expect_header Docker-Upload-UUID "$session"
}

# The answer to a chunk out of order: what the client needs to go on.
out_of_order() {
	refused 416 BLOB_UPLOAD_INVALID
	expect_header Range "0-$(($1 ? $1 - 1 : 0))"
	url session "$name" "$session"
	expect_header_like Location "$url*"
	expect_header Docker-Upload-UUID "$session"
}

gone() {
	request GET "$location"
	refused 404 BLOB_UPLOAD_UNKNOWN
}

# A registry that does not take a blob in one POST opens a session instead.
in_one_post() {
	[[ $status != 202 ]] || not_offered 'a blob in one POST'
}
