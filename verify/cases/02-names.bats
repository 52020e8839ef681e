#!/usr/bin/env bats
# 02-names.bats - names of repositories, tags and digests, good and bad
# SPDX-License-Identifier: ISC

# bats file_tags=names

. "$BATS_TEST_DIRNAME/../helper.bash"

repeat() {
	local text

	printf -v text '%*s' "$2" ''
	printf %s "${text// /$1}"
}

good_names() {
	cat <<-'END'
		a
		0
		library/alpine
		a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z
		a.b
		a_b
		a__b
		a-b
		a---b
		0a.1b_2c__3d-4e
		a-b.c_d/e__f
		sha256
		v2
		xn--bcher-kva
	END
	repeat a 255
	printf '\n'
	printf '%s%s\n' "$(repeat a/ 127)" b
}

bad_names() {
	cat <<-'END'
		A
		Library/alpine
		asdf$$^/aa
		a-/a
		-a
		a-
		.a
		a.
		_a
		a_
		a___b
		a..b
		a._b
		a.-b
		a-_b
		a/_b
		a/-b/c
		a/b-
		a%20b
		a+b
		a:b
		a@b
		a%5cb
		%c3%a4
		a,b
		a/B/c
		a~b
		%2525
	END
	repeat a 256
	printf '\n'
	printf '%s%s\n' "$(repeat a/ 127)" bc
}

# bats test_tags=must,end-8a
@test "end-8a names that are names: unknown, not invalid" {
	local each

	while read -r each; do
		request GET tags "$each"
		[[ $each == */* || $status != 200 ]] || continue
		refused 404 NAME_UNKNOWN
	done < <(good_names)
}

# bats test_tags=should,end-8a
@test "end-8a names that are none: NAME_INVALID" {
	local each

	while read -r each; do
		request GET "/v2/$each/tags/list"
		refused 400 NAME_INVALID
	done < <(bad_names)
}

# bats test_tags=should,end-4a
@test "end-4a no session for names that are none, and nothing in the store" {
	local each

	while read -r each; do
		request POST "/v2/$each/blobs/uploads/"
		refused 400 NAME_INVALID
	done < <(bad_names)
	if [[ $DRIVER == cgi ]]; then
		expect_equal "$(find "$store" -name _uploads)" ''
	fi
}

# bats test_tags=should,end-7,end-3,end-9
@test "end-7 end-3 end-9 a name that is none, in every method for manifests" {
	local each

	for each in GET PUT DELETE; do
		request $each /v2/BAD/manifests/latest
		refused 400 NAME_INVALID
	done
	request HEAD /v2/BAD/manifests/latest
	expect_status 400
}

# bats test_tags=should,end-2,end-10
@test "end-2 end-10 a name that is none, for blobs" {
	request GET "/v2/a-/blobs/$empty_digest"
	refused 400 NAME_INVALID
	request DELETE "/v2/a-/blobs/$empty_digest"
	refused 400 NAME_INVALID
}

# bats test_tags=offer
@test "several bad parts of one path are told together, in the path's order" {
	request GET /v2/BAD/blobs/sha256:x
	refused 400 NAME_INVALID DIGEST_INVALID
	request GET /v2/BAD/manifests/.tag
	refused 400 NAME_INVALID MANIFEST_INVALID
}

# bats test_tags=should
@test "a name of 255 bytes and one of many components can be pushed to" {
	local long

	printf hello >blob
	long=$name/$(repeat a $((255 - ${#name} - 1)))
	expect_equal "${#long}" 255
	push_blob blob "$long"
	request GET blob "$long" "$digest"
	expect_status 200
	long=$name/$(repeat a/ 90)b
	push_blob blob "$long"
	request GET blob "$long" "$digest"
	expect_status 200
}

# bats test_tags=must,end-3
@test "end-3 tags that are tags: unknown, not invalid" {
	local each

	for each in a A _ 0 latest v1.0.0-rc.1_x "$(repeat x 128)" list uploads sha256-abc; do
		request GET manifest "$name" "$each"
		refused 404 MANIFEST_UNKNOWN
	done
}

# bats test_tags=should,end-3,end-7
@test "end-3 end-7 tags that are none: MANIFEST_INVALID" {
	local each

	printf '{}' >m
	for each in .a -a a+b a%20b 'a~' 'a@b' %c3%a4 "$(repeat x 129)" 'a$b' 'a%5cb'; do
		request GET "/v2/$name/manifests/$each"
		refused 400 MANIFEST_INVALID
		request PUT "/v2/$name/manifests/$each" --body m -H "Content-Type: $oci_manifest"
		refused 400 MANIFEST_INVALID
	done
}

bad_digests() {
	local hex=${empty_digest#*:}

	printf '%s\n' sha256: "sha256:${hex:1}" "sha256:${hex}0" "sha256:${hex^^}" "$hex" \
		"sha512:$hex" "sha1:${hex:24}" "md5:${hex:32}" "SHA256:$hex" "sha256::$hex" \
		"sha256+b64:$hex" "sha256:${hex:1}g" ":$hex" sha256:Digeststring "sha384:$hex$hex" \
		"sha256:${hex:1}%20" "sha256:$hex:" "sha256%253A$hex"
}

# bats test_tags=should,end-2,end-10
@test "end-2 end-10 digests that are none: DIGEST_INVALID" {
	local each

	while read -r each; do
		request GET "/v2/$name/blobs/$each"
		refused 400 DIGEST_INVALID
		request DELETE "/v2/$name/blobs/$each"
		refused 400 DIGEST_INVALID
		request HEAD "/v2/$name/blobs/$each"
		expect_status 400
	done < <(bad_digests)
}

# bats test_tags=should,end-3,end-7
@test "end-3 end-7 manifests: what has a colon and is no digest is DIGEST_INVALID" {
	local each

	printf '{}' >m
	while read -r each; do
		[[ $each == *:* ]] || continue
		request GET "/v2/$name/manifests/$each"
		refused 400 DIGEST_INVALID
		request PUT "/v2/$name/manifests/$each" --body m -H "Content-Type: $oci_manifest"
		refused 400 DIGEST_INVALID
	done < <(bad_digests)
}

# bats test_tags=should
@test "digests of every algorithm are known: unknown content, not invalid" {
	local hex=${empty_digest#*:} each

	for each in "sha256:$hex" "sha512:$hex$hex"; do
		request GET blob "$name" "$each"
		refused 404 BLOB_UNKNOWN
	done
	for each in "sha256%3A$hex" "%73ha256:$hex"; do
		request GET "/v2/$name/blobs/$each"
		refused 404 BLOB_UNKNOWN
	done
}

# bats test_tags=should,end-13
@test "end-13 session ids that were never given: 404, whatever they look like" {
	local each

	for each in x 00000000-0000-0000-0000-000000000000 a=b== a.b-c_d "$(repeat x 128)" \
		"$(repeat x 129)" "$(repeat x 240)" 'a b' a:b % ... _session; do
		request GET session "$name" "$each"
		refused 404 BLOB_UPLOAD_UNKNOWN
	done
}
