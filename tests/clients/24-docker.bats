#!/usr/bin/env bats
# 24-docker.bats - the docker engine: push and pull
# SPDX-License-Identifier: ISC
#
# One engine for all tests, with everything of its own below a directory, no
# network and plain directories (vfs) as storage; nothing is run.

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/clients/helper.bash"

setup_file() {
	registry_start
	if type -P docker dockerd >/dev/null && can_unpack; then
		docker_start "$BATS_FILE_TMPDIR/docker"
	fi
}

# A file cannot be skipped, only each of its tests.  That / is no mount point, as
# in a plain chroot, is allowed everywhere.
setup() {
	name=docker/t$BATS_TEST_NUMBER
	reference=$registry/$name:v1
	cd "$BATS_TEST_TMPDIR" || return
	need docker dockerd
	can_unpack || skip 'docker cannot unpack layers where / is no mount point'
	[[ ! ${unusable:-} ]] || skip_because "$unusable"
}

teardown_file() {
	[[ ! ${docker_pid:-} ]] || docker_stop
	registry_stop
}

docker_start() {
	mkdir "$1"
	# Not below the test's directory: the path of a socket must be short.
	docker_sockets=$(mktemp -d "${TMPDIR:-/tmp}/hythe.XXXXXX")
	export docker_sockets docker_pid unusable='' DOCKER_HOST=unix://$docker_sockets/docker
	export DOCKER_CONFIG=$1/config DOCKER_BUILDKIT=0
	dockerd --data-root "$1/data" --exec-root "$docker_sockets/run" --pidfile "$1/pid" \
		--host "$DOCKER_HOST" --storage-driver vfs --bridge none --iptables=false \
		--ip6tables=false --ip-forward=false >"$1/log" 2>&1 3>&- &
	docker_pid=$!
	docker_answers || unusable="docker does not start here: $(tail -n 1 "$1/log")"
}

# A minute at most, for each try may wait as well.
docker_answers() {
	local end=$((SECONDS + 60))

	while kill -0 "$docker_pid" && ((SECONDS < end)); do
		! docker version || return 0
		sleep 0.1
	done >/dev/null 2>&1
	return 1
}

docker_stop() {
	kill -TERM "$docker_pid" 2>/dev/null || :
	wait_until docker_gone
	rm -rf "$docker_sockets"
	# It leaves this mounted if it could not start.
	umount "$BATS_FILE_TMPDIR/docker/data" 2>/dev/null || :
}

docker_gone() {
	! kill -0 "$docker_pid" 2>/dev/null
}

# make_tar FILE: a tar of one file of random bytes.
make_tar() {
	mkdir -p root
	head -c 30000 /dev/urandom >root/data
	tar -C root -cf "$1" .
}

# load LAYERS: an image of so many, named $reference; $id is its id.
load() {
	make_layout in "$1" 20000
	copy oci:in:latest "docker-archive:archive.tar:$reference"
	docker load --quiet --input archive.tar
	id=$(docker images --quiet --no-trunc "$reference")
	[[ $id == sha256:* ]]
}

# The image is gone here, and then pulled.
pull_again() {
	docker rmi --force "$id"
	docker pull --quiet "${1:-$reference}"
	expect_equal "$(docker images --quiet --no-trunc "${1:-$reference}")" "$id"
}

@test "docker pushes an imported image, and pulls it" {
	make_tar layer.tar
	id=$(docker import layer.tar "$reference")
	docker push "$reference"
	curl -sSf "$(endpoint manifest "$name" v1)" | jq -e \
		'.mediaType == "application/vnd.docker.distribution.manifest.v2+json"'
	pull_again
	docker save --output saved.tar "$reference"
	tar -xOf saved.tar --wildcards '*/layer.tar' | tar -xO ./data | cmp - root/data
}

@test "docker pushes an image of several layers, and pulls it" {
	load 5
	docker push "$reference"
	expect_equal "$(curl -sSf "$(endpoint manifest "$name" v1)" | jq '.layers | length')" 5
	pull_again
}

@test "docker builds on what it pulled, and pushes that" {
	load 2
	docker push "$reference"
	mkdir build
	head -c 30000 /dev/urandom >build/data
	printf 'FROM %s\nCOPY data /more\n' "$reference" >build/Dockerfile
	docker build --quiet --tag "$registry/$name:built" build
	docker push "$registry/$name:built" | tee pushed
	expect_equal "$(grep -c 'Layer already exists' pushed)" 2
	id=$(docker images --quiet --no-trunc "$registry/$name:built")
	pull_again "$registry/$name:built"
}

@test "docker pushes to a second repository by mounting" {
	load 2
	docker push "$reference"
	docker tag "$reference" "$registry/$name/other:v1"
	docker push "$registry/$name/other:v1" | tee pushed
	expect_equal "$(grep -c "Mounted from $name" pushed)" 2
	expect_equal "$(remote_digest "$name/other:v1")" "$(remote_digest "$name:v1")"
}

@test "docker pulls by digest" {
	load 1
	docker push "$reference"
	docker rmi --force "$id"
	docker pull --quiet "$registry/$name@$(remote_digest "$name:v1")"
	docker inspect "$id" >/dev/null
}

@test "docker pulls an OCI image, and of an OCI index the image of this machine" {
	make_layout one 2 20000
	copy oci:one:latest "docker://$reference"
	docker pull --quiet "$reference"
	make_multi_layout many amd64 arm64 386 arm riscv64 s390x ppc64le
	copy oci:many:latest "docker://$registry/$name:many" --all
	docker pull --quiet "$registry/$name:many"
	docker inspect --format '{{.Architecture}}' "$registry/$name:many"
}

@test "docker says what is wrong with an unknown tag, and an unknown repository" {
	make_layout in 1 1000
	copy oci:in:latest "docker://$reference"
	run docker pull --quiet "$registry/$name:none"
	((status != 0))
	[[ $output == *'manifest unknown'* || $output == *'not found'* ]] || fail "$output"
	run docker pull --quiet "$registry/$name/none:v1"
	((status != 0))
	[[ $output == *'manifest unknown'* || $output == *'not found'* ]] || fail "$output"
}
