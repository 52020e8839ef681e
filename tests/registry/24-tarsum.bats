#!/usr/bin/env bats
# 24-tarsum.bats - blobs by what is in their tar
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"
. "$HYTHE_SOURCE/tests/registry/tarsum.bash"

@test "end-6 end-2 by a tarsum of each version, and by sha256" {
	local version

	for version in v0 v1 dev; do
		make_tar "of $version"
		push_tar "${tarsum[$version]}"
		stored
		found "${tarsum[$version]}"
		found "$digest"
	done
}

@test "end-2 a tarsum of another version is not known, nor one that is not there" {
	make_tar
	push_tar "${tarsum[v1]}"
	stored
	absent "${tarsum[v0]}"
	absent "${tarsum[dev]}"
	absent "tarsum.v1+sha256:$nothing"
	request GET blob "$name" "${tarsum[v0]}"
	expect_json --arg tarsum "${tarsum[v0]}" '.errors[0].detail.digest == $tarsum'
}

@test "end-6 end-2 a plus is a plus, and so is %2B" {
	local each

	make_tar
	for each in "${tarsum[v1]}" "${tarsum[v1]/+/%2B}" "${tarsum[v1]/+/%2b}" \
		"$(sed 's/+/%2B/; s/:/%3A/; s/\./%2E/' <<<"${tarsum[v1]}")"; do
		start_upload
		request PUT "$location?digest=$each" --body blob
		stored
		request GET "/v2/$name/blobs/$each"
		expect_status 200
		expect_body blob
	done
	for each in "${tarsum[v1]/+/%20}" "${tarsum[v1]/+/}" "${tarsum[v1]/+/%252B}"; do
		request GET "/v2/$name/blobs/$each"
		refused 400 DIGEST_INVALID
	done
}

@test "end-2 a range by tarsum" {
	make_tar
	push_tar "${tarsum[v1]}"
	tail -c +513 blob | head -c 1000 >part
	request GET blob "$name" "${tarsum[v1]}" -H 'Range: bytes=512-1511'
	expect_status 206
	expect_header Content-Range "bytes 512-1511/$(stat -c %s blob)"
	expect_body part
	request GET blob "$name" "${tarsum[v1]}" -H "If-None-Match: \"$digest\""
	expect_status 304
}

@test "end-2 an answer by tarsum is not kept as long as one by digest" {
	make_tar
	push_tar "${tarsum[v1]}"
	request GET blob "$name" "${tarsum[v1]}"
	expect_header Cache-Control 'no-cache, no-transform'
	expect_header ETag "\"$digest\""
	request GET blob "$name" "$digest"
	expect_header_like Cache-Control '*immutable*'
}

@test "end-5 end-6 in chunks, then PUT with the last one, or with nothing" {
	make_tar
	head -c 700 blob >first
	tail -c +701 blob >last
	start_upload
	request PATCH "$location" --body first
	expect_status 202
	finish "${tarsum[v1]}" --body last -H "Content-Range: 700-$(($(stat -c %s blob) - 1))"
	stored
	found "${tarsum[v1]}"
	start_upload
	request PATCH "$location" --body first
	request PATCH "$location" --body last
	expect_status 202
	finish "${tarsum[v0]}"
	stored
	found "${tarsum[v0]}"
}

@test "end-4b end-6 POST with the tarsum and the body" {
	make_tar
	request POST uploads "$name" "digest=${tarsum[v1]}" --body blob
	stored
	found "${tarsum[v1]}"
	name+=/b
	request POST uploads "$name" digest-algorithm=sha512 "digest=${tarsum[v0]}" --body blob
	stored
	found "${tarsum[v0]}"
}

@test "end-4b POST with another tarsum: 400, nothing stored, no session left" {
	make_tar
	request POST uploads "$name" "digest=tarsum+sha256:$nothing" --body blob
	refused 400 DIGEST_INVALID
	absent "$digest"
	absent "tarsum+sha256:$nothing"
	if [[ -d $v2/repositories/$name/_uploads ]]; then
		expect_equal "$(ls -A "$v2/repositories/$name/_uploads")" ''
	fi
}

