#!/usr/bin/env bats
# 40-killed.bats - a host that is killed, and what the other finds
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/hosts/helper.bash"

# Push images to host N until it is gone; the tags that were answered for are in the
# file `answered`, one a line, with the digest.
push_until_gone() {
	local each=0

	apart pusher && on "$1"
	while make_image && put_manifest "tag-$each" "$image" && [[ $status == 201 ]]; do
		printf 'tag-%s %s\n' "$each" "$image_digest"
		each=$((each + 1))
	done >>../answered 2>gone
}

# Every tag that was answered for is there for host N, with all that it names.
all_there() {
	local tag digest blob

	on "$1"
	while read -r tag digest; do
		request GET manifest "$name" "$tag"
		expect_status 200 || return
		expect_equal "$(digest_of "$body")" "$digest" || return
		cp "$body" manifest
		for blob in $(jq -r '.config.digest, .layers[].digest' manifest); do
			request GET blob "$name" "$blob"
			expect_status 200 || return
			expect_equal "$(digest_of "$body")" "$blob" || return
		done
	done <answered
}

@test "programs and web server of one host are killed: all that was answered is there" {
	local round pusher

	for ((round = 0; round < ${HOSTS_ROUNDS:-3}; round++)); do
		: >answered
		push_until_gone 2 &
		pusher=$!
		sleep "$((RANDOM % 3 + 1)).$((RANDOM % 10))"
		host_kill 2
		wait "$pusher"
		all_there 1
		# What the dead held is free, and a new push goes through.
		on 1 && push_image "after-$round"
		host_start 2
		on 2 && request GET manifest "$name" "after-$round"
		expect_status 200
		echo "# killed after $(wc -l <answered) images" >&3
	done
}

@test "an upload of a killed host is continued by the other" {
	random_file blob 6000
	split -b 3000 -d -a 1 blob chunk
	digest=$(digest_of blob)
	on 2 && start_upload
	request PATCH at "$location" --body chunk0
	expect_status 202
	host_kill 2
	on 1 && request GET at "$location"
	expect_status 204 && expect_header Range 0-2999
	request PATCH at "$location" --body chunk1 -H 'Content-Range: 3000-5999'
	expect_status 202
	request PUT at "$location" "digest=$digest"
	expect_status 201
	request GET blob "$name" "$digest"
	expect_status 200 && expect_body blob
	host_start 2
}

# The file system's client dies with the host: its locks, and what it had not yet
# written, are given up.
@test "a host is killed with its file system's client: the other goes on, and has all" {
	local pusher begun

	: >answered
	push_until_gone 2 &
	pusher=$!
	sleep 3
	ceph_kill "${HOST_STORAGE_2%/store}"
	host_kill 2
	wait "$pusher"
	begun=$SECONDS
	all_there 1
	on 1 && push_image after
	echo "# killed with its client after $(wc -l <answered) images; the other went on within $((SECONDS - begun)) s" >&3
	ceph_mount "${HOST_STORAGE_2%/store}"
	host_start 2
	on 2 && request GET manifest "$name" after
	expect_status 200
	all_there 2
}

@test "the store is sound, for both hosts" {
	sound
}
