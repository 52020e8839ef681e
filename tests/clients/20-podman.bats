#!/usr/bin/env bats
# 20-podman.bats - podman and buildah: push and pull
# SPDX-License-Identifier: ISC
#
# Storage is plain directories (vfs) below the test's own; nothing is run.

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/clients/helper.bash"

podman() {
	command podman --root "$BATS_TEST_TMPDIR/root" --runroot "$BATS_TEST_TMPDIR/run" \
		--tmpdir "$BATS_TEST_TMPDIR/tmp" --storage-driver vfs --cgroup-manager cgroupfs \
		--events-backend none "$@"
}

buildah() {
	BUILDAH_ISOLATION=chroot command buildah --root "$BATS_TEST_TMPDIR/root" \
		--runroot "$BATS_TEST_TMPDIR/run" --storage-driver vfs "$@"
}

# works CLIENT: that / is no mount point, as in a plain chroot, is allowed everywhere.
works() {
	need "$1"
	can_unpack ||
		skip 'podman and buildah cannot unpack layers where / is no mount point'
	mkdir -p "$BATS_TEST_TMPDIR/tmp"
	"$1" images >works.log 2>&1 ||
		skip_because "$1 cannot use vfs storage here: $(tail -n 1 works.log)"
}

@test "podman pushes and pulls an image: the same configuration" {
	local id

	works podman
	make_layout in 3 50000
	podman pull --quiet oci:in:latest >id
	id=$(<id)
	podman push --quiet --tls-verify=false "$id" "docker://$registry/$name:v1"
	podman rmi --force "$id" >/dev/null
	podman pull --quiet --tls-verify=false "$registry/$name:v1" >pulled
	expect_equal "$(<pulled)" "$id"
	podman save --quiet --format oci-dir -o out "$id"
	[[ -e out/blobs/sha256/$id ]]
}

@test "podman pushes in Docker's format" {
	works podman
	make_layout in 1 5000
	podman pull --quiet oci:in:latest >id
	podman push --quiet --tls-verify=false --format v2s2 "$(<id)" "docker://$registry/$name:v1"
	podman rmi --force "$(<id)" >/dev/null
	podman pull --quiet --tls-verify=false "$registry/$name:v1"
	curl -sSf "$(endpoint manifest "$name" v1)" |
		jq -e '.mediaType == "application/vnd.docker.distribution.manifest.v2+json"'
}

@test "podman pushes again: layers are there already" {
	works podman
	make_layout in 2 5000
	podman pull --quiet oci:in:latest >id
	podman push --quiet --tls-verify=false "$(<id)" "docker://$registry/$name:v1"
	podman push --quiet --tls-verify=false "$(<id)" "docker://$registry/$name:v2"
	podman push --quiet --tls-verify=false "$(<id)" "docker://$registry/$name/other:v1"
	expect_equal "$(remote_digest "$name:v1")" "$(remote_digest "$name:v2")"
}

@test "podman searches for the tags of a repository" {
	works podman
	make_layout in 1 5000
	podman pull --quiet oci:in:latest >id
	podman push --quiet --tls-verify=false "$(<id)" "docker://$registry/$name:v1"
	podman search --tls-verify=false --list-tags "$registry/$name" >found
	grep "$name.*v1" found
}

@test "podman searches for repositories: by the catalog, for /v1/search is not there" {
	works podman
	make_layout in 1 5000
	podman pull --quiet oci:in:latest >id
	podman push --quiet --tls-verify=false "$(<id)" "docker://$registry/$name/needle:v1"
	podman push --quiet --tls-verify=false "$(<id)" "docker://$registry/$name/other:v1"
	podman search --tls-verify=false --format '{{.Name}}' "$registry/needle" >found
	expect_equal "$(<found)" "$registry/$name/needle"
}

@test "buildah builds from scratch, pushes, and pulls" {
	local container

	works buildah
	container=$(buildah from scratch)
	head -c 30000 /dev/urandom >data
	buildah copy "$container" data /data
	buildah commit --quiet "$container" "example/$BATS_TEST_NUMBER" >id
	buildah push --quiet --tls-verify=false "example/$BATS_TEST_NUMBER" \
		"docker://$registry/$name:v1"
	buildah rm --all >/dev/null
	buildah rmi --all --force >/dev/null
	buildah pull --quiet --tls-verify=false "docker://$registry/$name:v1" >pulled
	expect_equal "$(<pulled)" "$(<id)"
}
