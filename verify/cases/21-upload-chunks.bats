#!/usr/bin/env bats
# 21-upload-chunks.bats - a blob in chunks: order, status, resuming, giving up
# SPDX-License-Identifier: ISC

# bats file_tags=chunked

. "$BATS_TEST_DIRNAME/../helper.bash"

# bats test_tags=must,end-5
@test "end-5 chunks in order, each with its Content-Range" {
	chunks
	append chunk0 0-1999
	expect_header Range 0-1999
	append chunk1 2000-3999
	expect_header Range 0-3999
	append chunk2 4000-5999
	expect_header Range 0-5999
	finish
	stored
}

# bats test_tags=should,end-5
@test "end-5 chunks in order without Content-Range" {
	chunks
	append chunk0
	append chunk1
	expect_header Range 0-3999
	append chunk2
	finish
	stored
}

# bats test_tags=should,end-5
@test "end-5 chunks of unknown length" {
	chunks
	request PATCH "$location" --body chunk0 --chunked
	expect_status 202
	expect_header Range 0-1999
	request PATCH "$location" --body chunk1 --chunked
	expect_status 202
	request PATCH "$location" --body chunk2 --chunked
	expect_header Range 0-5999
	finish
	stored
}

# bats test_tags=offer,end-5
@test "end-5 Content-Range as RFC 9110 writes it" {
	chunks
	append chunk0 'bytes 0-1999/*'
	append chunk1 'bytes 2000-3999/6000'
	append chunk2 'bytes 4000-5999/6000'
	finish
	stored
}

# bats test_tags=must,end-5,end-13
@test "end-5 end-13 a chunk out of order: 416, and the session goes on" {
	chunks
	append chunk0 0-1999
	request PATCH "$location" --body chunk2 -H 'Content-Range: 4000-5999'
	out_of_order 2000
	holds 2000
	append chunk1 2000-3999
	append chunk2 4000-5999
	finish
	stored
}

# bats test_tags=must,end-5
@test "end-5 a chunk sent again: 416, and nothing is added twice" {
	chunks
	append chunk0 0-1999
	request PATCH "$location" --body chunk0 -H 'Content-Range: 0-1999'
	out_of_order 2000
	holds 2000
}

# bats test_tags=must,end-5
@test "end-5 the first chunk does not start at 0: 416" {
	chunks
	request PATCH "$location" --body chunk1 -H 'Content-Range: 2000-3999'
	out_of_order 0
	holds 0
}

# bats test_tags=must,end-6
@test "end-6 the last chunk out of order: 416, and the session goes on" {
	chunks
	append chunk0 0-1999
	finish --body chunk2 -H 'Content-Range: 4000-5999'
	out_of_order 2000
	append chunk1
	finish --body chunk2 -H 'Content-Range: 4000-5999'
	stored
}

# bats test_tags=should,end-5
@test "end-5 a Content-Range that is not the body's length: refused, nothing added" {
	local each

	chunks
	append chunk0
	for each in 2000-3998 2000-4000 2000-2000 2000-9223372036854775807; do
		request PATCH "$location" --body chunk1 -H "Content-Range: $each"
		expect_status 400 416
		holds 2000
	done
	append chunk1
}

# bats test_tags=should,end-5
@test "end-5 a Content-Range that is none: refused, nothing added" {
	local each

	chunks
	append chunk0
	for each in 3999-2000 a-b 2000- -3999 2000 '2000-3999-5' 2000,3999 \
		'0x7d0-3999' '+2000-3999' 'bytes=2000-3999' 18446744073709553616-18446744073709555615 'bytes */6000'; do
		request PATCH "$location" --body chunk1 -H "Content-Range: $each"
		expect_status 400 416
		holds 2000
	done
	append chunk1
	append chunk2
	finish
	stored
}

# bats test_tags=offer,end-5
@test "end-5 a chunk of unknown length must fill its Content-Range" {
	chunks
	request PATCH "$location" --body chunk0 --chunked -H 'Content-Range: 0-1999'
	expect_status 202
	request PATCH "$location" --body chunk1 --chunked -H 'Content-Range: 4000-5999'
	out_of_order 2000
	holds 2000
}

# bats test_tags=offer,end-5
@test "end-5 an empty PATCH adds nothing" {
	chunks
	append chunk0
	request PATCH "$location"
	expect_status 202
	expect_header Range 0-1999
	holds 2000
}

# bats test_tags=must,end-13
@test "end-13 the status of a new session, and after one byte" {
	start_upload
	request GET "$location"
	expect_status 204
	expect_header Range 0-0
	printf x >blob
	request PATCH "$location" --body blob
	expect_status 202
	expect_header Range 0-0
	digest=$(digest_of blob)
	finish
	stored
}

# bats test_tags=offer,end-13
@test "end-13 HEAD of the status" {
	chunks
	append chunk0
	request HEAD "$location"
	expect_status 204
	expect_header Range 0-1999
	expect_header Docker-Upload-UUID "$session"
}

