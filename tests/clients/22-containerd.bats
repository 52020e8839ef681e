#!/usr/bin/env bats
# 22-containerd.bats - containerd: push and pull
# SPDX-License-Identifier: ISC
#
# One containerd for all tests, with everything of its own below a directory;
# nothing is run.

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/clients/helper.bash"

setup_file() {
	registry_start
	if type -P containerd ctr >/dev/null; then
		containerd_start "$BATS_FILE_TMPDIR/containerd"
	fi
}

# A file cannot be skipped, only each of its tests.
setup() {
	name=containerd/t$BATS_TEST_NUMBER
	cd "$BATS_TEST_TMPDIR" || return
	need containerd ctr
	[[ ! ${unusable:-} ]] || skip_because "$unusable"
}

teardown_file() {
	[[ ! ${containerd_pid:-} ]] || kill -TERM "$containerd_pid" 2>/dev/null || :
	[[ ! ${containerd_socket:-} ]] || rm -rf "${containerd_socket%/*}"
	registry_stop
}

containerd_start() {
	local sockets

	# Not below the test's directory: the path of a socket must be short.
	sockets=$(mktemp -d "${TMPDIR:-/tmp}/hythe.XXXXXX")
	export containerd_socket=$sockets/containerd containerd_pid unusable=''
	mkdir "$1"
	cat >"$1/config.toml" <<-END
	version = 2
	root = "$1/root"
	state = "$1/state"
	disabled_plugins = ["io.containerd.grpc.v1.cri"]
	[grpc]
	address = "$containerd_socket"
	[ttrpc]
	address = "$sockets/ttrpc"
	END
	containerd --config "$1/config.toml" >"$1/log" 2>&1 3>&- &
	containerd_pid=$!
	containerd_answers ||
		unusable="containerd does not start here: $(tail -n 1 "$1/log")"
}

# A minute at most, for each try may wait as well.
containerd_answers() {
	local end=$((SECONDS + 60))

	while kill -0 "$containerd_pid" && ((SECONDS < end)); do
		! ctr version || return 0
		sleep 0.1
	done >/dev/null 2>&1
	return 1
}

ctr() {
	command ctr --address "$containerd_socket" --namespace "test${BATS_TEST_NUMBER:-}" "$@"
}

# import LAYOUT [option]...: $reference is the image's name.
import() {
	reference=$registry/$name:latest
	tar -C "$1" -cf layout.tar .
	ctr images import --no-unpack --base-name "$registry/$name" "${@:2}" layout.tar
}

# The image goes, and all of its content.
forget() {
	ctr images rm --sync "$reference"
	expect_equal "$(ctr content ls -q)" ''
}

# has LAYOUT: the content of its every blob.
has() {
	local file

	for file in "$1"/blobs/sha256/*; do
		ctr content get "sha256:${file##*/}" | cmp - "$file"
	done
}

@test "containerd pushes and pulls an image: the same digests and bytes" {
	make_layout in 3 50000
	import in
	ctr images push --plain-http "$reference"
	expect_equal "$(remote_digest "$name:latest")" "$(layout_digest in)"
	forget
	ctr content fetch --plain-http "$reference"
	has in
}

@test "containerd pulls by digest" {
	make_layout in 1 5000
	copy oci:in:latest "docker://$registry/$name:v1"
	ctr content fetch --plain-http "$registry/$name@$(layout_digest in)"
	has in
}

@test "containerd pushes and pulls an index with all its images" {
	make_multi_layout in amd64 arm64 s390x
	import in --all-platforms
	ctr images push --plain-http "$reference"
	expect_equal "$(remote_digest "$name:latest")" "$(layout_digest in)"
	forget
	ctr content fetch --plain-http --all-platforms "$reference"
	has in
}

@test "containerd pulls an image in Docker's format, and pushes it elsewhere" {
	local type=application/vnd.docker.distribution.manifest.v2+json

	make_layout in 2 20000
	copy oci:in:latest "docker://$registry/$name:latest" --format v2s2
	reference=$registry/$name:latest
	ctr content fetch --plain-http "$reference"
	expect_equal "$(ctr images ls | awk -v image="$reference" '$1 == image { print $2 }')" "$type"
	ctr images push --plain-http "$registry/$name/copy:v1" "$reference"
	expect_equal "$(remote_digest "$name/copy:v1")" "$(remote_digest "$name:latest")"
	curl -sSf "$(endpoint manifest "$name/copy" v1)" | jq -e --arg type "$type" \
		'.mediaType == $type'
}

@test "containerd pushes what is there already, and to a second tag and repository" {
	make_layout in 2 20000
	import in
	ctr images push --plain-http "$reference"
	ctr images push --plain-http "$reference"
	ctr images push --plain-http "$registry/$name:v2" "$reference"
	ctr images push --plain-http "$registry/$name/other:v1" "$reference"
	expect_equal "$(remote_digest "$name:v2")" "$(layout_digest in)"
	expect_equal "$(remote_digest "$name/other:v1")" "$(layout_digest in)"
}

@test "containerd unpacks what it pulls" {
	make_layout in 2 20000
	copy oci:in:latest "docker://$registry/$name:latest"
	mkdir mounted
	mount --bind mounted mounted 2>/dev/null || skip_because 'containerd cannot mount here'
	umount mounted
	ctr images pull --plain-http --snapshotter native "$registry/$name:latest"
	expect_equal "$(ctr snapshots --snapshotter native ls | grep -c Committed)" 2
}

@test "containerd says what is wrong with an unknown tag" {
	make_layout in 1 1000
	copy oci:in:latest "docker://$registry/$name:v1"
	run ctr content fetch --plain-http "$registry/$name:none"
	((status != 0))
	[[ $output == *'not found'* ]] || fail "$output"
}
