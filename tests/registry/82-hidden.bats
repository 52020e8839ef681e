#!/usr/bin/env bats
# 82-hidden.bats - what one may not see looks like what is not there
# SPDX-License-Identifier: ISC
#
# alice has a repository that is there; bob may do nothing in it, nor in the one
# beside it, which is not there.

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"
. "$HYTHE_SOURCE/tests/registry/users.bash"

setup_hidden() {
	cgi_only 'users and rules of its own'
	users_set "$@"
	rules_are "allow alice $name/** all" "allow bob $name/bob/** all" \
		"allow bob $name/** catalog"
	there=$name/alice/one absent=$name/alice/two
	push_image_as alice latest "$there"
	start_upload_as alice "$there"
	session=${location##*/}
	# what referrers would list
	printf '{"schemaVersion":2,"mediaType":"%s","artifactType":"x/y","config":%s,"layers":[],
		"subject":%s}' "$oci_manifest" "$(descriptor "$oci_config" config)" \
		"$(descriptor "$oci_manifest" "$image")" >signature
	put_manifest_as alice "$(digest_of signature)" signature "$there"
	expect_status 201
	nothing=$(absent_digest) gone=01234567-89ab-4cde-a012-3456789abcde
}

# answer_of USER WORDS [option]...: status, headers and body, without what the
# request itself named, and the random id of a session.  All names of one kind are
# of one length.
answer_of() {
	as "$1" $2 "${@:3}" || return
	sed -E -e "s|$there|NAME|g; s|$absent|NAME|g; s|$name/bob/three|NAME|g" \
		-e "s/$nothing|$image_digest|$digest/DIGEST/g" -e "s/$session|$gone/SESSION/g" \
		-e "s/latest|notags/TAG/g" \
		-e 's/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}/ID/g' \
		"$headers" "$body" | tr -d '\r'
}

# alike USER 'METHOD KIND ARGUMENT...' 'METHOD KIND ARGUMENT...' [option]...: the
# same answer to both.
alike() {
	local one other

	one=$(answer_of "$1" "$2" "${@:4}") && other=$(answer_of "$1" "$3" "${@:4}") || return
	[[ $one == "$other" ]] || fail "not alike: $2" "$one" "and: $3" "$other"
}

@test "every request to another's repository is answered as if it were not there" {
	local user target

	setup_hidden
	for user in bob nobody; do
		for target in "GET manifest @ latest" "HEAD manifest @ latest" \
			"GET manifest @ $image_digest" "HEAD manifest @ $image_digest" \
			"GET blob @ $digest" "HEAD blob @ $digest" "GET tags @" "GET tags @ n=1" \
			"GET referrers @ $image_digest" \
			"GET referrers @ $image_digest artifactType=x/y" \
			"POST uploads @" "POST uploads @ digest=$digest" \
			"POST uploads @ mount=$digest from=$name/bob/three" \
			"GET session @ $session" "HEAD session @ $session" \
			"PATCH session @ $session" "DELETE session @ $session" \
			"PUT session @ $session digest=$digest" \
			"PUT manifest @ latest" "PUT manifest @ $image_digest" \
			"DELETE manifest @ latest" "DELETE manifest @ $image_digest" \
			"DELETE blob @ $digest"; do
			alike "$user" "${target/@/$there}" "${target/@/$absent}" --body "$image"
		done
	done
}

@test "... and, to read, as what is not in a repository of one's own" {
	local method there_target own_target

	setup_hidden
	push_blob_as bob config "$name/bob/three"
	digest=$(digest_of layer1)
	while read -r there_target && read -r own_target; do
		for method in GET HEAD; do
			alike bob "$method $there_target" "$method $own_target"
		done
	done <<-END
	manifest $there latest
	manifest $name/bob/three notags
	manifest $there $image_digest
	manifest $name/bob/three $nothing
	blob $there $digest
	blob $name/bob/three $nothing
	referrers $there $image_digest
	referrers $name/bob/three $nothing
	session $there $session
	session $name/bob/three $gone
	tags $there
	tags $name/bob/three
	END
}

@test "things of another's repository, there or not, are alike" {
	local user method

	setup_hidden
	for user in bob nobody; do
		for method in GET HEAD DELETE; do
			alike "$user" "$method blob $there $digest" "$method blob $there $nothing"
			alike "$user" "$method manifest $there latest" \
				"$method manifest $there notags"
			alike "$user" "$method session $there $session" \
				"$method session $there $gone"
		done
		alike "$user" "PATCH session $there $session" "PATCH session $there $gone" --data x
	done
}

