#!/usr/bin/env bats
# 41-reindex.bats - hythe reindex: what manifests refer to is recorded again
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"
. "$HYTHE_SOURCE/tests/registry/stranger.bash"

# The command on the store of the test; the variables of the tests are no settings.
run_reindex() {
	hythe_find
	env -u HYTHE_SOURCE -u HYTHE_BUILD -u HYTHE_TEST_STRICT HYTHE_CONFIG=/dev/null \
		HYTHE_STORAGE="$store" "$hythe" reindex "$@" 3>&-
}

# reindex STATUS [ARGUMENT]...: what it says is in the files said and log.
reindex() {
	local result=0

	run_reindex "${@:2}" >said 2>log || result=$?
	if [[ $result != "$1" ]]; then
		cat said log >&2
		fail "hythe reindex ${*:2} ended with $result"
	fi
}

# says MANIFESTS REFERRERS ADDED REMOVED [BAD]: of this repository.
says() {
	expect_equal "$(<said)" \
		"$name: $1 manifests, $2 referrers, $3 added, $4 removed${5:+, $5 bad}"
}

# Everything below a directory, and when it changed.
snapshot() {
	(cd "$1" && find . -printf '%y %m %s %i %T@ %p\n' | sort -k 6)
}

seal() {
	printf '%s/referrers/complete-sha256-%s' "$manifests" \
		"$(stat -c %.9Y "$manifests/revisions/sha256")"
}

# The file that records a manifest.
entry() {
	local digest

	digest=$(digest_of "$1")
	printf '%s/referrers/sha256/%s/%s' "$manifests" "${2:-${subject#*:}}" "${digest/:/-}"
}

@test "reindex: the records are what they were before they were lost" {
	setup_subject
	make one '.annotations = {"a": "1"}'
	make two '.artifactType = "a/b"'
	jq -n -c --arg type "$oci_index" --arg subject "$subject" --arg manifest "$oci_manifest" '{
		schemaVersion: 2, mediaType: $type, manifests: [],
		subject: {mediaType: $manifest, digest: $subject, size: 5}}' >index
	push one
	push two
	put_manifest "$(digest_of index)" index "$oci_index"
	referrers
	cp "$body" listed
	cp -r "$manifests/referrers" recorded
	forget
	reindex 0 "$name"
	says 4 3 3 0
	expect_equal "$(<log)" ''
	diff -r recorded "$manifests/referrers"
	expect_equal "$(find "$manifests/referrers" ! -type d -perm 0640 -o -type d -perm 2750 | wc -l)" 7
	referrers
	cmp listed "$body"
}

@test "reindex: a second time changes nothing" {
	setup_subject
	make one
	stranger one
	reindex 0 "$name"
	says 2 1 1 0
	expect_file "$(seal)"
	snapshot "$manifests" >before
	reindex 0 "$name"
	says 2 1 0 0
	snapshot "$manifests" | diff before -
}

@test "reindex --dry-run: tells, and changes nothing" {
	setup_subject
	make one
	make two '.artifactType = "a/b"'
	push one
	stranger two
	rm -r "$manifests/revisions/sha256/$(digest_of one | cut -d: -f2)"
	mkdir "$manifests/revisions/sha256/$(digest_of one | cut -d: -f2)"
	snapshot "$manifests" >before
	reindex 0 --dry-run "$name"
	expect_equal "$(<said)" "$name: 2 manifests, 1 referrers, 1 to add, 1 to remove"
	snapshot "$manifests" | diff before -
	reindex 0 "$name"
	says 2 1 1 1
}

