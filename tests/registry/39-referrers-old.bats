#!/usr/bin/env bats
# 39-referrers-old.bats - referrers that another program stored, unrecorded
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"
. "$HYTHE_SOURCE/tests/registry/stranger.bash"

# The tag of the subject's referrers in registries that have no lists of them.
fallback() {
	local hex=${subject#*:}

	printf '%s-%s' "${subject%%:*}" "${hex:0:64}"
}

next() {
	printf %s "${header[link]:-}" | sed -n 's/^<\([^>]*\)>; *rel="next"$/\1/p'
}

@test "end-12a what is not recorded is listed as if it were" {
	setup_subject
	make one '.annotations = {"a": "1"}'
	make two '.artifactType = "a/b"'
	push one
	push two
	referrers
	cp "$body" recorded
	forget
	referrers
	cmp recorded "$body"
	lists one two
}

@test "end-12b without records: filter, pages and Link" {
	local got='' target

	setup_subject
	make one '.artifactType = "a/1"'
	make two '.artifactType = "a/2"'
	make three '.artifactType = "a/1" | .annotations = {"n": "3"}'
	push one
	push two
	push three
	forget
	referrers artifactType=a/1
	lists one three
	expect_header OCI-Filters-Applied artifactType
	url referrers "$name" "$subject" artifactType=a/1 n=1
	target=$url
	while [[ $target ]]; do
		request GET "$target"
		expect_status 200
		expect_json '.manifests | length <= 1'
		got+=$(json '.manifests[].digest')$'\n'
		target=$(next)
	done
	expect_equal "$(xargs <<<"$got")" "$(printf '%s\n' "$(digest_of one)" "$(digest_of three)" |
		sort | xargs)"
}

@test "end-12a what is stored without a record breaks the seal, and is listed with the others" {
	setup_subject
	make one '.artifactType = "a/1"'
	make two '.artifactType = "a/2"'
	make three '.artifactType = "a/3"'
	push one
	stranger two
	referrers
	lists one two
	push three
	referrers
	lists one two three
}