@test "end-6 size, right and wrong, under both its names" {
	local size each

	make_tar
	size=$(stat -c %s blob)
	head -c 700 blob >first
	tail -c +701 blob >last
	start_upload
	request PATCH "$location" --body first
	for each in size=$((size - 1)) length=$((size + 1)) size=0 length=700 size=x; do
		finish "${tarsum[v1]}" "$each" --body last
		refused 400 SIZE_INVALID
		holds 700
	done
	absent "${tarsum[v1]}"
	finish "${tarsum[v1]}" "length=$size" --body last
	stored
	start_upload
	finish "${tarsum[v0]}" "size=$size" --body blob
	stored
	found "${tarsum[v0]}"
}

@test "end-6 chunked, where nobody knows whether the end has come: only with its size" {
	make_tar
	start_upload
	finish "${tarsum[v1]}" --body blob --chunked
	if [[ $DRIVER == cgi || ${REGISTRY_UNSPOOLED_CGI:-} ]]; then
		refused 400 SIZE_INVALID
		holds 0
		finish "${tarsum[v1]}" "size=$(stat -c %s blob)" --body blob --chunked
	fi
	stored
	found "${tarsum[v1]}"
}

@test "end-6 another tarsum: 400 tells both, and the session is as it was" {
	make_tar
	head -c 700 blob >first
	tail -c +701 blob >last
	start_upload
	request PATCH "$location" --body first
	finish "tarsum.v1+sha256:$nothing" --body last
	refused 400 DIGEST_INVALID
	expect_json --arg expected "tarsum.v1+sha256:$nothing" --arg actual "${tarsum[v1]}" \
		'(.errors[0].detail | del(.session)) == {digest: $expected, value: $actual}'
	holds 700
	finish "${tarsum[v0]/tarsum/tarsum.v1}" --body last
	refused 400 DIGEST_INVALID
	holds 700
	absent "$digest"
	finish "${tarsum[v1]}" --body last
	stored
	found "${tarsum[v1]}"
}

@test "end-10 deleted by digest: gone by tarsum too, until it comes back" {
	make_tar
	push_tar "${tarsum[v1]}"
	request DELETE blob "$name" "$digest"
	expect_status 202
	absent "${tarsum[v1]}"
	absent "$digest"
	push_tar "${tarsum[v1]}"
	stored
	found "${tarsum[v1]}"
}

@test "end-10 deleted by tarsum: gone by digest too" {
	make_tar
	push_tar "${tarsum[v1]}"
	request DELETE blob "$name" "tarsum+sha256:$nothing"
	refused 404 BLOB_UNKNOWN
	request DELETE blob "$name" "${tarsum[v1]}"
	expect_status 202
	absent "${tarsum[v1]}"
	absent "$digest"
	request DELETE blob "$name" "${tarsum[v1]}"
	refused 404 BLOB_UNKNOWN
}

@test "end-2 another repository's tarsum: 404" {
	make_tar
	push_tar "${tarsum[v1]}"
	absent "${tarsum[v1]}" "$name/other"
	push_blob blob "$name/other"
	absent "${tarsum[v1]}" "$name/other"
	found "$digest" blob "$name/other"
	absent "${tarsum[v1]}" "${name%/*}"
}

@test "end-6 one tarsum in two repositories: each keeps its own bytes" {
	make_tar
	gzip <blob >other
	push_tar "${tarsum[v1]}"
	stored
	push_tar "${tarsum[v1]}" other "$name/other"
	expect_status 201
	found "${tarsum[v1]}"
	found "${tarsum[v1]}" other "$name/other"
	request DELETE blob "$name/other" "${tarsum[v1]}"
	expect_status 202
	found "${tarsum[v1]}"
}

@test "end-6 one tarsum, two archives: the last one is found, both by digest" {
	make_tar
	gzip <blob >other
	push_tar "${tarsum[v1]}"
	push_tar "${tarsum[v1]}" other
	expect_status 201
	found "${tarsum[v1]}" other
	found "$(digest_of other)" other
	found "$digest"
}

@test "end-6 a repeated PUT without a body is answered again: 201" {
	make_tar
	push_tar "${tarsum[v1]}"
	finish "${tarsum[v1]}"
	stored
	finish "$digest"
	stored
	found "${tarsum[v1]}"
}

