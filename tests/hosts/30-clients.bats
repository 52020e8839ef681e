#!/usr/bin/env bats
# 30-clients.bats - real clients through the balancer, while hosts come and go
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/hosts/helper.bash"
. "$HYTHE_SOURCE/tests/clients/images.bash"

# Hosts stop and start, or are killed, in turn, until the file `done` is there.
come_and_go() {
	local host=1

	while [[ ! -e done ]]; do
		sleep 1
		"host_$1" "$host" || return
		sleep 1
		host_start "$host" || return
		echo "$host" >>went
		host=$((3 - host))
	done
}

skopeo_copy() {
	skopeo copy --retry-times 10 --src-tls-verify=false --dest-tls-verify=false "$@" 3>&-
}

# push_and_pull WAY: images in and out through the balancer, each whole.
push_and_pull() {
	local each registry=${BALANCER#http://} keeper

	come_and_go "$1" &
	keeper=$!
	for ((each = 0; each < 5; each++)); do
		make_layout "in$each" 2 100000
		skopeo_copy "oci:in$each:latest" "docker://$registry/$name:t$each" >>log 2>&1 ||
			fail "push $each" "$(tail -n 5 log)" || break
		skopeo_copy "docker://$registry/$name:t$each" "oci:out$each:latest" >>log 2>&1 ||
			fail "pull $each" "$(tail -n 5 log)" || break
		diff -r "in$each/blobs" "out$each/blobs" || break
	done
	touch done
	wait "$keeper"
	((each == 5))
	echo "# $each images in and out, while hosts went $(wc -l <went) times" >&3
}

@test "skopeo pushes and pulls while one host after the other stops and starts" {
	push_and_pull stop
}

@test "skopeo pushes and pulls while one host after the other is killed" {
	push_and_pull kill
}

@test "podman pushes through the balancer, and pulls" {
	local registry=${BALANCER#http://}

	export XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR
	make_layout in 1 10000
	podman --root "$PWD/root" --runroot "$PWD/run" --storage-driver vfs \
		pull -q oci:in:latest >id 2>log 3>&- ||
		skip 'podman and buildah cannot unpack layers where / is no mount point'
	podman --root "$PWD/root" --runroot "$PWD/run" --storage-driver vfs \
		push -q --tls-verify=false "$(<id)" "docker://$registry/$name:podman" 3>&-
	podman --root "$PWD/root" --runroot "$PWD/run" --storage-driver vfs \
		pull -q --tls-verify=false "docker://$registry/$name:podman" 3>&-
}

@test "the store is sound, for both hosts" {
	sound
}
