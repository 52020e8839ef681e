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
	small_chunks 2000
}

# small_chunks BYTES: the session that was just opened takes chunks of this size.
small_chunks() {
	local least=${header[oci-chunk-min-length]:-0}

	[[ ! $strict && $least =~ ^[0-9]{1,15}$ ]] || least=0
	((10#$least <= $1)) || not_seen "chunks of less than $least bytes"
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

# session_told BYTES: where the session goes on, and how much it holds.
session_told() {
	expect_header Range "0-$(($1 ? $1 - 1 : 0))"
	expect_header Location
	url session "$name" "$session"
	strictly expect_header_like Location "$url*"
	expect_header Docker-Upload-UUID "$session"
}

holds() {
	request GET "$location"
	expect_status 204
	session_told "$1"
}

# The answer to a chunk out of order: what the client needs to go on, if it is told.
out_of_order() {
	refused 416 BLOB_UPLOAD_INVALID
	strictly session_told "$1"
}

gone() {
	request GET "$location"
	refused 404 BLOB_UPLOAD_UNKNOWN
}

# A registry that does not take a blob in one POST opens a session instead.
in_one_post() {
	[[ $status != 202 ]] || not_offered 'a blob in one POST'
}
