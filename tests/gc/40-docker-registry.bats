#!/usr/bin/env bats
# 40-docker-registry.bats - a directory that docker-registry has made is taken
# over, collected, and given back, and then docker-registry collects it
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/gc/helper.bash"
. "$HYTHE_SOURCE/tests/clients/docker_registry.bash"

setup_file() {
	need docker-registry curl
}

eval "gc_$(declare -f teardown)"

teardown() {
	[[ ! ${docker_registry_pid:-} ]] || docker_registry_stop
	gc_teardown
}

# theirs COMMAND...: with docker-registry serving the directory.
theirs() {
	local result=0

	docker_registry_start "$BATS_TEST_TMPDIR/docker" "$store" || return
	at=http://$docker_registry
	"$@" || result=$?
	docker_registry_stop
	return $result
}

# ask STATUS curl's argument...
ask() {
	local got

	got=$(curl -sS -o got -D got.headers -w '%{http_code}' -H Expect: "${@:2}")
	[[ $got == "$1" ]] || fail "docker-registry answered $got, not $1: ${*:2}" "$(<got)"
}

their_location() {
	tr -d '\r' <got.headers | sed -n 's/^[Ll]ocation: //p'
}

# their_blob FILE [DIGEST]
their_blob() {
	ask 202 -X POST -H 'Content-Length: 0' "$at/v2/$name/blobs/uploads/" || return
	ask 201 -X PUT -T "$1" -H 'Content-Type: application/octet-stream' \
		"$(their_location)&digest=${2:-$(digest_of "$1")}"
}

their_manifest() {
	ask 201 -X PUT -T "$2" -H "Content-Type: $3" "$at/v2/$name/manifests/$1"
}

# image_of CONFIG LAYER...: an image's manifest of Docker's format.
image_of() {
	local file layers=''

	for file in "${@:2}"; do
		layers+=${layers:+,}$(descriptor application/vnd.docker.image.rootfs.diff.tar.gzip "$file")
	done
	printf '{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}' "$docker_manifest" \
		"$(descriptor application/vnd.docker.container.image.v1+json "$1")" "$layers"
}

their_pushes() {
	local each

	for each in one two lost garbage; do
		random_file "$each" 2000
		their_blob "$each" || return
	done
	printf '{"architecture":"amd64","os":"linux"}' >config
	their_blob config || return
	image_of config one >image1
	image_of config two >image2
	image_of config lost >image3
	their_manifest v1 image1 "$docker_manifest" || return
	their_manifest v2 image2 "$docker_manifest" || return
	their_manifest v3 image3 "$docker_manifest" || return
	ask 202 -X DELETE "$at/v2/$name/manifests/$(digest_of image3)" || return
	# the same bytes by another name
	random_file by512 2000
	their_blob by512 "$(digest_of by512 sha512)" || return
	image_of config one >image4
	jq -c --arg d "$(digest_of by512 sha512)" --argjson s 2000 \
		'.layers += [.layers[0] | .digest = $d | .size = $s]' image4 >aliased
	their_manifest aliased aliased "$docker_manifest" || return
	# and an upload that nobody will finish
	ask 202 -X POST -H 'Content-Length: 0' "$at/v2/$name/blobs/uploads/" || return
	ask 202 -X PATCH --data-binary @one -H 'Content-Type: application/octet-stream' \
		"$(their_location)"
}

# What is tagged can be pulled from hythe.
ours_serves() {
	local file

	for file in "$@"; do
		request GET manifest "$name" "$(digest_of "$file")"
		expect_status 200 && expect_body "$file" || return
		pullable "$file" || return
	done
}

# ... and from docker-registry.
theirs_serves() {
	local file digest

	for file in "$@"; do
		ask 200 -H "Accept: $docker_manifest" -H "Accept: $oci_manifest" \
			"$at/v2/$name/manifests/$(digest_of "$file")" || return
		cmp got "$file" || return
		for digest in $(jq -r '.config.digest, .layers[].digest' "$file"); do
			ask 200 "$at/v2/$name/blobs/$digest" || return
			expect_equal "$(digest_of got "${digest%%:*}")" "$digest" || return
		done
	done
}

take_over() {
	chmod -R g-w,o-w "$store"
	hythe fsck --unmark || :
}

