#!/usr/bin/env bats
# 30-docker-registry.bats - docker-registry before and after, in one directory
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/clients/helper.bash"

# A registry of its own for each test.
setup_file() {
	need lighttpd
}

setup() {
	need docker-registry skopeo
	name=compat/t$BATS_TEST_NUMBER
	cd "$BATS_TEST_TMPDIR"
	mkdir -m 2750 store
	server_storage=$PWD/store
}

hythe() {
	server_start fastcgi "$BATS_TEST_TMPDIR/server"
	registry=${URL#http://}
}

teardown() {
	[[ ! ${server_pid:-} ]] || server_stop
	[[ ! ${docker_registry_pid:-} ]] || docker_registry_stop
	never_overloaded "$BATS_TEST_TMPDIR/server"
	rm -rf "${BATS_TEST_TMPDIR:?}"/*
}

# There is no server of the whole file.
teardown_file() {
	:
}

# pushes TARGET: an image, an index, and one in Docker's format.
pushes() {
	make_layout image 3 20000
	make_multi_layout index amd64 arm64
	copy oci:image:latest "docker://$1/$name:image"
	copy oci:image:latest "docker://$1/$name:docker" --format v2s2
	copy oci:index:latest "docker://$1/$name:index" --all --preserve-digests
	docker_digest=$(remote_digest "$name:docker" "$1")
}

# has SOURCE: all of that, with the same digests and bytes.
has() {
	local out=out-${1//:/-}

	expect_equal "$(remote_digest "$name:image" "$1")" "$(layout_digest image)"
	expect_equal "$(remote_digest "$name:index" "$1")" "$(layout_digest index)"
	expect_equal "$(remote_digest "$name:docker" "$1")" "$docker_digest"
	copy "docker://$1/$name:image" "oci:$out-image:latest"
	same_layout image "$out-image"
	copy "docker://$1/$name:index" "oci:$out-index:latest" --all --preserve-digests
	same_layout index "$out-index"
	copy "docker://$1/$name:docker" "dir:$out-docker"
	expect_equal "$(curl -sSf "$(endpoint --root "http://$1" tags "$name")" |
		jq -c '.tags | sort')" '["docker","image","index"]'
	curl -sSf "$(endpoint --root "http://$1" catalog)" |
		jq -e --arg name "$name" '.repositories | index([$name]) != null'
}

@test "what hythe wrote, docker-registry serves" {
	hythe
	pushes "$registry"
	server_stop
	docker_registry_start "$PWD/docker" "$PWD/store"
	has "$docker_registry"
}

@test "what docker-registry wrote, hythe serves" {
	docker_registry_start "$PWD/docker" "$PWD/store"
	pushes "$docker_registry"
	docker_registry_stop
	hythe
	has "$registry"
}

@test "to hythe and back: each goes on where the other left" {
	docker_registry_start "$PWD/docker" "$PWD/store"
	pushes "$docker_registry"
	docker_registry_stop
	hythe
	make_layout more 2 20000
	copy oci:more:latest "docker://$registry/$name/more:v1"
	copy "docker://$registry/$name:image" "docker://$registry/$name/more:mounted"
	curl -sSf -X DELETE "$(endpoint manifest "$name" "$docker_digest")"
	server_stop
	docker_registry_start "$PWD/docker" "$PWD/store"
	copy "docker://$docker_registry/$name/more:v1" oci:back:latest
	same_layout more back
	copy "docker://$docker_registry/$name/more:mounted" oci:mounted:latest
	same_layout image mounted
	expect_equal "$(curl -sS -o /dev/null -w '%{http_code}' \
		"$(endpoint --root "http://$docker_registry" manifest "$name" docker)")" 404
	copy oci:more:latest "docker://$docker_registry/$name:late"
	docker_registry_stop
	hythe
	expect_equal "$(remote_digest "$name:late")" "$(layout_digest more)"
}

# push_by_tarsum: the blob of an archive without entries, in $name; with $tarsum.
push_by_tarsum() {
	tarsum=tarsum.v1+sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
	head -c 1024 /dev/zero >blob
	curl -sSf --data-binary @blob "$(endpoint uploads "$name" "digest=$tarsum")"
}

@test "docker-registry passes over tarsums" {
	hythe
	pushes "$registry"
	push_by_tarsum
	server_stop
	docker_registry_start "$PWD/docker" "$PWD/store"
	has "$docker_registry"
	docker_registry_stop
	docker_registry_collect "$PWD/docker" >collected || fail "$(tail collected)"
	grep -q ' 1 blobs .*eligible for deletion' collected || fail "$(tail collected)"
	hythe
	has "$registry"
	expect_equal "$(curl -sS -o /dev/null -w '%{http_code}' \
		"$(endpoint blob "$name" "$tarsum")")" 404
	push_by_tarsum
	curl -sSf "$(endpoint blob "$name" "$tarsum")" | cmp - blob
}

@test "docker-registry's collector finds nothing wrong, and nothing to take" {
	hythe
	pushes "$registry"
	copy "docker://$registry/$name:image" "docker://$registry/$name/other:v1"
	server_stop
	docker_registry_start "$PWD/docker" "$PWD/store"
	docker_registry_stop
	docker_registry_collect "$PWD/docker" --dry-run >collected
	grep -q ' 0 blobs .*eligible for deletion' collected || fail "$(tail collected)"
}

@test "docker-registry removes what hythe added with what it collects" {
	hythe
	pushes "$registry"
	curl -sSf -X DELETE "$(endpoint manifest "$name" "$(layout_digest index)")"
	server_stop
	docker_registry_start "$PWD/docker" "$PWD/store"
	docker_registry_stop
	docker_registry_collect "$PWD/docker" --delete-untagged >collected ||
		fail "$(tail collected)"
	hythe
	expect_equal "$(remote_digest "$name:image")" "$(layout_digest image)"
	copy "docker://$registry/$name:image" oci:out:latest
	same_layout image out
	# what was taken can be pushed again
	copy oci:index:latest "docker://$registry/$name:index" --all --preserve-digests
	copy "docker://$registry/$name:index" oci:back:latest --all --preserve-digests
	same_layout index back
}

# refer FILE REGISTRY: put the image there again as a referrer of itself, made
# different by the file's name.
refer() {
	jq -c --arg type "$oci.manifest.v1+json" --arg digest "$subject" --arg name "$1" \
		'.subject = {mediaType: $type, digest: $digest, size: 1} |
		.annotations = {name: $name}' \
		"image/blobs/sha256/${subject#*:}" >"$1"
	expect_equal "$(curl -sS -o /dev/null -w '%{http_code}' -X PUT --data-binary "@$1" \
		-H "Content-Type: $oci.manifest.v1+json" \
		"http://$2/v2/$name/manifests/$(digest_of "$1")")" 201
}

# refers FILE...: exactly these.
refers() {
	expect_equal "$(curl -sSf "http://$registry/v2/$name/referrers/$subject" |
		jq -r '.manifests[].annotations.name' | sort | xargs)" "$*"
}

@test "referrers that docker-registry stored, before hythe and in between" {
	docker_registry_start "$PWD/docker" "$PWD/store"
	make_layout image 1 20000
	copy oci:image:latest "docker://$docker_registry/$name:image"
	subject=$(layout_digest image)
	refer before "$docker_registry"
	docker_registry_stop
	hythe
	refers before
	refer first "$registry"
	refers before first
	hythe_find
	env -u HYTHE_SOURCE -u HYTHE_BUILD -u HYTHE_TEST_STRICT HYTHE_CONFIG=/dev/null \
		HYTHE_STORAGE="$PWD/store" "$hythe" reindex
	server_stop
	docker_registry_start "$PWD/docker" "$PWD/store"
	refer between "$docker_registry"
	curl -sSf -X DELETE "http://$docker_registry/v2/$name/manifests/$(digest_of before)"
	docker_registry_stop
	hythe
	refers between first
	refer second "$registry"
	server_stop
	docker_registry_start "$PWD/docker" "$PWD/store"
	refer before "$docker_registry"
	docker_registry_stop
	hythe
	refers before between first second
}