@test "neither conditions nor ranges nor other names of the same tell more" {
	local condition target

	setup_hidden
	push_blob_as bob config "$name/bob/three"
	digest=$(digest_of layer1)
	while read -r target; do
		for condition in "If-None-Match: *" "Range: bytes=0-0" "Range: bytes=9999-"; do
			alike bob "GET ${target/@/$there}" "GET ${target/@/$name\/bob\/three}" \
				-H "$condition"
		done
	done <<-END
	manifest @ latest
	manifest @ $image_digest
	blob @ $digest
	blob @ tarsum.v1+$digest
	referrers @ $image_digest last=a n=0
	session @ $session
	tags @ n=0
	END
}

@test "who may push and not pull learns nothing by reading" {
	setup_hidden
	rules_are "allow alice $name/** all" "allow bob $name/alice/* push"
	alike bob "GET manifest $there latest" "GET manifest $there notags"
	alike bob "HEAD blob $there $digest" "HEAD blob $there $nothing"
	alike bob "POST uploads $there mount=$digest" "POST uploads $there mount=$nothing"
	alike bob "GET session $there $session" "GET session $there $gone"
	alike bob "DELETE manifest $there latest" "DELETE manifest $there notags"
}

@test "by a mount from there nothing is learnt (CVE-2024-39897, GHSA-55r9-5mx9-qq7r)" {
	local mount

	setup_hidden
	mount="POST uploads $name/bob/three mount"
	alike bob "$mount=$digest from=$there" "$mount=$nothing from=$there"
	alike bob "$mount=$digest from=$there" "$mount=$digest from=$absent"
	alike bob "$mount=$digest" "$mount=$nothing"
	as bob HEAD blob "$name/bob/three" "$digest"
	expect_status 404
}

@test "a session taken to another repository, or by another user, is not there (CVE-2024-22278, CVE-2022-31667, CVE-2022-31670)" {
	local own=$name/bob/three

	setup_hidden
	alike bob "PATCH session $own $session" "PATCH session $own $gone" --data x
	alike bob "PUT session $own $session digest=$nothing" \
		"PUT session $own $gone digest=$nothing" --data x
	alike bob "PUT session $own $session digest=$digest" "PUT session $own $gone digest=$digest"
	alike alice "GET session $name/alice/ten $session" "GET session $name/alice/ten $gone"
	as alice GET session "$there" "$session"
	expect_status 204
	expect_header Range 0-0
}

@test "a manifest of one's own that names another's blobs learns nothing of them" {
	local blob

	setup_hidden
	push_blob_as bob config "$name/bob/three"
	for blob in layer1 nothing; do
		[[ $blob == layer1 ]] || random_file nothing 1001
		printf '{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}' \
			"$oci_manifest" "$(descriptor "$oci_config" config)" \
			"$(descriptor "$oci_layer" $blob)" >"of-$blob"
		put_manifest_as bob latest "of-$blob" "$name/bob/three"
		refused 400 MANIFEST_BLOB_UNKNOWN
		sed "s/$(digest_of $blob)/DIGEST/" "$body" >"answer-$blob"
	done
	cmp answer-layer1 answer-nothing
}

@test "the catalog does not show it" {
	setup_hidden
	push_image_as bob latest "$name/bob/three"
	as bob GET catalog n=1000
	expect_status 200
	expect_json --arg n "$name" '[.repositories[] | select(startswith($n))] == [$n + "/bob/three"]'
	as bob GET catalog "last=$name/alice" n=1
	expect_json --arg n "$name" '.repositories == [$n + "/bob/three"]'
	expect_no_header Link
}

@test "nothing of the store is opened for who may not" {
	local target

	need strace
	strace -o /dev/null true || skip_because 'nothing can be traced here'
	setup_hidden
	for target in "GET blob $there $digest" "GET manifest $there latest" "GET tags $there" \
		"GET referrers $there $image_digest" "PATCH session $there $session"; do
		request_parse $target -H "$(basic bob:bob-pw)"
		cgi_prepare
		# LeakSanitizer cannot work beside it.
		env -i "${variables[@]}" "ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0" \
			strace -f -e trace=file -o trace "$program" </dev/null >answer
		grep -q execve trace
		run ! grep -E "alice/one|blobs/sha256|$session" trace
	done
}