@test "reindex: away with what is not so, and what is wrong is made right" {
	local other=${empty_digest#*:}

	setup_subject
	make one '.annotations = {"a": "1"}'
	make two '.artifactType = "a/2"'
	make three '.artifactType = "a/3"'
	push one
	push two
	cp "$(entry one)" right
	# one of a manifest that is gone, one at another's subject, one that refers to
	# nothing, one that says something else, and files of somebody else
	printf '{}' >"$(entry three)"
	mkdir "$manifests/referrers/sha256/$other"
	cp "$(entry one)" "$(entry one "$other")"
	printf '{}' >"$(entry "$image")"
	printf '{"digest": "none"}' >"$(entry one)"
	: >"$manifests/referrers/sha256/${subject#*:}/README"
	: >"$manifests/referrers/sha256/README"
	: >"$manifests/referrers/complete-sha256-1700000000.000000000"
	reindex 0 "$name"
	says 3 2 1 3
	cmp right "$(entry one)"
	expect_no_file "$(entry three)"
	expect_no_file "$(entry "$image")"
	expect_no_file "$manifests/referrers/sha256/$other"
	expect_file "$manifests/referrers/sha256/${subject#*:}/README"
	expect_file "$manifests/referrers/sha256/README"
	expect_equal "$(cd "$manifests/referrers" && echo complete-*)" "$(basename "$(seal)")"
	referrers
	lists one two
}

@test "reindex: what cannot be read is told, keeps its record, and the rest is done" {
	local each revisions hex

	setup_subject
	revisions=$manifests/revisions/sha256
	for each in good link data json cut file; do
		make $each ".annotations = {\"a\": \"$each\"}"
	done
	push link
	for each in good data json cut file; do
		stranger $each
	done
	for each in link data json cut file; do
		hex=$(digest_of $each | cut -d: -f2)
		declare "hex_$each=$hex"
	done
	printf 'sha256:' >"$revisions/$hex_link/link"
	rm -r "$v2/blobs/sha256/${hex_data:0:2}/$hex_data"
	store_data "$v2/blobs/sha256/${hex_json:0:2}/$hex_json" <<<'no JSON'
	store_data "$v2/blobs/sha256/${hex_cut:0:2}/$hex_cut" </dev/null
	rm -r "$revisions/$hex_file"
	: >"$revisions/$hex_file"
	reindex 1 "$name"
	says 7 1 1 0 5
	for each in "$hex_link" "$hex_data" "$hex_json" "$hex_cut" "$hex_file"; do
		grep -q "sha256:$each of '$name'" log || fail "not told: $each"
	done
	expect_file "$(entry link)"
	expect_no_file "$(seal)"
	referrers
	lists good
	# once it can be read
	stranger data
	stranger json
	stranger cut
	rm "$revisions/$hex_file"
	printf 'sha256:%s' "$hex_link" >"$revisions/$hex_link/link"
	referrers
	lists good link data json cut
	reindex 0 "$name"
	says 6 5 3 0
	expect_file "$(seal)"
	referrers
	lists good link data json cut
}

@test "reindex: manifests that hythe would refuse, but serves" {
	setup_subject
	make faults '.annotations = {"a": "1", "b": null}'
	make schema1 '{schemaVersion: 1, name: "a", tag: "b", fsLayers: [], history: []}'
	stranger faults
	stranger schema1
	reindex 0 "$name"
	says 3 1 1 0
	referrers
	# annotations that are none are not shown
	jq -c 'del(.annotations)' faults >shown
	expect_json --arg digest "$(digest_of faults)" '.manifests | length == 1 and
		(.[0] | .digest == $digest and (has("annotations") | not))'
}

@test "reindex: what is condemned is recorded, for it may come back" {
	local revision

	setup_subject
	make one
	stranger one
	revision=$manifests/revisions/sha256/$(digest_of one | cut -d: -f2)
	condemn "$revision"
	reindex 0 "$name"
	says 2 1 1 0
	referrers
	expect_json '.manifests == []'
	rm "$revision/condemned"
	referrers
	lists one
}

# docker-registry deletes the link alone, and fills the directory again.
@test "reindex: what is deleted and comes back behind the seal" {
	local revision

	setup_subject
	make one
	stranger one
	revision=$manifests/revisions/sha256/$(digest_of one | cut -d: -f2)
	rm "$revision/link"
	reindex 0 "$name"
	says 1 0 0 0
	expect_no_file "$revision"
	stranger one
	referrers
	lists one
	reindex 0 "$name"
	says 2 1 1 0
	rm "$revision/link"
	referrers
	expect_json '.manifests == []'
	printf %s "$(digest_of one)" >"$revision/link"
	referrers
	lists one
}

@test "reindex: records that a power cut left behind are not believed, and made right" {
	setup_subject
	make one
	make two '.artifactType = "a/b"'
	push one
	push two
	: >"$(entry one)"
	printf '{"not": "so"}' >"$(entry two)"
	rm "$(seal)"
	referrers
	lists one two
	reindex 0 "$name"
	says 3 2 2 0
	referrers
	lists one two
}

@test "reindex: several repositories, and some that are none" {
	local top=$name each

	for each in b a; do
		name=$top/$each
		setup_subject
		make one
		stranger one
	done
	reindex 1 "$top/b" "$top/none" "$top/a" "$top/Bad" ../..
	expect_equal "$(<said)" "$(printf '%s: 2 manifests, 1 referrers, 1 added, 0 removed\n' \
		"$top/b" "$top/a")"
	expect_equal "$(<log)" "$(printf 'hythe: %s: there is no such repository\n' \
		"$top/none" "$top/Bad" ../..)"
}

@test "reindex: all repositories there are" {
	local each

	cgi_only 'a store of its own'
	mkdir -m 2750 own
	store=$PWD/own v2=$PWD/own/docker/registry/v2
	for each in b a a/b a-b; do
		name=$each
		setup_subject
		make one
		stranger one
	done
	reindex 0
	expect_equal "$(<said)" "$(printf '%s: 2 manifests, 1 referrers, 1 added, 0 removed\n' \
		a a-b a/b b)"
}

@test "reindex: how it is called, and on whose store" {
	reindex 2 --none
	grep -q 'hythe reindex \[--dry-run\] \[NAME\]' log
	reindex 2 --dry-run --dry-run
	store=$PWD/none reindex 1
	grep -q "cannot open storage '$PWD/none'" log
	mkdir -m 2770 open
	store=$PWD/open reindex 1
	grep -q 'can be written by others' log
	mkdir -m 2750 empty
	store=$PWD/empty reindex 0
	expect_equal "$(<said)$(<log)" ''
}

@test "end-7 a manifest that is pushed seals a small repository, and none with damage" {
	setup_subject
	make one '.artifactType = "a/1"'
	make two '.artifactType = "a/2"'
	make three '.artifactType = "a/3"'
	stranger one
	expect_no_file "$(seal)"
	push two
	expect_file "$(seal)"
	expect_file "$(entry one)"
	referrers
	lists one two
	stranger three
	rm -f "$v2/blobs/sha256/$(digest_of three | cut -c 8-9)/$(digest_of three | cut -d: -f2)/data"
	push one
	expect_no_file "$(seal)"
	referrers
	lists one two
}

@test "end-7 a manifest that is pushed does not look through a large repository" {
	setup_subject
	make one '.artifactType = "a/1"'
	make two '.artifactType = "a/2"'
	stranger one
	crowd
	push two
	expect_file "$(entry two)"
	expect_no_file "$(entry one)"
}

# What is pushed and deleted meanwhile is neither lost nor kept; and there was a
# time at which both were at work.
@test "reindex while others push and delete" {
	local i runs

	setup_subject
	while [[ ! -e done ]]; do
		run_reindex "$name" || break
	done >runs 2>&1 3>&- &
	for ((i = 0; i < 12; i++)); do
		make "pushed$i" ".annotations = {\"n\": \"$i\"}"
		push "pushed$i"
		((i % 4)) || request DELETE manifest "$name" "$(digest_of "pushed$i")"
		((i % 4)) || rm "pushed$i"
	done
	: >done
	wait $!
	runs=$(sort -u runs | wc -l)
	((runs > 2)) || fail "never at the same time: $(<runs)"
	! grep -v ' manifests, .* referrers, 0 added, 0 removed$' runs || fail 'something was found'
	expect_file "$(seal)"
	referrers
	lists pushed*
	reindex 0 "$name"
	says 10 9 0 0
}
