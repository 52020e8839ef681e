#!/usr/bin/env bats
# 10-skopeo.bats - skopeo: copies in and out, lists, inspects, deletes
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/clients/helper.bash"

@test "skopeo copies an image in and out: the same digests and bytes" {
	need skopeo
	make_layout in 3 100000
	copy oci:in:latest "docker://$registry/$name:v1"
	expect_equal "$(remote_digest "$name:v1")" "$(layout_digest in)"
	copy "docker://$registry/$name:v1" oci:out:latest
	expect_equal "$(layout_digest out)" "$(layout_digest in)"
	same_layout in out
}

@test "skopeo copies by digest" {
	need skopeo
	make_layout in 1 1000
	copy oci:in:latest "docker://$registry/$name:v1"
	copy "docker://$registry/$name@$(layout_digest in)" oci:out:latest
	same_layout in out
}

@test "skopeo copies in Docker's format, and that out again: the same digests" {
	need skopeo
	make_layout in 2 50000
	copy oci:in:latest "docker://$registry/$name:v1" --format v2s2
	curl -sSf -o pushed "$(endpoint manifest "$name" v1)"
	expect_equal "$(jq -r .mediaType pushed)" application/vnd.docker.distribution.manifest.v2+json
	copy "docker://$registry/$name:v1" dir:out
	cmp pushed out/manifest.json
	copy "docker://$registry/$name:v1" "docker://$registry/$name/copy:v1"
	expect_equal "$(remote_digest "$name/copy:v1")" "$(digest_of pushed)"
	copy dir:out "docker://$registry/$name/again:v1" --preserve-digests
	expect_equal "$(remote_digest "$name/again:v1")" "$(digest_of pushed)"
}

@test "skopeo copies a docker-archive in, compressing on the way" {
	need skopeo
	make_layout in 2 50000
	copy oci:in:latest docker-archive:archive.tar:example/image:latest
	copy docker-archive:archive.tar "docker://$registry/$name:v1"
	copy "docker://$registry/$name:v1" docker-archive:back.tar:example/image:latest
	tar -xOf archive.tar manifest.json | jq -e '.[0].Layers' >before
	tar -xOf back.tar manifest.json | jq -e '.[0].Layers' >after
	cmp before after
}

@test "skopeo copies an index of five architectures with all its images" {
	need skopeo
	make_multi_layout in amd64 arm64 riscv64 s390x ppc64le
	copy oci:in:latest "docker://$registry/$name:multi" --all --preserve-digests
	expect_equal "$(remote_digest "$name:multi")" "$(layout_digest in)"
	copy "docker://$registry/$name:multi" oci:out:latest --all --preserve-digests
	expect_equal "$(layout_digest out)" "$(layout_digest in)"
	same_layout in out
	skopeo inspect --tls-verify=false --override-arch arm64 "docker://$registry/$name:multi" >arm64
	expect_equal "$(jq -r .Architecture arm64)" arm64
}

@test "skopeo copies an image of 40 layers" {
	need skopeo
	make_layout in 40 5000
	copy oci:in:latest "docker://$registry/$name:v1"
	copy "docker://$registry/$name:v1" oci:out:latest
	same_layout in out
}

@test "skopeo inspects: digest, layers, tags, raw" {
	need skopeo
	make_layout in 2 5000
	copy oci:in:latest "docker://$registry/$name:v1"
	copy oci:in:latest "docker://$registry/$name:v2"
	skopeo inspect --tls-verify=false "docker://$registry/$name:v1" >inspected
	expect_equal "$(jq -r .Digest inspected)" "$(layout_digest in)"
	expect_equal "$(jq -c .RepoTags inspected)" '["v1","v2"]'
	expect_equal "$(jq '.Layers | length' inspected)" 2
	skopeo inspect --tls-verify=false --raw "docker://$registry/$name:v1" >raw
	expect_equal "$(digest_of raw)" "$(layout_digest in)"
	skopeo inspect --tls-verify=false --config --raw "docker://$registry/$name:v1" |
		jq -e '.os == "linux"'
}

@test "skopeo lists tags" {
	need skopeo
	local tag

	make_layout in 1 1000
	for tag in b a C 1.0; do
		copy oci:in:latest "docker://$registry/$name:$tag"
	done
	skopeo list-tags --tls-verify=false "docker://$registry/$name" >tags
	expect_equal "$(jq -c .Tags tags)" '["1.0","C","a","b"]'
}

@test "skopeo deletes" {
	need skopeo
	make_layout in 1 1000
	copy oci:in:latest "docker://$registry/$name:v1"
	skopeo delete --tls-verify=false "docker://$registry/$name:v1"
	run skopeo inspect --tls-verify=false "docker://$registry/$name:v1"
	((status != 0))
	[[ $output == *'manifest unknown'* ]]
	copy oci:in:latest "docker://$registry/$name:v1"
	copy "docker://$registry/$name:v1" oci:out:latest
	same_layout in out
}

@test "skopeo says what is wrong with an unknown tag, and an unknown repository" {
	need skopeo
	make_layout in 1 1000
	copy oci:in:latest "docker://$registry/$name:v1"
	run skopeo inspect --tls-verify=false "docker://$registry/$name:none"
	((status != 0))
	[[ $output == *'manifest unknown'* ]]
	run skopeo list-tags --tls-verify=false "docker://$registry/$name/none"
	((status != 0))
	[[ $output == *404* || $output == *'name unknown'* ]] || fail "$output"
}

@test "skopeo copies from repository to repository, by mounting" {
	need skopeo
	make_layout in 3 30000
	copy oci:in:latest "docker://$registry/$name/a:v1"
	copy "docker://$registry/$name/a:v1" "docker://$registry/$name/b:v1"
	expect_equal "$(remote_digest "$name/b:v1")" "$(layout_digest in)"
	copy "docker://$registry/$name/b:v1" oci:out:latest
	same_layout in out
}

# at_once LAYOUT TARGET...: a skopeo for each, all at the same time.  The n-th
# takes the layout LAYOUTn, if there is one.
at_once() {
	local i=0 layout target pids=()

	for target in "${@:2}"; do
		layout=$1$i
		[[ -d $layout ]] || layout=$1
		copy "oci:$layout:latest" "docker://$registry/$target" 3>&- &
		pids+=($!)
		i=$((i + 1))
	done
	for i in "${pids[@]}"; do
		wait "$i" || fail "a skopeo ended with $?"
	done
}

@test "eight skopeos at once: eight images into one repository" {
	need skopeo
	local i

	for ((i = 0; i < 8; i++)); do
		make_layout "in$i" 2 20000
	done
	at_once in "$name:v"{0..7}
	for ((i = 0; i < 8; i++)); do
		copy "docker://$registry/$name:v$i" "oci:out$i:latest"
		same_layout "in$i" "out$i"
	done
}

@test "eight skopeos at once: one image to one tag" {
	need skopeo
	make_layout in 4 50000
	at_once in "$name:v1"{,,,,,,,}
	copy "docker://$registry/$name:v1" oci:out:latest
	same_layout in out
}

@test "eight skopeos at once: one image into eight repositories" {
	need skopeo
	local i

	make_layout in 4 50000
	at_once in "$name/r"{0..7}:v1
	for ((i = 0; i < 8; i++)); do
		copy "docker://$registry/$name/r$i:v1" "oci:out$i:latest"
		same_layout in "out$i"
	done
}
