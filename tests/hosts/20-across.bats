#!/usr/bin/env bats
# 20-across.bats - what one host has answered, the other's next request sees
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/hosts/helper.bash"

rounds=${HOSTS_ROUNDS:-8}

# An upload in three parts, each by the other host, with the state asked in between.
@test "an upload opened through one host is continued and finished through the other" {
	local round size

	for ((round = 0; round < rounds; round++)); do
		random_file blob 6000
		split -b 2000 -d -a 1 blob chunk
		digest=$(digest_of blob)
		on $((round % 2 + 1)) && start_upload
		for size in 0 1 2; do
			on $(((round + size + 1) % 2 + 1))
			request PATCH at "$location" --body "chunk$size" \
				-H "Content-Range: $((size * 2000))-$((size * 2000 + 1999))"
			expect_status 202
			location=${header[location]}
			on $(((round + size) % 2 + 1))
			request GET at "$location"
			expect_header Range "0-$((size * 2000 + 1999))"
		done
		request PUT at "$location" "digest=$digest"
		expect_status 201
		on $((round % 2 + 1))
		request GET at "$location"
		expect_status 404
		request GET blob "$name" "$digest"
		expect_status 200 && expect_body blob
	done
}

@test "an upload cancelled through one host is gone for the other" {
	local round

	for ((round = 0; round < rounds; round++)); do
		on 1 && start_upload
		on 2 && request DELETE "$location"
		expect_status 204
		on 1 && request PATCH at "$location" --data bytes
		expect_status 404
	done
}

@test "both hosts append to one upload at once: in turn or not at all" {
	local round first second

	random_file chunk 100000
	for ((round = 0; round < rounds; round++)); do
		on 1 && start_upload
		curl -s -o /dev/null -w '%{http_code}' -X PATCH --data-binary @chunk \
			-H 'Content-Range: 0-99999' -H 'Content-Type: application/octet-stream' \
			"$HOST_1$location" >first &
		second=$(curl -s -o /dev/null -w '%{http_code}' -X PATCH --data-binary @chunk \
			-H 'Content-Range: 0-99999' -H 'Content-Type: application/octet-stream' \
			"$HOST_2$location")
		wait $!
		first=$(<first)
		[[ $first$second =~ ^(202(416|429)|(416|429)202)$ ]] || fail "answers $first, $second"
		on 2 && request PUT at "$location" "digest=$(digest_of chunk)"
		expect_status 201
	done
}

# What one host writes to the session file must not hide it from the other, which reads
# it without its lock.
@test "an upload that one host writes to is there for the other, at any moment" {
	local round asked=0

	random_file chunk 50000
	for ((round = 0; round < 3 * rounds; round++)); do
		on 1 && start_upload
		curl -s -o /dev/null -X PATCH --data-binary @chunk \
			-H 'Content-Type: application/octet-stream' "$HOST_1$location" &
		while kill -0 $! 2>/dev/null; do
			expect_equal "$(curl -s -o /dev/null -w '%{http_code}' "$HOST_2$location")" 204
			asked=$((asked + 1))
		done
		wait $!
	done
	((asked >= round))
}

@test "a tag moved on one host is seen by the other's next request" {
	local round host

	on 1
	for round in 1 2; do
		make_image
		cp image "image$round"
	done
	for ((round = 0; round < 2 * rounds; round++)); do
		host=$((round / 2 % 2 + 1))
		on "$host" && put_manifest moving "image$((round % 2 + 1))"
		expect_status 201
		on $((3 - host))
		request GET manifest "$name" moving
		expect_status 200 && expect_body "image$((round % 2 + 1))"
		request HEAD manifest "$name" moving
		expect_header Docker-Content-Digest "$(digest_of "image$((round % 2 + 1))")"
	done
}

