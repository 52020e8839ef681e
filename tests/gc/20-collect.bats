#!/usr/bin/env bats
# 20-collect.bats - hythe gc: what is kept, what is condemned, what goes
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/gc/helper.bash"

# Two whole runs: what is garbage now is gone then.
collect_twice() {
	collect
	collect
}

@test "a tagged image, an untagged one and an index's children are kept" {
	local each

	push_image latest
	cp "$image" first
	make_image 2
	put_manifest "$image_digest" "$image"
	index_of "$image" >index
	put_manifest "$(digest_of index)" index "$oci_index"
	index_of index | sed "s|$oci_manifest|$oci_index|" >nested
	put_manifest multi nested "$oci_index"
	expect_status 201
	collect_twice
	expect_counts blobs "8 kept, 0 condemned, 0 removed, 0 returned, 0 left"
	expect_counts manifests "4 kept, 0 condemned, 0 removed, 0 returned, 0 left"
	for each in first index nested "$image"; do
		pullable "$each"
	done
}

@test "a blob that no manifest names: condemned, hidden, then gone" {
	random_file blob 5000
	push_blob blob
	collect
	expect_counts blobs "0 kept, 1 condemned, 0 removed, 0 returned, 0 left"
	expect_counts links "0 kept, 1 condemned, 0 removed, 0 returned, 0 left"
	expect_file "$(blob_directory "$digest")/condemned"
	expect_file "$(layer_directory "$digest")/condemned"
	request GET blob "$name" "$digest"
	refused 404 BLOB_UNKNOWN
	request HEAD blob "$name" "$digest"
	expect_status 404
	collect
	expect_counts blobs "0 kept, 0 condemned, 1 removed, 0 returned, 0 left"
	grep -q '^bytes: 5000 freed' "$said"
	expect_no_file "$(blob_directory "$digest")"
	expect_no_file "$v2/repositories/$name"
	expect_equal "$(ls "$v2/hythe/trash" "$v2/hythe/tmp")" "$(printf '%s:\n\n' "$v2/hythe/tmp" \
		"$v2/hythe/trash")"
}

@test "a deleted manifest takes its blobs with it, but none that another names" {
	local shared

	push_image one
	shared=$digest
	jq -c '. + {annotations: {n: "2"}} | .layers = [.layers[0]]' "$image" >second
	random_file own 3000
	push_blob own
	jq -c --argjson own "$(descriptor "$oci_layer" own)" '.layers += [$own]' second >third
	put_manifest two third
	expect_status 201
	request DELETE manifest "$name" "$(digest_of third)"
	expect_status 202
	collect_twice
	expect_no_file "$(blob_directory "$(digest_of own)")"
	expect_no_file "$(blob_directory "$(digest_of third)")"
	expect_file "$(blob_directory "$shared")/data"
	pullable "$image"
}

@test "a repository that is empty vanishes, with those around it, and no other" {
	name=a/b/c
	push_image latest
	name=a
	push_image latest
	name=a/b/c
	request DELETE manifest "$name" "$(revisions "$name")"
	expect_status 202
	collect_twice
	expect_no_file "$v2/repositories/a/b"
	request GET catalog
	expect_json '.repositories == ["a"]'
	name=a
	pullable "$image"
}

@test "an upload session keeps its repository, and a push goes on in it" {
	push_image latest
	name+=/other
	random_file blob 5000
	start_upload
	request PATCH at "$location" --body blob
	collect_twice
	request PUT at "$location" "digest=$(digest_of blob)"
	expect_status 201
}

@test "push brings a condemned blob back" {
	push_image latest
	request DELETE manifest "$name" "$image_digest"
	collect
	request GET blob "$name" "$digest"
	refused 404 BLOB_UNKNOWN
	push_blob layer1
	request GET blob "$name" "$digest"
	expect_status 200
	expect_body layer1
	push_blob config
	put_manifest again "$image"
	expect_status 201
	collect_twice
	pullable "$image"
}

@test "a manifest brings all that it names back, without a push of its blobs" {
	push_image latest
	request DELETE manifest "$name" "$image_digest"
	collect
	put_manifest again "$image"
	expect_status 201
	pullable "$image"
	collect_twice
	expect_counts blobs "3 kept, 0 condemned, 0 removed, 0 returned, 0 left"
	pullable "$image"
}