@test "end-12a with nothing recorded only manifests that are here and refer to the subject" {
	local other

	setup_subject
	make one
	make mentions ".subject.digest = \"$empty_digest\" | .annotations = {\"of\": \"$subject\"}"
	make docker ".mediaType = \"$docker_manifest\""
	make damaged '.annotations = {"a": "damaged"}'
	make condemned '.annotations = {"a": "condemned"}'
	make deleted '.annotations = {"a": "deleted"}'
	make elsewhere '.annotations = {"a": "elsewhere"}'
	for each in one mentions docker damaged condemned deleted; do
		stranger $each
	done
	manifests=${manifests%/*}/other/_manifests stranger elsewhere
	printf 'sha256:' >"$manifests/revisions/sha256/$(digest_of damaged | cut -d: -f2)/link"
	condemn "$manifests/revisions/sha256/$(digest_of condemned | cut -d: -f2)"
	request DELETE manifest "$name" "$(digest_of deleted)"
	expect_status 202
	referrers
	lists one
}

@test "end-12a a subject's digest that is written with escapes" {
	setup_subject
	make one '.annotations = {"a": "1"}'
	sed "s/$subject/\\\\u0073${subject:1:20}\\\\u00$(printf %x "'${subject:21:1}")${subject:22}/" \
		one >escaped
	[[ $(<one) != "$(<escaped)" ]]
	stranger escaped
	referrers
	lists escaped
}

@test "end-12b one of a type behind a thousand others is on the first page" {
	setup_subject
	make one '.annotations = {"n": "@"}'
	awk '{ for (i = 1; i <= 1100; i++) {
			text = $0
			sub(/@/, i, text)
			file = sprintf("many%04d", i)
			print text >file
			close(file)
		} }' one
	make last '.artifactType = "a/last" | .annotations = {"n": "@"}'
	# one that comes last in order
	for ((i = 0; ; i++)); do
		sed "s/@/$i/" last >rare
		[[ $(digest_of rare) != sha256:f[8-f]* ]] || break
	done
	sleep 0.02
	strangers many*
	stranger rare
	referrers artifactType=a/last n=1
	lists rare
	referrers
	expect_json '.manifests | length == 1000'
	request GET "$(next)"
	expect_json '.manifests | length == 101'
	expect_no_header Link
}

@test "end-12a in a crowd: what is recorded, and what the tag of the referrers names" {
	setup_subject
	make recorded '.artifactType = "a/1"'
	make both '.artifactType = "a/2"'
	make tagged '.annotations = {"a": "1", "b": "\u00e4"}'
	make untagged '.artifactType = "a/3"'
	push recorded
	push both
	stranger tagged
	stranger untagged
	crowd
	referrers
	lists recorded both
	index_of both tagged >index
	put_manifest "$(fallback)" index "$oci_index"
	expect_status 201
	referrers
	lists recorded both tagged
	got=''
	url referrers "$name" "$subject" n=1
	target=$url
	while [[ $target ]]; do
		request GET "$target"
		expect_json '.manifests | length <= 1'
		got+=$(json '.manifests[].digest')' '
		target=$(next)
	done
	expect_equal "$(xargs <<<"$got")" "$(printf '%s\n' "$(digest_of recorded)" \
		"$(digest_of both)" "$(digest_of tagged)" | sort | xargs)"
	request DELETE manifest "$name" "$(digest_of tagged)"
	expect_status 202
	referrers
	lists recorded both
	# the tag of a longer digest is cut to 64 digits, which others have too
	subject=$(digest_of "$image" sha512)
	make long
	subject=${subject:0:134}$(tr 0-9a-f 1-9a-f0 <<<"${subject:134}")
	make another
	stranger long
	stranger another
	index_of long another >index
	put_manifest "$(fallback)" index "$oci_index"
	expect_status 201
	referrers
	lists another
}

@test "end-12a in a crowd a tagged index is believed in nothing" {
	local each

	setup_subject
	make one '.annotations = {"a": "1"}'
	make mentions ".subject.digest = \"$empty_digest\" | .annotations = {\"of\": \"$subject\"}"
	make elsewhere '.annotations = {"a": "elsewhere"}'
	stranger one
	stranger mentions
	manifests=${manifests%/*}/other/_manifests stranger elsewhere
	crowd
	# wrong sizes, types and annotations, duplicates, what is absent, another's,
	# a layer, an image that refers to nothing, itself
	jq -n -c --arg type "$oci_index" --arg bad "$oci_layer" --arg subject "$subject" \
		--arg one "$(digest_of one)" --arg mentions "$(digest_of mentions)" \
		--arg elsewhere "$(digest_of elsewhere)" --arg absent "$(absent_digest)" \
		--arg layer "$(digest_of layer1)" --arg image "$image_digest" '{
		schemaVersion: 2, mediaType: $type, manifests: ([$one, $one, $mentions, $elsewhere,
		$absent, $layer, $image, $one] | map({mediaType: $bad, digest: ., size: 1,
		artifactType: "wrong/type", annotations: {"wrong": "yes"}})),
		subject: {mediaType: $type, digest: $subject, size: 5}}' >index
	stranger index "$(fallback)"
	referrers
	lists one
	make_hostile
	for each in image empty garbage list numbers cut many endless; do
		rm -r "$manifests/tags/$(fallback)"
		stranger "hostile-$each" "$(fallback)"
		referrers
		expect_equal "$each: $(json '[.manifests[].digest] | join(" ")')" \
			"$each: $([[ $each != many ]] || digest_of one)"
	done
	tag_as_stranger "$(absent_digest)" "$(fallback)"
	referrers
	expect_json '.manifests == []'
	printf 'no digest' >"$manifests/tags/$(fallback)/current/link"
	referrers
	expect_json '.manifests == []'
}

# What a tag may stand for that is no good index; the first of the many that it
# names is the referrer.
make_hostile() {
	local descriptor

	cp "$image" hostile-image
	: >hostile-empty
	head -c 100000 /dev/urandom >hostile-garbage
	printf '[1]' >hostile-list
	printf '{"schemaVersion":2,"manifests":[1,{"digest":2},{"mediaType":"a","digest":"sha256:x","size":-1}]}' \
		>hostile-numbers
	index_of one | head -c -1 >hostile-cut
	descriptor=$(descriptor "$oci_manifest" one)
	{
		printf '{"schemaVersion":2,"manifests":[%s' "$descriptor"
		seq 9000 | awk '{ printf ",{\"mediaType\":\"a/b\",\"size\":1,\"digest\":\"sha256:%064d\"}", $1 }'
		printf ']}'
	} >hostile-many
	{
		printf '{"schemaVersion":2,"manifests":[%s' "$descriptor"
		seq 300000 | awk '{ printf ",{\"a\":[]}" }'
		printf ']}'
	} >hostile-endless
}

@test "end-12a large referrers: every page stays below 4 MiB" {
	local i pages=0 got=0 target

	setup_subject
	head -c 2900000 /dev/urandom | base64 -w 0 >filling
	for ((i = 0; i < 5; i++)); do
		make small ".annotations = {\"n\": \"$i\", \"filling\": \"@\"}"
		{
			sed 's/@.*//' small | tr -d '\n'
			cat filling
			sed 's/.*@//' small
		} >large
		(($(stat -c %s large) > 3800000))
		stranger large
	done
	url referrers "$name" "$subject"
	target=$url
	while [[ $target ]]; do
		request GET "$target"
		expect_status 200
		(($(stat -c %s "$body") <= 4194304)) || fail "$(stat -c %s "$body") bytes"
		got=$((got + $(grep -o '"digest":"sha256:[0-9a-f]*","size"' "$body" | wc -l)))
		pages=$((pages + 1))
		target=$(next)
	done
	expect_equal "$got in $pages pages" '5 in 5 pages'
}

# huge COUNT [TEXT]: so many manifests of 63 MiB, which take no space; they begin
# with this text.
huge() {
	local i digest

	for ((i = 1; i <= $1; i++)); do
		printf -v digest '%064d' "$i"
		(umask 027 && mkdir -p "$manifests/revisions/sha256/$digest" \
			"$v2/blobs/sha256/00/$digest")
		printf 'sha256:%s' "$digest" >"$manifests/revisions/sha256/$digest/link"
		printf %s "${2:-}" | store_data "$v2/blobs/sha256/00/$digest" 63M
	done
}

@test "end-12a what is too large is read in part only" {
	local pages=0 target got=''

	setup_subject
	make one
	make two '.artifactType = "a/b"'
	push one
	stranger two
	# each is read for a page of its own, in vain
	huge 3 "{\"$subject\":"
	url referrers "$name" "$subject"
	target=$url
	while [[ $target ]]; do
		request GET "$target"
		expect_status 200
		got+=$(json '.manifests[].digest')$'\n'
		pages=$((pages + 1))
		target=$(next)
	done
	expect_equal "$(sort <<<"$got" | xargs) in $pages pages" \
		"$(printf '%s\n' "$(digest_of one)" "$(digest_of two)" | sort | xargs) in 4 pages"
	# too much to be read: what is recorded is listed
	huge 5
	referrers
	lists one
	rm -r "$v2"/blobs/sha256/00/000000*
}
