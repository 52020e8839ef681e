#!/usr/bin/env bats
# 10-blobs.bats - getting and asking for blobs, whole and in parts
# SPDX-License-Identifier: ISC

# bats file_tags=pull

. "$BATS_TEST_DIRNAME/../helper.bash"

# part RANGE FIRST-LAST TEXT: asked for that, this comes.
part() {
	request GET "$target" -H "Range: $1"
	expect_status 206
	expect_header Content-Range "bytes $2/20"
	expect_header Content-Length "${#3}"
	expect_header Docker-Content-Digest "$digest"
	expect_equal "$(<"$body")" "$3"
}

# whole [header]...: all of it comes.
whole() {
	request GET "$target" "$@"
	expect_status 200
	expect_no_header Content-Range
	expect_body blob
}

unsatisfiable() {
	request GET "$target" -H "Range: $1"
	expect_status 416
	expect_header Content-Range 'bytes */20'
	strictly check_faults
}

# bats test_tags=must,end-2
@test "end-2 a blob comes back byte for byte, with its headers" {
	random_file blob 100000
	push_blob blob
	request GET blob "$name" "$digest"
	expect_status 200
	expect_body blob
	expect_header Content-Length 100000
	expect_header Content-Type application/octet-stream
	expect_header Docker-Content-Digest "$digest"
	expect_header ETag "\"$digest\""
	expect_header Accept-Ranges bytes
	expect_header_like Cache-Control '*max-age=31536000*'
}

# bats test_tags=must,end-2
@test "end-2 HEAD has the headers of GET, and no body" {
	random_file blob 70000
	push_blob blob
	request GET blob "$name" "$digest"
	cp "$headers" get
	request HEAD blob "$name" "$digest"
	expect_status 200
	expect_empty
	# a web server that sends the blob adds the time of the file
	diff <(grep -Evi '^(date|last-modified):' get | sort) \
		<(grep -Evi '^(date|last-modified):' "$headers" | sort)
	expect_header Content-Length 70000
	expect_header Docker-Content-Digest "$digest"
	expect_header Content-Type application/octet-stream
}

# bats test_tags=must,end-2
@test "end-2 the empty blob" {
	: >blob
	push_blob blob
	expect_equal "$digest" "$empty_digest"
	request GET blob "$name" "$digest"
	expect_status 200
	expect_header Content-Length 0
	expect_empty
	request HEAD blob "$name" "$digest"
	expect_status 200
	# Apache leaves this one length out
	[[ ${header[server]:-} == Apache* ]] || expect_header Content-Length 0
	request GET blob "$name" "$digest" -H 'Range: bytes=0-'
	expect_status 416 200
}

# bats test_tags=should,end-2,ranges
@test "end-2 a blob of several buffers, and its last byte" {
	random_file blob 3000001
	push_blob blob
	request GET blob "$name" "$digest"
	expect_body blob
	request GET blob "$name" "$digest" -H 'Range: bytes=3000000-'
	expect_status 206
	expect_header Content-Range 'bytes 3000000-3000000/3000001'
	tail -c 1 blob >last
	expect_body last
	request GET blob "$name" "$digest" -H 'Range: bytes=65535-2000000'
	expect_status 206
	tail -c +65536 blob | head -c $((2000000 - 65535 + 1)) >middle
	expect_body middle
}

# bats test_tags=must,end-2
@test "end-2 an absent blob: 404, and which" {
	local absent

	absent=$(absent_digest)
	request GET blob "$name" "$absent"
	refused 404 BLOB_UNKNOWN
	expect_fault --arg digest "$absent" --arg name "$name" \
		'.errors[0].detail | .digest == $digest and .name == $name'
	request HEAD blob "$name" "$absent"
	expect_status 404
}

# bats test_tags=should,end-2
@test "end-2 the blob of another repository: 404, as if it were nowhere (CVE-2024-39897, GHSA-55r9-5mx9-qq7r)" {
	random_file blob 1000
	push_blob blob
	request GET blob "$name/other" "$digest"
	refused 404 BLOB_UNKNOWN
	cp "$body" known
	request GET blob "$name/other" "$(absent_digest)"
	refused 404 BLOB_UNKNOWN
	diff <(jq 'del(.errors[].detail.digest)' known) <(jq 'del(.errors[].detail.digest)' "$body")
	request HEAD blob "${name%/*}" "$digest"
	expect_status 404
}

# bats test_tags=should,end-2,ranges
@test "end-2 one range" {
	digits
	part bytes=0-0 0-0 0
	part bytes=0-9 0-9 0123456789
	part bytes=5-7 5-7 567
	part bytes=19-19 19-19 j
	part bytes=0-19 0-19 0123456789abcdefghij
}