@test "end-6 a repeated PUT with a body, or of what is not there: 404" {
	make_tar
	push_tar "${tarsum[v1]}"
	finish "${tarsum[v1]}" --body blob
	refused 404 BLOB_UPLOAD_UNKNOWN
	finish "${tarsum[v0]}"
	refused 404 BLOB_UPLOAD_UNKNOWN
	request DELETE blob "$name" "$digest"
	finish "${tarsum[v1]}"
	refused 404 BLOB_UPLOAD_UNKNOWN
}

@test "end-2 end-6 what is no tarsum: 400" {
	local each

	start_upload
	for each in tarsum "tarsum+sha256:" "tarsum+sha256:${nothing%?}" "tarsum+sha256:${nothing}0" \
		"tarsum+sha256:${nothing^^}" "tarsum.v2+sha256:$nothing" "tarsum.v0+sha256:$nothing" \
		"TARSUM+sha256:$nothing" "tarsum+md5:${nothing:32}" "tarsum:$nothing" \
		"tarsum+sha512:$nothing$nothing" "tarsum++sha256:$nothing" "tarsum.v1+$nothing"; do
		finish "$each"
		refused 400 DIGEST_INVALID
		request GET "/v2/$name/blobs/$each"
		refused 400 DIGEST_INVALID
		request DELETE "/v2/$name/blobs/$each"
		refused 400 DIGEST_INVALID
	done
	holds 0
}

@test "end-3 end-7 end-9 end-12 no manifest by tarsum: 400" {
	local method

	push_image latest
	make_tar
	push_tar "${tarsum[v1]}"
	for method in GET HEAD DELETE; do
		request $method "/v2/$name/manifests/${tarsum[v1]}"
		refused 400 DIGEST_INVALID
	done
	request PUT "/v2/$name/manifests/${tarsum[v1]}" --body "$image" \
		-H "Content-Type: $oci_manifest"
	refused 400 DIGEST_INVALID
	request GET "/v2/$name/referrers/${tarsum[v1]}"
	refused 400 DIGEST_INVALID
	jq -c --arg tarsum "${tarsum[v1]}" '.layers[0].digest = $tarsum' "$image" >other
	put_manifest other other
	refused 400 DIGEST_INVALID
	expect_json '.errors[0].detail.at == "/layers/0/digest"'
}

@test "end-7 a manifest names such a blob by its digest" {
	make_image
	make_tar
	push_tar "${tarsum[v1]}"
	jq -c --argjson layer "$(descriptor "$oci_layer" blob)" '.layers = [$layer]' "$image" >other
	put_manifest latest other
	expect_status 201
}

@test "end-11 no mount by tarsum: 400; by its digest the tarsum stays behind" {
	make_tar
	push_tar "${tarsum[v1]}" blob "$name/there"
	request POST uploads "$name" "mount=${tarsum[v1]}" "from=$name/there"
	refused 400 DIGEST_INVALID
	expect_json '.errors[0].detail.field == "mount"'
	request POST uploads "$name" "mount=$digest" "from=$name/there"
	expect_status 201
	found "$digest"
	absent "${tarsum[v1]}"
}

@test "a tarsum is stored as a link, by names that docker-registry bears" {
	local version path

	make_tar
	for version in v0 v1 dev; do
		push_tar "${tarsum[$version]}"
		path=$v2/repositories/$name/_tarsum/$version/sha256/${tarsum[$version]#*:}
		expect_equal "$(cat "$path/link")" "$digest"
		expect_equal "$(stat -c %a "$path" "$path/link" | tr '\n' ' ')" '2750 640 '
	done
	expect_equal "$(find "$v2/repositories/$name" -printf '%f\n' | grep -v '^[A-Za-z0-9._-]*$')" ''
}

@test "end-2 a tarsum's link that is damaged or leads nowhere: 404" {
	local link each

	make_tar
	push_tar "${tarsum[v1]}"
	link=$v2/repositories/$name/_tarsum/v1/sha256/${tarsum[v1]#*:}/link
	for each in '' sha256:x "${tarsum[v1]}" "$(absent_digest)"; do
		printf %s "$each" >"$link"
		absent "${tarsum[v1]}"
	done
	push_tar "${tarsum[v1]}"
	stored
	found "${tarsum[v1]}"
}

@test "of the programs only hythe-uploads needs zlib" {
	local program

	cgi_only 'these programs are the same'
	need ldd
	for program in hythe-blobs hythe-discovery hythe-manifests; do
		cgi_find
		expect_equal "$(ldd "$program" | grep -c libz)" 0
	done
}