# bats test_tags=should,end-14
@test "end-14 giving up: 204, then 404 for everything" {
	chunks
	append chunk0
	request DELETE "$location"
	expect_status 204
	request GET "$location"
	refused 404 BLOB_UPLOAD_UNKNOWN
	request PATCH "$location" --body chunk1
	refused 404 BLOB_UPLOAD_UNKNOWN
	finish --body chunk1
	refused 404 BLOB_UPLOAD_UNKNOWN
	request DELETE "$location"
	refused 404 BLOB_UPLOAD_UNKNOWN
	strictly expect_no_file "$v2/repositories/$name/_uploads/$session"
}

# bats test_tags=should,end-5
@test "end-5 another repository's session: 404, and it is not touched (CVE-2024-22278, CVE-2022-31667, CVE-2022-31670)" {
	local theirs

	chunks
	append chunk0
	url session "$name/other" "$session"
	theirs=$url
	request GET "$theirs"
	refused 404 BLOB_UPLOAD_UNKNOWN
	request PATCH "$theirs" --body chunk1
	refused 404 BLOB_UPLOAD_UNKNOWN
	request PUT at "$theirs" "digest=$(digest_of chunk0)"
	refused 404 BLOB_UPLOAD_UNKNOWN
	request DELETE "$theirs"
	refused 404 BLOB_UPLOAD_UNKNOWN
	holds 2000
	append chunk1
	append chunk2
	finish
	stored
}

# bats test_tags=offer,end-5
@test "end-5 the Location survives clients that add, encode and sort parameters" {
	chunks
	url at "$location" zzz=1 aaa=/
	location=$url
	request PATCH "$location" --body blob
	expect_status 202
	finish
	stored
}

# bats test_tags=must,end-13
@test "end-13 resuming: ask where it stands, and send the rest" {
	chunks
	append chunk0
	request GET "$location"
	local range
	range=${header[range]}
	# What stands in it would be evaluated below.
	[[ $range =~ ^0-[0-9]{1,9}$ ]] || wrong 'no Range'
	tail -c +$((${range#0-} + 2)) blob >rest
	append rest "$((${range#0-} + 1))-5999"
	finish
	stored
}

# bats test_tags=must,end-5
@test "end-5 a session of many small chunks" {
	local i

	random_file blob 100
	digest=$(digest_of blob)
	start_upload
	small_chunks 1
	split -b 1 -d -a 2 blob byte
	for ((i = 0; i < 100; i++)); do
		append "$(printf 'byte%02d' "$i")" "$i-$i"
	done
	expect_header Range 0-99
	finish
	stored
}

# bats test_tags=must,end-5,concurrency
@test "end-5 sessions side by side do not mix" {
	local one two

	chunks
	one=$location
	start_upload
	two=$location
	location=$one
	append chunk0
	one=$location location=$two
	append chunk2
	two=$location location=$one
	append chunk1
	one=$location location=$two
	append chunk1
	two=$location location=$one
	append chunk2
	one=$location location=$two
	append chunk0
	two=$location location=$one
	finish
	stored
	cat chunk2 chunk1 chunk0 >blob
	digest=$(digest_of blob)
	location=$two
	finish
	stored
}

# bats test_tags=must,end-5,concurrency
@test "end-5 two clients at one session at once: the chunk of one of them, or of both, whole" {
	local pids=() i all

	random_file one 300000
	random_file two 300000
	start_upload
	for i in one two; do
		(
			mkdir "of-$i" || exit
			BATS_TEST_TMPDIR=$PWD/of-$i
			request PATCH "$location" --body "$i" -H 'Content-Range: 0-299999'
		) &
		pids+=($!)
	done
	wait "${pids[@]}" || :
	request GET "$location"
	[[ $status != 404 ]] || not_seen 'where the session is after two clients at once'
	expect_status 204
	case ${header[range]} in
	0-0) return ;;
	0-299999) ;;
	*) wrong 'neither nothing nor one chunk' ;;
	esac
	for i in one two; do
		digest=$(digest_of $i)
		request PUT at "$location" "digest=$digest"
		[[ $status == 201 ]] || continue
		request GET blob "$name" "$digest"
		expect_body $i
		return
	done
	wrong 'the chunks are mixed'
}

# bats test_tags=must,end-13
@test "end-13 resuming behind a cut at every kind of place: first byte, middle, last byte" {
	local at

	random_file blob 5000
	digest=$(digest_of blob)
	for at in 1 2499 4999; do
		start_upload
		small_chunks 1
		head -c $at blob >first
		tail -c +$((at + 1)) blob >rest
		append first "0-$((at - 1))"
		request GET "$location"
		expect_status 204
		expect_header Range "0-$((at - 1))"
		append rest "$at-4999"
		finish
		stored
	done
}