# bats test_tags=should,end-2,ranges
@test "end-2 a range without an end, as clients that resume send it" {
	digits
	part bytes=0- 0-19 0123456789abcdefghij
	part bytes=10- 10-19 abcdefghij
	part bytes=19- 19-19 j
}

# bats test_tags=should,end-2,ranges
@test "end-2 a range whose end is past the end" {
	digits
	part bytes=15-99 15-19 fghij
	[[ $DRIVER == cgi ]] || return 0 # web servers read ranges too, and no such numbers
	part bytes=15-9223372036854775807 15-19 fghij
	part bytes=15-18446744073709551615 15-19 fghij
	part bytes=15-99999999999999999999999 15-19 fghij
}

# bats test_tags=should,end-2,ranges
@test "end-2 the last bytes" {
	digits
	part bytes=-1 19-19 j
	part bytes=-5 15-19 fghij
	part bytes=-20 0-19 0123456789abcdefghij
	part bytes=-99 0-19 0123456789abcdefghij
}

# bats test_tags=should,end-2,ranges
@test "end-2 what cannot be satisfied: 416 and the size" {
	digits
	unsatisfiable bytes=20-
	unsatisfiable bytes=20-25
	unsatisfiable bytes=99999999999999999999999-
	unsatisfiable bytes=-0
}

# bats test_tags=should,end-2,ranges
@test "end-2 an end before its start: 416 or the whole" {
	digits
	request GET "$target" -H 'Range: bytes=500-0'
	expect_status 416 200
	request GET "$target" -H 'Range: bytes=5-2'
	expect_status 416 200
}

# bats test_tags=should,end-2,ranges
@test "end-2 several ranges: the whole" {
	local range

	digits
	for range in bytes=0-1,3-4 'bytes=0-1, 19-' bytes=0-0,-1; do
		request GET "$target" -H "Range: $range"
		# a web server that sends the blobs may give the parts
		if [[ $strict$DRIVER == yescgi || $status == 200 ]]; then
			whole -H "Range: $range"
		else
			expect_status 206
			expect_header Docker-Content-Digest "$digest"
		fi
	done
}

# bats test_tags=offer,end-2,ranges
@test "end-2 HEAD ignores Range" {
	digits
	request HEAD "$target" -H 'Range: bytes=0-4'
	expect_status 200
	expect_header Content-Length 20
	expect_no_header Content-Range
	request HEAD "$target" -H 'Range: bytes=99-'
	expect_status 200
}

# bats test_tags=offer,end-2,ranges
@test "end-2 If-Range: part if it is still the same, else the whole" {
	digits
	request GET "$target" -H 'Range: bytes=2-4' -H "If-Range: \"$digest\""
	expect_status 206
	expect_equal "$(<"$body")" 234
	whole -H 'Range: bytes=2-4' -H 'If-Range: "other"'
	whole -H 'Range: bytes=2-4' -H "If-Range: W/\"$digest\""
	whole -H 'Range: bytes=2-4' -H 'If-Range: Thu, 01 Jan 1970 00:00:00 GMT'
}

# bats test_tags=offer,end-2
@test "end-2 If-None-Match: 304, with the ETag and without a body" {
	local each

	digits
	for each in "\"$digest\"" '*' "\"a\", \"$digest\"" "W/\"$digest\""; do
		request GET "$target" -H "If-None-Match: $each"
		expect_status 304
		expect_header ETag "\"$digest\""
		expect_empty
		request HEAD "$target" -H "If-None-Match: $each"
		expect_status 304
	done
	whole -H 'If-None-Match: "other"'
	whole -H "If-None-Match: \"${digest%?}\""
}

# bats test_tags=offer,end-2
@test "end-2 If-None-Match of an absent blob: 404" {
	request GET blob "$name" "$empty_digest" -H 'If-None-Match: *'
	refused 404 BLOB_UNKNOWN
}

# bats test_tags=should,end-2
@test "end-2 Accept, Accept-Encoding and unknown parameters do not matter" {
	digits
	whole -H 'Accept: application/json'
	whole -H 'Accept-Encoding: zstd;q=1.0, gzip;q=0.8, deflate;q=0.5'
	expect_no_header Content-Encoding
	url at "$target" ns=docker.io digest=sha256:x
	target=$url
	whole
}

# bats test_tags=offer,end-2
@test "end-2 a blob of markup is never served as markup" {
	printf '<html><script>alert(1)</script>' >blob
	push_blob blob
	request GET blob "$name" "$digest" -H 'Accept: text/html'
	expect_header Content-Type application/octet-stream
	strictly expect_header X-Content-Type-Options nosniff
}

# bats test_tags=should,end-2
@test "end-2 a manifest is no blob of the repository, and a blob no manifest" {
	push_image latest
	request GET manifest "$name" "$digest"
	refused 404 MANIFEST_UNKNOWN
	request HEAD manifest "$name" "$digest"
	expect_status 404
}
