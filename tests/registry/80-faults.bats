#!/usr/bin/env bats
# 80-faults.bats - every fault: its code, status, message and detail
# SPDX-License-Identifier: ISC
#
# What is expected of each is what hythe(7) promises.

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

teardown() {
	[[ ! -d full ]] || umount full
}

# told MESSAGE [FILTER [option of jq]...]: this fault and no other, with the
# code, the status and the members of `detail` that the manual has; the filter
# is true of the detail.
told() {
	expect_json '.errors | length == 1' || return
	told_at 0 "$@"
}

# told_at N MESSAGE [FILTER [option of jq]...]: the fault N of the answer, from 0.
told_at() {
	local code wanted members

	read -r code wanted members < <(sed -n '/^\.Sh FAULTS/,/^\.Sh FILES/p' \
		"$HYTHE_SOURCE/man/hythe.7" | awk -v message="$2" '
		/^\.It / { fault = $2 " " $3 }
		$0 == message { getline; sub(/^\.Pq /, "") || $0 = ""; print fault, $0 }')
	[[ $code ]] || wrong "not in the manual: $2" || return
	expect_status "$wanted" || return
	expect_json --argjson at "$1" --arg code "$code" --arg message "$2" --arg members "$members" '
		.errors[$at] | ($members | [scan("[a-z]+")]) as $all |
		($members | gsub("\\[[a-z]+\\]"; "") | [scan("[a-z]+")]) as $always |
		.code == $code and .message == $message and
		((.detail | keys) - $all == []) and ($always - (.detail | keys) == [])' || return
	(($# < 3)) || expect_json --argjson at "$1" "${@:4}" ".errors[\$at].detail | $3"
}

setup_blob() {
	random_file blob 5000
	digest=$(digest_of blob)
	start_upload
}

# push FILTER [option of jq]...: the image, changed.
push() {
	jq -c "$@" "$image" >changed
	put_manifest changed changed
}

@test "four faults of a manifest: a digest, two missing layers, a size; each named" {
	local one two

	make_image 4
	one=$(absent_digest) two=$(absent_digest)
	push --arg one "$one" --arg two "$two" '.layers[0].digest = "sha256:none" |
		.layers[1].digest = $one | .layers[2].digest = $two | .layers[3].size = 7'
	expect_status 400
	expect_json '.errors | length == 4'
	told_at 0 'a digest in the manifest is not valid' \
		'.at == "/layers/0/digest" and .value == "sha256:none"'
	told_at 1 'the manifest names what this repository does not have' \
		'.at == "/layers/1" and .digest == $digest' --arg digest "$one"
	told_at 2 'the manifest names what this repository does not have' \
		'.at == "/layers/2" and .digest == $digest' --arg digest "$two"
	told_at 3 'the manifest states another size than what it names has' \
		'.at == "/layers/3" and .digest == $digest and .size == 7 and .expected == 1004' \
		--arg digest "$(digest_of layer4)"
	# For who reads the log of the tests.
	jq . "$body"
	request GET manifest "$name" changed
	refused 404 MANIFEST_UNKNOWN
}

@test "the length of the body, and what is too large" {
	cgi_only 'other settings'
	request PUT manifest "$name" latest --length 1e3
	told 'the Content-Length is not a number of bytes' \
		'.field == "Content-Length" and .value == "1e3"'
	setup_blob
	request_settings=(HYTHE_BLOB_LIMIT=4999)
	request PATCH "$location" --body blob
	told 'the blob is larger than this registry accepts' \
		'.session == $session and .expected == 4999' --arg session "$session"
	request PATCH "$location" --body blob --chunked
	told 'the blob is larger than this registry accepts'
	request GET "$location"
	expect_header Range 0-0
	request PUT at "$location" "digest=$digest" --body blob --chunked
	told 'the blob is larger than this registry accepts'
	request POST uploads "$name" "digest=$digest" --body blob
	told 'the blob is larger than this registry accepts'
	request PUT at "$location" "digest=$digest" --body blob --set HYTHE_BLOB_LIMIT=5000
	expect_status 201
	request_settings=(HYTHE_MANIFEST_LIMIT=1k)
	request PUT manifest "$name" latest --body blob
	told 'the manifest is larger than this registry accepts' \
		'.name == $name and .reference == "latest" and .expected == 1024' --arg name "$name"
}

@test "what is no endpoint, and no method of one" {
	request GET "/v2/$name/here"
	told 'there is no such endpoint' '.value == $path' --arg path "/v2/$name/here"
	request PATCH tags "$name"
	told 'the endpoint does not have this method' '.value == "PATCH"'
}

@test "parts of the path that are none" {
	request GET "/v2/Name/tags/list"
	told 'this is no valid repository name' '. == {name: "Name"}'
	request GET "/v2/$name/manifests/.tag"
	told 'this is no valid tag' '. == {reference: ".tag"}'
	request GET "/v2/$name/blobs/sha256:x"
	told 'this is no valid digest of a supported algorithm' '. == {digest: "sha256:x"}'
}

@test "parameters that are none" {
	local form='.reason == "not of the form this parameter has"'

	request POST uploads "$name" "mount=$empty_digest" from=Name
	told 'this is no valid repository name' '.field == "from" and .value == "Name" and '"$form"
	request PUT manifest "$name" "$empty_digest" tag=.tag
	told 'this is no valid tag' '.field == "tag" and .value == ".tag" and '"$form"
	request PUT manifest "$name" "$empty_digest" tag=t{1..101}
	told 'there are more tag parameters than this registry accepts' \
		'.field == "tag" and .size == 101 and .expected == 100'
	start_upload
	request PUT "$location"
	told 'the digest of the blob is missing' '.field == "digest"'
	request PUT at "$location" digest=sha256:x
	told 'this is no valid digest of a supported algorithm' '.field == "digest" and '"$form"
	request PUT at "$location" "digest=$empty_digest" "digest=$empty_digest"
	told 'this is no valid digest of a supported algorithm' '.reason == "given twice"'
	request PUT at "$location" "digest=$empty_digest" size=-1
	told 'the size is not a number of bytes' '.field == "size" and .value == "-1" and '"$form"
	request POST uploads "$name" digest-algorithm=md5
	told 'the digest algorithm is not supported' \
		'.field == "digest-algorithm" and .value == "md5" and '"$form"
	request GET catalog n=many
	told 'the number of results is not a number' '.field == "n" and .value == "many" and '"$form"
	request GET "/v2/_catalog?last=%zz"
	told 'a query parameter is not valid' \
		'.field == "last" and .reason == "broken percent-encoding"'
}

@test "a Content-Range that is none, or not of the body" {
	setup_blob
	request PATCH "$location" --body blob -H 'Content-Range: all'
	told 'the Content-Range is no range of bytes' '.field == "Content-Range" and .value == "all"'
	request PATCH "$location" --body blob -H 'Content-Range: 0-7'
	told 'Content-Range and Content-Length disagree' \
		'.value == "0-7" and .size == 5000 and .expected == 8'
}

@test "a Content-Range that a body of unknown length does not fill" {
	cgi_only 'web servers tell the length'
	setup_blob
	request PATCH "$location" --body blob --chunked -H 'Content-Range: 0-7'
	told 'the body is not as long as its Content-Range says' \
		'.session == $session and .size == 5000 and .expected == 8' --arg session "$session"
}

@test "who does not log in, or in a wrong way" {
	cgi_only 'other settings'
	: >access
	request_settings=(HYTHE_ACCESS="$PWD/access" HYTHE_REMOTE_USER=yes)
	request GET manifest "$name" latest
	told 'authentication is required' '. == {}'
	request GET manifest "$name" latest -H 'Authorization: Basic !'
	told 'authentication is required' '.reason | length > 10'
}

@test "an immutable tag" {
	cgi_only 'other settings'
	push_image v1
	request_settings=(HYTHE_IMMUTABLE='v*')
	push '.annotations = {a: "b"}'
	put_manifest v1 changed
	told 'the tag is immutable' '.name == $name and .reference == "v1" and .digest == $digest' \
		--arg name "$name" --arg digest "$(digest_of changed)"
	request DELETE manifest "$name" v1
	told 'the tag is immutable' '.name == $name and .reference == "v1"' --arg name "$name"
}

@test "what may not be done, or is switched off" {
	cgi_only 'other settings'
	request POST uploads "$name" --closed
	told 'the access to the resource is denied' '.name == $name' --arg name "$name"
	request POST uploads "$name" --set HYTHE_READ_ONLY=yes
	told 'the registry is read-only' '.name == $name' --arg name "$name"
	request DELETE manifest "$name" latest --set HYTHE_DELETE=no
	told 'deleting is switched off' '.name == $name' --arg name "$name"
}

@test "what is not there" {
	local digest=$empty_digest session=00000000-0000-4000-8000-000000000000

	request GET tags "$name"
	told 'the repository is not known to this registry' '.name == $name' --arg name "$name"
	request GET blob "$name" "$digest"
	told 'the blob is not known to this repository' '.name == $name and .digest == $digest' \
		--arg name "$name" --arg digest "$digest"
	request GET manifest "$name" latest
	told 'the manifest is not known to this repository' \
		'.name == $name and .reference == "latest"' --arg name "$name"
	request GET session "$name" "$session"
	told 'the upload session is not known to this repository' \
		'.name == $name and .session == $session' --arg name "$name" --arg session "$session"
}

@test "what comes at the wrong place or time" {
	random_file blob 5000
	push_blob blob
	request GET blob "$name" "$digest" -H 'Range: bytes=5000-'
	told 'the blob does not have the bytes of this range' \
		'.digest == $digest and .field == "Range" and .value == "bytes=5000-" and .size == 5000' \
		--arg digest "$digest"
	start_upload
	request PATCH "$location" --body blob -H 'Content-Range: 7-5006'
	told 'the chunk does not begin where the upload ends' \
		'.session == $session and .offset == 7 and .expected == 0' --arg session "$session"
	slow_start PATCH "$location" --chunked
	cat blob >&9
	wait_until busy
	told 'another request is working on this upload session' '.session == $session' \
		--arg session "$session"
	expect_header Retry-After 1
	slow_finish
}

# Asked for what changes nothing, should the other not have begun.
busy() {
	request PATCH "$location" --body blob -H 'Content-Range: 7-5006'
	[[ $status == 429 ]]
}

@test "too many sessions" {
	cgi_only 'other settings'
	start_upload
	request POST uploads "$name" --set HYTHE_UPLOAD_SESSIONS=1
	told 'the repository has too many open upload sessions' \
		'.name == $name and .size == 1 and .expected == 1' --arg name "$name"
	expect_header Retry-After 1
}

@test "a body that is not what was announced" {
	setup_blob
	request PUT at "$location" "digest=$digest" size=4999 --body blob
	told 'the size stated is not the size received' \
		'.session == $session and .size == 5000 and .expected == 4999' --arg session "$session"
	request PUT at "$location" "digest=$empty_digest" --body blob
	told 'the digest stated is not that of the content received' \
		'.session == $session and .digest == $stated and .value == $digest' \
		--arg session "$session" --arg stated "$empty_digest" --arg digest "$digest"
	request PUT manifest "$name" "$empty_digest" --body blob
	told 'the digest stated is not that of the content received' \
		'.digest == $stated and .value == $digest' --arg stated "$empty_digest" \
		--arg digest "$digest"
}

@test "a tarsum of what has none" {
	setup_blob
	request PUT at "$location" "digest=tarsum.v1+$digest" --body blob
	told 'the content received is no tar archive that has a tarsum' \
		'.session == $session and .digest == $tarsum' --arg session "$session" \
		--arg tarsum "tarsum.v1+$digest"
	cgi_only 'a web server tells the length'
	request PUT at "$location" "digest=tarsum.v1+$digest" --body blob --chunked
	told 'a tar archive that comes without its length needs a size parameter' \
		'.session == $session' --arg session "$session"
}

@test "a body that is cut" {
	cgi_only 'a web server does not call the program'
	setup_blob
	request PATCH "$location" --body blob --length 6000
	told 'the request ended before its body was complete' \
		'.session == $session and .size == 5000 and .expected == 6000' --arg session "$session"
	request PUT manifest "$name" latest --body blob --length 6000
	told 'the request ended before its body was complete' '.size == 5000 and .expected == 6000'
}

@test "manifests that are none" {
	make_image
	printf '{"layers":[' >bad
	put_manifest bad bad
	told 'the manifest is not acceptable JSON' '.at == "/layers/0" and .value == "syntax"'
	push '.layers = 7'
	told 'a field of the manifest is not as it must be' '.at == "/layers" and .value == "7"'
	push '.mediaType = "text/plain"'
	told_at 0 'the type of the manifest is not supported or contradictory' '.value == "text/plain"'
	push '.config.digest = "sha256:x"'
	told 'a digest in the manifest is not valid' '.at == "/config/digest" and .value == "sha256:x"'
	push '.config.size = -1'
	told 'a size in the manifest is not valid' '.at == "/config/size" and .value == "-1"'
}

@test "manifests of what is not there, or not so" {
	make_image
	digest=$(absent_digest)
	push --arg digest "$digest" '.config.digest = $digest'
	told 'the manifest names what this repository does not have' \
		'.at == "/config" and .digest == $digest and .name == $name' --arg name "$name" \
		--arg digest "$digest"
	push '.layers[0].size = 7'
	told 'the manifest states another size than what it names has' \
		'.at == "/layers/0" and .size == 7 and .expected == 1001'
	push '.layers = [range(200) as $i | .layers[0] | .size = 5]'
	expect_json '.errors | length == 100'
	told_at 99 'there are more faults than are listed' '.size == 101'
}

@test "a registry that is busy: out of descriptors" {
	cgi_only 'other limits'
	push_image latest
	program=hythe-manifests
	cgi_find
	mkdir few
	printf '#!/bin/sh\nulimit -n 4\nexec %s\n' "$program" >few/hythe-manifests
	chmod +x few/hythe-manifests
	HYTHE_BUILD=$PWD/few
	# Looking for leaks takes descriptors of its own.
	request GET manifest "$name" latest \
		--set "ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0"
	told 'the registry is busy, try again' '. == {}'
	expect_header Retry-After 1
}

@test "a disk that is full: told, and the session goes on" {
	cgi_only 'a disk of its own'
	mkdir full
	if ! mount -t tmpfs -o size=256k,mode=2750 hythe full 2>/dev/null; then
		rmdir full
		skip_because 'no mounting here'
	fi
	request_settings=(HYTHE_STORAGE="$PWD/full" HYTHE_RESERVE=0)
	random_file blob 300000
	start_upload
	request PATCH "$location" --body blob
	told 'no space left on the registry' '. == {}'
	expect_header Retry-After 1
	request DELETE "$location"
	expect_status 204
}

@test "a registry that failed" {
	cgi_only 'other settings'
	request GET base --set HYTHE_OPEN=perhaps
	told 'the registry failed; its log says why' '. == {}'
}