# On CephFS who looks at what another host wrote can wait for a tick of the metadata
# server, five seconds for each file of the three: fifteen, where the writer kept it.
@test "what one host pushed is there for the other without waiting for any tick" {
	local round

	on 1 && make_image
	for round in 1 2 3 4 5; do
		on 1 && make_image && put_manifest "t$round" "$image"
		expect_status 201
		curl -sf -o /dev/null -w '%{time_total}\n' \
			"$HOST_2/v2/$name/manifests/t$round" >>times
	done
	echo "# first looks at the other host, seconds: $(tr '\n' ' ' <times)" >&3
	(($(sort -n times | sed -n '3s/\..*//p') < 5))
}

@test "a tag made on one host is listed by the other, one deleted is not" {
	local round

	on 1 && make_image
	for ((round = 0; round < rounds; round++)); do
		on 1 && put_manifest "t$round" "$image"
		expect_status 201
		on 2 && request GET tags "$name"
		expect_equal "$(jq -r '.tags | index("'"t$round"'")' "$body")" 0
		request DELETE manifest "$name" "t$round"
		expect_status 202
		on 1 && request GET manifest "$name" "t$round"
		expect_status 404
		on 1 && request GET tags "$name"
		expect_equal "$(jq -c .tags "$body")" '[]'
	done
}

@test "a blob pushed by one host is mounted, and its manifest accepted, by the other" {
	local round blob

	for ((round = 0; round < rounds; round++)); do
		on 1
		random_file blob 3000
		push_blob blob
		blob=$digest
		on 2 && request POST uploads "$name/copy" "mount=$digest" "from=$name"
		expect_status 201
		on 1 && make_image
		on 2 && put_manifest latest "$image"
		expect_status 201
		on 1 && request DELETE blob "$name/copy" "$blob"
		expect_status 202
		on 2 && request HEAD blob "$name/copy" "$blob"
		expect_status 404
	done
}

@test "referrers pushed by one host are listed by the other" {
	local round subject

	on 1 && push_image subject
	subject=$(descriptor "$oci_manifest" "$image")
	for ((round = 1; round <= rounds; round++)); do
		jq -c --argjson subject "$subject" --arg round "$round" \
			'. + {subject: $subject, annotations: {round: $round}}' "$image" >referrer
		on $((round % 2 + 1)) && put_manifest "$(digest_of referrer)" referrer
		expect_status 201
		on $((2 - round % 2)) && request GET referrers "$name" "$(digest_of "$image")"
		expect_status 200
		expect_equal "$(jq '.manifests | length' "$body")" "$round"
	done
}

# Both push the same and other tags; each tag then leads to one of the images, whole.
@test "both hosts push to one repository at once, and lose nothing" {
	local each host

	on 1
	for each in 1 2; do
		make_image
		cp image "image$each"
	done
	for host in 1 2; do
		(
			apart "$host" && on "$host"
			for ((each = 0; each < 2 * rounds; each++)); do
				put_manifest same "../image$host" && expect_status 201 &&
					put_manifest "own-$host-$each" "../image$host" &&
					expect_status 201 || exit
			done
		) >"pusher$host" 2>&1 &
	done
	wait
	[[ ! -s pusher1 && ! -s pusher2 ]] || fail "$(cat pusher1 pusher2)"
	for host in 1 2; do
		on "$host" && request GET tags "$name"
		expect_equal "$(jq '.tags | length' "$body")" $((4 * rounds + 1))
		request GET manifest "$name" same
		cmp "$body" image1 || cmp "$body" image2
	done
}

@test "both hosts take one tag for immutable at once: one gets it" {
	local round answers each

	on 1
	for each in 1 2; do
		make_image
		cp image "image$each"
	done
	for ((round = 0; round < rounds; round++)); do
		for each in 1 2; do
			(
				apart "$each" && on "$each"
				put_manifest "fixed-$round" "../image$each"
				echo "$status" >"../answer$each"
			) &
		done
		wait
		answers=$(cat answer1 answer2 | sort | tr '\n' ' ')
		[[ $answers == '201 4'* ]] || fail "answers $answers"
		each=$(($(<answer1) == 201 ? 1 : 2))
		on $((3 - each)) && request GET manifest "$name" "fixed-$round"
		expect_status 200 && expect_body "image$each"
	done
}

@test "the store is sound, for both hosts" {
	sound
}
