#!/usr/bin/env bats
# 50-collect.bats - the collector on one host, pushers on the other
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/hosts/helper.bash"

# Push one image again and again, with what came before deleted: its blobs are garbage
# for a moment, are condemned, and come back.
push_again() {
	local each

	apart "$2" && on "$1"
	for ((each = 0; each < 12; each++)); do
		make_image && put_manifest "$2" "$image" && expect_status 201 || return
		request GET manifest "$name" "$2"
		expect_status 200 && expect_body "$image" || return
		request DELETE manifest "$name" "$image_digest"
		expect_status 202 || return
	done
	make_image && put_manifest "$2" "$image" && expect_status 201 && cp "$image" "../last-$2"
}

# A client pushes a blob, and its manifest at once; a minute is the shortest time that
# a blob must stay for it.
@test "one host collects while both push: no push fails, nothing named is lost" {
	local runs=0 removed each blob

	hosts_setting=one
	on 1 && push_image first
	(push_again 1 one 2>complaint1 || echo failed >>complaint1) &
	(push_again 2 two 2>complaint2 || echo failed >>complaint2) &
	while [[ $(jobs -rp) ]]; do
		hythe_on 2 gc --grace 1m --linger 1m >>said 2>>collected || fail "$(tail -n 3 collected)"
		runs=$((runs + 1))
	done
	[[ ! -s complaint1 && ! -s complaint2 ]] || fail "$(cat complaint1 complaint2)"
	for each in one two; do
		on 1 && request GET manifest "$name" "$each"
		expect_status 200 && expect_body "last-$each"
	done
	echo "# $runs collections beside 26 pushes" >&3
	((runs > 0))
}

@test "what one host condemned is hidden from the other, returned by its push, or removed" {
	local layer

	hosts_setting=one
	on 1 && make_image
	layer=$(digest_of layer1)
	hythe_on 2 gc --grace 0 --linger 0 >said
	on 1 && request HEAD blob "$name" "$layer"
	expect_status 404
	push_blob layer1 && push_blob config
	put_manifest latest "$image"
	expect_status 201
	hythe_on 2 gc --grace 0 --linger 0 >said
	hythe_on 1 gc --grace 0 --linger 0 >said
	on 2 && request GET blob "$name" "$layer"
	expect_status 200 && expect_body layer1
	on 1 && request DELETE manifest "$name" "$image_digest"
	expect_status 202
	hythe_on 1 gc --grace 0 --linger 0 >said
	hythe_on 2 gc --grace 0 --linger 0 >said
	grep -qE '^links: .* [1-9][0-9]* removed' said
	on 1 && request HEAD blob "$name" "$layer"
	expect_status 404
}

@test "of two collectors one goes" {
	local each

	hosts_setting=one
	for each in 1 2 1 2; do
		hythe_on "$each" gc --grace 0 >>"said$each" 2>>"complained$each" || : &
	done
	wait
	grep -q 'repositories:' said1 said2
	! grep -v 'another collection is under way' complained1 complained2 | grep 'hythe\['
}

@test "the store is sound, for both hosts" {
	sound
}