@test "a mount brings a condemned blob back, but not from a condemned link" {
	push_image latest
	digest=$(digest_of layer1)
	age "$(blob_directory "$digest")/data"
	condemn "$(blob_directory "$digest")/data"
	request POST uploads "other" "mount=$digest" "from=$name"
	expect_status 201
	request GET blob "other" "$digest"
	expect_status 200
	age "$(layer_directory "$digest")/link"
	condemn "$(layer_directory "$digest")/link"
	request POST uploads "third" "mount=$digest" "from=$name"
	expect_status 202
}

@test "what is named, but condemned, is returned" {
	push_image latest
	condemn "$(blob_directory "$digest")/data"
	condemn "$(layer_directory "$digest")/link"
	condemn "$(revision_directory "$image_digest")/link"
	collect
	expect_counts blobs "3 kept, 0 condemned, 0 removed, 1 returned, 0 left"
	expect_counts links "2 kept, 0 condemned, 0 removed, 1 returned, 0 left"
	expect_counts manifests "1 kept, 0 condemned, 0 removed, 1 returned, 0 left"
	pullable "$image"
}

@test "with its own list of marks, it looks nowhere else; without, everywhere" {
	push_image latest
	collect
	expect_equal "$(<"$v2/hythe/gc/condemned")" ''
	condemn "$(blob_directory "$digest")/data"
	collect
	expect_counts blobs "3 kept, 0 condemned, 0 removed, 0 returned, 0 left"
	printf 'x\n' >"$v2/hythe/gc/condemned"
	hythe gc --grace 0 --linger 0
	grep -q 'damaged' "$complained"
	pullable "$image"
	condemn "$(blob_directory "$digest")/data"
	rm "$v2/hythe/gc/condemned"
	collect
	expect_counts blobs "3 kept, 0 condemned, 0 removed, 1 returned, 0 left"
	pullable "$image"
}

@test "what is younger than the grace time is left, and what was not condemned for long" {
	random_file blob 5000
	push_blob blob
	hythe_must gc
	expect_counts blobs "0 kept, 0 condemned, 0 removed, 0 returned, 1 left"
	hythe_must gc --grace 1h --linger 0
	expect_counts blobs "0 kept, 0 condemned, 0 removed, 0 returned, 1 left"
	age "$(blob_directory "$digest")/data" "$(layer_directory "$digest")/link"
	hythe_must gc
	expect_counts blobs "0 kept, 1 condemned, 0 removed, 0 returned, 0 left"
	hythe_must gc
	expect_counts blobs "0 kept, 0 condemned, 0 removed, 0 returned, 1 left"
	hythe_must gc --grace 0
	expect_counts blobs "0 kept, 0 condemned, 0 removed, 0 returned, 1 left"
	touch -d '61 seconds ago' "$(blob_directory "$digest")/condemned"
	hythe_must gc --grace 0
	# its link was condemned a moment ago, and leads to it
	expect_counts blobs "0 kept, 0 condemned, 0 removed, 0 returned, 1 left"
	touch -d '61 seconds ago' "$(layer_directory "$digest")/condemned"
	hythe_must gc --grace 0
	expect_counts blobs "0 kept, 0 condemned, 1 removed, 0 returned, 0 left"
}

@test "a mark of a run is not enough for the same run" {
	random_file blob 5000
	push_blob blob
	collect
	sed -i "s/^run .*/run $(($(sed 's/^0*//' "$v2/hythe/gc/run") + 1))/" \
		"$(blob_directory "$digest")/condemned" "$(layer_directory "$digest")/condemned"
	collect
	expect_counts blobs "0 kept, 0 condemned, 0 removed, 0 returned, 1 left"
	collect
	expect_counts blobs "0 kept, 0 condemned, 1 removed, 0 returned, 0 left"
}

