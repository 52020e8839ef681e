#!/usr/bin/env bats
# 30-clients.bats - real clients through the balancer, while hosts come and go
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/hosts/helper.bash"
. "$HYTHE_SOURCE/tests/clients/images.bash"

# Hosts go and come back in turn, by COMMAND N, until the file `done` is there.
come_and_go() {
	local host=1

	while [[ ! -e done ]]; do
		"$1" "$host" >>said 2>&1 || { cat said >&3 && return 1; }
		echo "$host" >>went
		host=$((3 - host))
		sleep 1
	done
}

kill_and_start() {
	host_kill "$1" && sleep 1 && host_start "$1"
}

# skopeo_copy FROM TO: as a user's CI does, again where it failed, TRIES times at most.
skopeo_copy() {
	local try

	for ((try = 0; try < tries; try++)); do
		! skopeo copy --src-tls-verify=false --dest-tls-verify=false "$@" >>log 2>&1 3>&- ||
			return 0
		echo "$1" >>failed
		sleep 1
	done
	fail "copy of $1" "$(tail -n 5 log)"
}

# push_and_pull TRIES COMMAND: images in and out through the balancer, each whole.
push_and_pull() {
	local each registry=${BALANCER#http://} keeper tries=$1 broken=''

	touch failed went
	come_and_go "$2" &
	keeper=$!
	for ((each = 0; each < 8 || $(wc -l <went) < 4; each++)); do
		make_layout "in$each" 2 5000000 # which takes longer than to stop a host
		skopeo_copy "oci:in$each:latest" "docker://$registry/$name:t$each" &&
			skopeo_copy "docker://$registry/$name:t$each" "oci:out$each:latest" &&
			diff -r "in$each/blobs" "out$each/blobs" && ((each < 100)) ||
			{ broken=yes && break; }
	done
	touch done
	wait "$keeper"
	echo "# $each images in and out, while hosts went $(wc -l <went) times; $(wc -l <failed) of the copies had to be repeated" >&3
	[[ ! $broken ]]
}

@test "skopeo pushes and pulls, and nothing fails, while hosts are upgraded one after the other" {
	push_and_pull 1 host_upgrade
}

@test "skopeo pushes and pulls while one host after the other is killed" {
	push_and_pull 10 kill_and_start
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
