#!/usr/bin/env bats
# 35-referrers.bats - the manifests that have another as their subject
# SPDX-License-Identifier: ISC

# bats file_tags=referrers

. "$BATS_TEST_DIRNAME/../helper.bash"

# refer FILE FILTER: the image, with the subject $subject and changed so, in
# FILE; pushed by digest.
refer() {
	jq -c --arg type "$oci_manifest" --arg digest "$subject" \
		".subject = {mediaType: \$type, digest: \$digest, size: 5} | ${2:-.}" "$image" >"$1"
	put_manifest "$(digest_of "$1")" "$1"
	subject_told
}

# referrers [KEY=VALUE]...
referrers() {
	request GET referrers "$name" "$subject" "$@"
	referrers_listed
}

referrers_listed() {
	offered 200 referrers
	expect_header Content-Type "$oci_index"
	expect_json --arg type "$oci_index" '.schemaVersion == 2 and .mediaType == $type and
		(.manifests | type == "array")'
}

setup_subject() {
	push_image latest
	subject=$image_digest
}

# bats test_tags=must,end-12a
@test "end-12a nothing refers to it: an empty index" {
	setup_subject
	referrers
	expect_json '.manifests == []'
	expect_no_header OCI-Filters-Applied
}

# bats test_tags=must,end-12a
@test "end-12a an unknown digest, and an unknown repository: an empty index, not 404" {
	subject=$(absent_digest)
	referrers
	expect_json '.manifests == []'
	push_image latest
	referrers
	expect_json '.manifests == []'
}

# bats test_tags=must,end-12a
@test "end-12a descriptors of what refers: type, digest, size, artifactType, annotations" {
	setup_subject
	refer one '.artifactType = "application/vnd.example.sbom" |
		.annotations = {"a": "1", "b": "\u00e4\""}'
	referrers
	expect_json --arg type "$oci_manifest" --arg digest "$(digest_of one)" \
		--argjson size "$(stat -c %s one)" '
		.manifests == [{mediaType: $type, digest: $digest, size: $size,
		artifactType: "application/vnd.example.sbom",
		annotations: {"a": "1", "b": "\u00e4\""}}]'
}

# bats test_tags=must,end-12a
@test "end-12a without an artifactType, an image's is its config's type" {
	setup_subject
	refer one '.config.mediaType = "application/vnd.example.config"'
	referrers
	expect_json '.manifests[0].artifactType == "application/vnd.example.config"'
	expect_json '.manifests[0] | has("annotations") | not'
}

# bats test_tags=must,end-12a
@test "end-12a an index as referrer" {
	setup_subject
	jq -n -c --arg type "$oci_index" --arg subject "$subject" --arg manifest "$oci_manifest" '{
		schemaVersion: 2, mediaType: $type, manifests: [], annotations: {k: "v"},
		subject: {mediaType: $manifest, digest: $subject, size: 5}}' >index
	put_manifest "$(digest_of index)" index "$oci_index"
	subject_told
	referrers
	expect_json --arg type "$oci_index" '.manifests | length == 1 and
		(.[0] | .mediaType == $type and .annotations == {k: "v"} and
		(has("artifactType") | not))'
}

# bats test_tags=must,end-12a
@test "end-12a an empty artifactType counts as none: the config's type, or nothing for an index" {
	setup_subject
	refer one '.artifactType = "" | .config.mediaType = "application/vnd.example.config"'
	referrers
	expect_json '.manifests[0].artifactType == "application/vnd.example.config"'
	jq -n -c --arg type "$oci_index" --arg subject "$subject" --arg manifest "$oci_manifest" '{
		schemaVersion: 2, mediaType: $type, manifests: [], artifactType: "",
		subject: {mediaType: $manifest, digest: $subject, size: 5}}' >index
	put_manifest "$(digest_of index)" index "$oci_index"
	expect_status 201
	referrers
	expect_json --arg digest "$(digest_of index)" '[.manifests[] | select(.digest == $digest)] |
		length == 1 and (.[0] | has("artifactType") | not)'
}

# bats test_tags=must,end-12a
@test "end-12a an index with an artifactType" {
	setup_subject
	jq -n -c --arg type "$oci_index" --arg subject "$subject" --arg manifest "$oci_manifest" '{
		schemaVersion: 2, mediaType: $type, manifests: [], artifactType: "a/b",
		subject: {mediaType: $manifest, digest: $subject, size: 5}}' >index
	put_manifest "$(digest_of index)" index "$oci_index"
	expect_status 201
	referrers artifactType=a/b
	expect_json '[.manifests[].artifactType] == ["a/b"]'
}

