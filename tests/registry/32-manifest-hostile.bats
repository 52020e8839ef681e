#!/usr/bin/env bats
# 32-manifest-hostile.bats - bodies made to break whoever parses them
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

# text TEXT LENGTH: repeated to so many bytes.
text() {
	awk -v text="$1" -v times="$(($2 / ${#1}))" \
		'BEGIN { for (i = 0; i < times; i++) printf "%s", text }'
}

# The file `bad` is refused as a manifest, under a tag and under its digest.
invalid() {
	put_manifest bad bad
	expect_status 400
	expect_code MANIFEST_INVALID
	put_manifest "$(digest_of bad)" bad "${1:-$oci_manifest}"
	expect_status 400
	expect_code MANIFEST_INVALID
	request GET manifest "$name" bad
	refused 404 MANIFEST_UNKNOWN
}

@test "end-7 no JSON, and what is nearly JSON" {
	local each

	for each in x '' '{' '}' '[' '{}}' '{"a"}' '{"a":}' '{"a":1,}' "{'a':1}" '{a:1}' '// x' \
		'{"a":01}' '{"a":+1}' '{"a":.5}' '{"a":1.}' '{"a":NaN}' '{"a":Infinity}' '{"a":tru}' \
		'{"a":"\x"}' '{"a":"\u12"}' '{"a":"\ud800"}' '{"a":"\udc00\ud800"}' 'nul' '"' '{"a":"' \
		'{} {}' '[]x' '-' '{"a":1 "b":2}' '{,}' '[1,,2]'; do
		printf %s "$each" >bad
		invalid
	done
}

@test "end-7 JSON that is no object" {
	local each

	for each in '[]' '"x"' 5 true null '[{"schemaVersion":2}]'; do
		printf %s "$each" >bad
		invalid
	done
}

@test "end-7 control bytes, NUL, a byte order mark, and what is not UTF-8" {
	local each

	make_image
	for each in '\001' '\012' '\000' '\377' '\300\200' '\355\240\200' '\364\220\200\200' '\303'; do
		# shellcheck disable=SC2059
		{
			printf '{"x":"'
			printf "$each"
			printf '",'
			tail -c +2 "$image"
		} >bad
		invalid
	done
	printf '\357\273\277' | cat - "$image" >bad
	invalid
	printf '\000' | cat "$image" - >bad
	invalid
}

@test "end-7 cut anywhere, it is refused" {
	local length

	make_image
	for ((length = 0; length < $(stat -c %s "$image"); length += 23)); do
		head -c "$length" "$image" >bad
		put_manifest bad bad
		expect_status 400
		expect_code MANIFEST_INVALID
	done
	head -c -1 "$image" >bad
	invalid
}

@test "end-7 something behind it" {
	make_image
	printf ' x' | cat "$image" - >bad
	invalid
	cat "$image" "$image" >bad
	invalid
}

@test "end-7 the same key twice, at any depth, and escaped (CVE-2021-41190, GHSA-qq97-vm5h-rrhg)" {
	make_image
	sed 's/^{/{"mediaType":"application\/json",/' "$image" >bad
	invalid
	sed 's/^{/{"schemaVersion":2,/' "$image" >bad
	invalid
	sed 's/"size":1001/"size":5,"size":1001/' "$image" >bad
	invalid
	sed 's/^{/{"\\u006dediaType":"x",/' "$image" >bad
	invalid
	sed 's/^{/{"annotations":{"a":"1","a":"1"},/' "$image" >bad
	invalid
	sed 's/^{/{"layers":[],/' "$image" >bad
	invalid
}

@test "end-7 keys that differ from those that count in case alone: 400 (CVE-2021-41190, GHSA-qq97-vm5h-rrhg)" {
	local each

	make_image
	for each in '"MediaType":"text\/html"' '"LAYERS":[]' '"Config":null' '"schemaversion":1' \
		'"Manifests":[]' '"SUBJECT":{}'; do
		sed "s/^{/{$each,/" "$image" >bad
		invalid
	done
}

@test "end-7 a million brackets" {
	text '[' 1000000 >bad
	invalid
	text '{"a":' 1000000 >bad
	invalid
	{
		text '[' 100000
		text ']' 100000
	} >bad
	invalid
}

@test "end-7 deeper than is sane, inside of a good manifest" {
	make_image
	{
		printf '{"x":'
		text '[' 100
		text ']' 100
		printf ,
		tail -c +2 "$image"
	} >bad
	invalid
}

@test "end-7 more values than is sane, in less than the limit" {
	make_image
	{
		printf '{"x":['
		text '{},' 3900000
		printf '0],'
		tail -c +2 "$image"
	} >bad
	invalid
	{
		printf '{"layers":['
		text '[],' 3900000
		printf '0]}'
	} >bad
	invalid
}

@test "end-7 more descriptors than is sane" {
	make_image
	jq -c '.layers = [range(5000) as $i | .layers[0]]' "$image" >bad
	put_manifest bad bad
	expect_status 400
	expect_code MANIFEST_INVALID
	expect_json '.errors | length <= 100'
}

@test "end-7 two megabytes of one string are fine" {
	make_image
	{
		printf '{"annotations":{"long":"'
		text x 2000000
		printf '"},'
		tail -c +2 "$image"
	} >odd
	put_manifest odd odd
	expect_status 201
	request GET manifest "$name" odd
	expect_body odd
}

@test "end-7 the memory for hostile JSON is bounded" {
	cgi_only 'the address space of one request'
	program=hythe-manifests
	cgi_find
	! grep -qa __asan_init "$program" || skip 'a sanitizer needs terabytes of addresses'
	make_image
	{
		printf '{"x":['
		text '{},' 4000000
		printf '0]}'
	} >bad
	ulimit -v 200000
	put_manifest bad bad
	expect_status 400
	expect_code MANIFEST_INVALID
}

@test "end-7 numbers of a million digits, and of huge exponents" {
	make_image
	{
		printf '{"x":'
		text 9 1000000
		printf ,
		tail -c +2 "$image"
	} >odd
	put_manifest odd odd
	expect_status 201 400
	sed 's/"size":1001/"size":1e999999999/' "$image" >bad
	put_manifest bad bad
	refused 400 SIZE_INVALID
	sed "s/\"size\":1001/\"size\":$(text 9 100000)/" "$image" >bad
	put_manifest bad bad
	refused 400 SIZE_INVALID
}