@test "--dry-run says the same and changes nothing at all" {
	local before

	push_image latest
	request DELETE manifest "$name" "$image_digest"
	collect
	random_file blob 5000
	push_blob blob
	before=$(whole_listing)
	hythe_must gc --grace 0 --linger 0 --dry-run
	expect_counts blobs "0 kept, 1 would be condemned, 3 would be removed, 0 would be returned, 0 left"
	expect_counts links "0 kept, 1 would be condemned, 2 would be removed, 0 would be returned, 0 left"
	unchanged "$before"
	collect
	expect_counts blobs "0 kept, 1 condemned, 3 removed, 0 returned, 0 left"
}

@test "what a manifest elsewhere names stays, but a link here does not open it" {
	push_image latest
	request POST uploads "other" "mount=$digest" "from=$name"
	expect_status 201
	collect_twice
	expect_file "$(blob_directory "$digest")/data"
	expect_no_file "$v2/repositories/other"
	pullable "$image"
}

@test "a link to nothing goes at once, if no manifest names it; else all is kept" {
	local blob

	push_image latest
	blob=$digest
	random_file lost 5000
	push_blob lost
	rm -r "$(blob_directory "$digest")"
	collect
	expect_no_file "$(layer_directory "$digest")"
	rm -r "$(blob_directory "$blob")"
	collect_twice
	expect_file "$(layer_directory "$blob")/link"
}

@test "sha512, and links of docker-registry that say another digest" {
	local blob512 hex512

	random_file native 3000
	blob512=$(digest_of native sha512)
	request POST uploads "$name" "digest=$blob512" --body native
	expect_status 201
	make_image
	hex512=$(digest_of layer1 sha512)
	# as docker-registry does it: the name of one, the content of the other
	mkdir -p "$v2/repositories/$name/_layers/sha512/${hex512#*:}"
	printf %s "$(digest_of layer1)" >"$(layer_directory "$hex512")/link"
	rm -r "$(layer_directory "$(digest_of layer1)")"
	jq -c --arg d "$hex512" '.layers[0].digest = $d' "$image" >aliased
	put_manifest latest aliased
	expect_status 201
	collect_twice
	expect_file "$(blob_directory "$(digest_of layer1)")/data"
	expect_no_file "$(blob_directory "$blob512")"
	request GET blob "$name" "$hex512"
	expect_status 200
	expect_body layer1
}

@test "aliases keep nothing, and go with their blob's link" {
	local alias

	push_image latest
	alias=$v2/repositories/$name/_tarsum/v1/sha256/$(digest_of config | cut -d: -f2)
	mkdir -p "$alias"
	printf %s "$digest" >"$alias/link"
	age "$alias/link"
	collect_twice
	expect_file "$alias/link"
	request DELETE manifest "$name" "$image_digest"
	collect_twice
	expect_no_file "$(blob_directory "$digest")"
	expect_no_file "$v2/repositories/$name"
}

@test "the rests of killed writers: empty places, tmp and trash" {
	local hex

	push_image latest
	hex=$(absent_digest)
	mkdir -p "$(blob_directory "$hex")" "$(layer_directory "$hex")" \
		"$(revision_directory "$hex")" "$v2/hythe/tmp/old/tag" "$v2/hythe/trash/old"
	printf x >"$v2/hythe/tmp/file"
	ln -s /etc "$v2/hythe/trash/link"
	age "$v2/hythe/tmp"/*
	printf x >"$v2/hythe/tmp/new"
	sleep 0.02
	collect
	expect_equal "$(ls "$v2/hythe/tmp")" new
	expect_equal "$(ls "$v2/hythe/trash")" ''
	expect_file /etc/passwd
	expect_no_file "$(blob_directory "$hex")"
	expect_no_file "$(layer_directory "$hex")"
	expect_no_file "$(revision_directory "$hex")"
	pullable "$image"
}

@test "wrong arguments are refused, and a grace time that is not sound" {
	push_image latest
	hythe_fails 2 gc now
	hythe_fails 2 gc --grace
	hythe_fails 2 gc --grace soon
	hythe_fails 2 gc --dry-run=yes
	hythe_fails 2 gc --untagged-older-than -1
	# /proc is no file system that is known to be local
	store=/proc
	hythe_fails 1 gc --grace 1m
	grep -q 'hosts = one' "$complained"
}