# bats test_tags=must,end-12a
@test "end-12a the longest artifactType a manifest can have: the list stays below 4 MiB" {
	local manifest

	setup_subject
	manifest=$(jq -c --arg type "$oci_manifest" --arg digest "$subject" '.artifactType = "@" |
		.subject = {mediaType: $type, digest: $digest, size: 5}' "$image")
	{
		printf %s "${manifest%%@*}"
		yes '\n' | head -n 2000000 | tr -d '\n'
		printf %s "${manifest#*@}"
	} >one
	(($(stat -c %s one) > 3900000)) || fail "only $(stat -c %s one) bytes"
	put_manifest "$(digest_of one)" one
	expect_status 201
	referrers
	expect_json --arg digest "$(digest_of one)" '[.manifests[].digest] == [$digest] and
		(.manifests[0].artifactType | test("^\n+$"))'
	(($(stat -c %s "$body") <= 4194304)) || fail "$(stat -c %s "$body") bytes"
}

# bats test_tags=must,end-12a
@test "end-12a several, tagged and not, and each once" {
	setup_subject
	refer one '.artifactType = "a/1"'
	refer two '.artifactType = "a/2"'
	refer two '.artifactType = "a/2"'
	refer three '.artifactType = "a/3"'
	put_manifest tagged three
	referrers
	expect_equal "$(json '[.manifests[].digest] | sort | join(" ")')" \
		"$(printf '%s\n' "$(digest_of one)" "$(digest_of two)" "$(digest_of three)" | sort | xargs)"
}

# bats test_tags=must,end-12a
@test "end-12a of a subject that comes later, or never" {
	make_image
	subject=$(absent_digest)
	refer one
	referrers
	expect_json '.manifests | length == 1'
}

# bats test_tags=must,end-12b
@test "end-12b only one artifactType" {
	setup_subject
	refer one '.artifactType = "application/vnd.example.sbom+json"'
	refer two '.artifactType = "application/vnd.example.signature"'
	refer three '.config.mediaType = "application/vnd.example.signature"'
	referrers artifactType=application/vnd.example.signature
	expect_header OCI-Filters-Applied artifactType
	expect_equal "$(json '[.manifests[].digest] | sort | join(" ")')" \
		"$(printf '%s\n' "$(digest_of two)" "$(digest_of three)" | sort | xargs)"
	request GET "/v2/$name/referrers/$subject?artifactType=application/vnd.example.sbom+json"
	referrers_listed
	expect_json --arg digest "$(digest_of one)" '[.manifests[].digest] == [$digest]'
	referrers artifactType=application/vnd.example.signature n=0
	expect_json '.manifests == []'
	expect_no_header Link
	referrers artifactType=none/such
	expect_json '.manifests == []'
	expect_header OCI-Filters-Applied artifactType
}

# bats test_tags=must,end-9,end-12a
@test "end-9 end-12a a deleted referrer is gone from the list" {
	setup_subject
	refer one '.artifactType = "a/1"'
	refer two '.artifactType = "a/2"'
	request DELETE manifest "$name" "$(digest_of one)"
	deleted
	referrers
	expect_json --arg digest "$(digest_of two)" '[.manifests[].digest] == [$digest]'
}

# bats test_tags=must,end-9,end-12a
@test "end-9 end-12a a deleted subject keeps its referrers" {
	setup_subject
	refer one
	request DELETE manifest "$name" "$subject"
	deleted
	referrers
	expect_json '.manifests | length == 1'
}

# bats test_tags=must,end-12a
@test "end-12a another repository's referrers are not this one's" {
	setup_subject
	refer one
	name+=/other
	push_image latest
	referrers
	expect_json '.manifests == []'
}

# bats test_tags=must,end-12a
@test "end-12a names and digests that are none: 400" {
	local each

	for each in latest sha256: sha256:x "${empty_digest^^}" "${empty_digest#*:}" \
		"sha1:${empty_digest:31}" "sha512:${empty_digest#*:}"; do
		request GET "/v2/$name/referrers/$each"
		refused 400 DIGEST_INVALID
	done
	request GET "/v2/a-/referrers/$empty_digest"
	refused 400 NAME_INVALID
}

# bats test_tags=offer,end-12a
@test "end-12a other methods: 405 and Allow" {
	request DELETE referrers "$name" "$empty_digest"
	refused 405 UNSUPPORTED
	expect_header Allow
}

# bats test_tags=must,end-12a
@test "end-12a a repository with a component referrers" {
	name+=/referrers/blobs
	setup_subject
	referrers
	expect_json '.manifests == []'
}

# bats test_tags=offer,end-12a
@test "end-12a HEAD" {
	setup_subject
	refer one
	request HEAD referrers "$name" "$subject"
	offered 200 referrers
	expect_header Content-Type "$oci_index"
	expect_empty
}

# bats test_tags=must,end-12a
@test "end-12a many referrers, page by page if in pages" {
	local i target count=0

	setup_subject
	for ((i = 0; i < 30; i++)); do
		refer many ".annotations = {\"n\": \"$i\"}"
	done
	url referrers "$name" "$subject"
	target=$url
	while [[ $target ]]; do
		request GET "$target"
		offered 200 referrers
		count=$((count + $(json '.manifests | length')))
		target=$(next)
	done
	expect_equal "$count" 30
}

# bats test_tags=must,end-12a
@test "end-12a referrers of a sha512 subject" {
	local subject

	make_image
	subject=$(digest_of "$image" sha512)
	jq -c --arg d "$subject" --arg t "$oci_manifest" \
		'.subject = {mediaType: $t, digest: $d, size: 1}' "$image" >referrer
	put_manifest signed referrer
	subject_told
	request GET referrers "$name" "$subject"
	offered 200 referrers
	expect_json --arg d "$(digest_of referrer)" '[.manifests[].digest] == [$d]'
}