@test "taken over: served, written to, collected, and sound" {
	theirs their_pushes
	take_over
	ours_serves image1 image2 aliased
	hythe_must fsck --hash
	push_image ours
	# Ages are whole seconds: docker-registry's session must be older than this one.
	sleep 1.1
	hythe_must expire --older-than 0
	collect
	collect
	ours_serves image1 image2 aliased "$image"
	expect_no_file "$(blob_directory "$(digest_of garbage)")"
	expect_no_file "$(blob_directory "$(digest_of lost)")"
	expect_file "$(blob_directory "$(digest_of by512)")/data"
	expect_equal "$(ls "$v2/repositories/$name/_uploads")" ''
	hythe_must fsck --hash
}

@test "its empty links: they keep their repository, and fsck repairs them" {
	theirs their_pushes
	take_over
	: >"$(layer_directory "$(digest_of two)")/link"
	hythe_fails 1 gc --grace 0 --linger 0
	hythe_fails 1 gc --grace 0 --linger 0
	expect_file "$(blob_directory "$(digest_of garbage)")/data"
	hythe fsck --repair
	hythe_must fsck
	collect
	collect
	expect_no_file "$(blob_directory "$(digest_of garbage)")"
	ours_serves image1 image2 aliased
}

# on STORE: what follows is about that one.
on() {
	store=$1
	v2=$store/docker/registry/v2
}

# All that a client may want of what given_back() has pushed.
all_is_served() {
	ours_serves "$image" second signature by512native || return
	request GET manifest "$name" multi
	expect_status 200 && expect_body index || return
	request GET referrers "$name" "$image_digest"
	expect_status 200 && expect_json '[.manifests[].digest] == [$d]' \
		--arg d "$(digest_of signature)"
}

# given_back OPTION...: after hythe has written and collected, docker-registry's own
# collector removes nothing that is needed, of a copy; and the store that it was made of
# is as sound.
given_back() {
	local ours=$store

	push_image ours
	jq -c '. + {annotations: {n: "1"}}' "$image" >second
	put_manifest second second
	index_of "$image" second >index
	put_manifest multi index "$oci_index"
	jq -c --arg type "$oci_manifest" --arg digest "$image_digest" --argjson size \
		"$(stat -c %s "$image")" '. + {artifactType: "a/b", subject:
		{mediaType: $type, digest: $digest, size: $size}}' "$image" >signature
	put_manifest signature signature
	expect_status 201
	random_file native 3000
	request POST uploads "$name" "digest=$(digest_of native sha512)" --body native
	expect_status 201
	jq -c --arg d "$(digest_of native sha512)" \
		'.layers[0].digest = $d | .layers[0].size = 3000' "$image" >by512native
	put_manifest by512 by512native
	expect_status 201
	random_file waste 3000
	push_blob waste
	sleep 0.02
	collect
	hythe fsck --unmark
	hythe_must fsck --hash
	cp -a "$ours" "$ours.copy"
	on "$ours.copy"
	hythe_must fsck --hash
	all_is_served
	docker_registry_start "$BATS_TEST_TMPDIR/docker" "$store"
	docker_registry_stop
	docker_registry_collect "$BATS_TEST_TMPDIR/docker" "$@" >collected || fail "$(<collected)"
	expect_no_file "$(blob_directory "$(digest_of waste)")/data"
	theirs theirs_serves "$image" second signature by512native
	all_is_served
	# what its own collector took leaves links to nothing behind, and no more
	hythe fsck --hash || :
	expect_equal "$(grep -v ' in [0-9.]* s$\|found$' "$said" | grep -v '^link-dangling')" ''
	collect
	collect
	hythe_must fsck --hash
	all_is_served
	on "$ours"
	hythe_must fsck --hash
	all_is_served
	expect_file "$(blob_directory "$(digest_of waste)")/data"
}

@test "given back: docker-registry's real collection, and hythe's fsck after it" {
	given_back
}

@test "given back: the same with -m, which removes untagged manifests" {
	given_back -m
}

@test "there and back: docker-registry pushes onto what hythe had condemned" {
	push_image latest
	request DELETE manifest "$name" "$image_digest"
	collect
	hythe fsck --unmark
	theirs_again() {
		their_blob layer1 && their_blob config && their_manifest again "$image" "$oci_manifest"
	}
	theirs theirs_again
	take_over
	hythe_must fsck --hash
	collect
	collect
	ours_serves "$image"
}
