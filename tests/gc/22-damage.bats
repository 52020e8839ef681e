#!/usr/bin/env bats
# 22-damage.bats - hythe gc where something is wrong: absence is no proof
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/gc/helper.bash"

# garbage REPOSITORY: a blob that nothing names, old; $digest.
garbage() {
	random_file garbage 2000
	push_blob garbage "$1" || return
	age "$(blob_directory "$digest")/data" "$(layer_directory "$digest" "$1")/link"
}

# Two runs that complain, and keep all of this repository, but not another's
# garbage.
keeps_all() {
	local elsewhere

	garbage other
	elsewhere=$digest
	garbage "$name"
	hythe_fails 1 gc --grace 0 --linger 0 || return
	grep -q "repository '$name' is kept whole" "$complained" || return
	hythe_fails 1 gc --grace 0 --linger 0 || return
	expect_file "$(blob_directory "$digest")/data" || return
	expect_file "$(layer_directory "$digest")/link" || return
	expect_no_file "$(blob_directory "$elsewhere")" || return
	expect_file "$(blob_directory "$(digest_of layer1)")/data"
}

# One run that ends early: not a thing is touched but its own number and time.
ends() {
	local before

	before=$(whole_listing)
	hythe_fails 1 gc --grace 0 --linger 0 || return
	unchanged "$before" /hythe
}

@test "a manifest that is gone keeps all" {
	push_image latest
	rm -r "$(blob_directory "$image_digest")"
	keeps_all
}

@test "a manifest with a flipped bit keeps all, even if it is JSON" {
	push_image latest
	local data
	data=$(blob_directory "$image_digest")/data
	chmod u+w "$data"
	sed -i "s/$(digest_of layer1 | cut -c 8-20)/0000000000000/" "$data"
	keeps_all
}

@test "a manifest that is cut, or of a kind we do not know, keeps all" {
	push_image latest
	local data hex
	data=$(blob_directory "$image_digest")/data
	chmod u+w "$data"
	truncate -s 100 "$data"
	keeps_all
	rm -r "$v2/repositories/$name/_manifests/revisions/sha256/"*
	printf '{"schemaVersion":1,"name":"x","fsLayers":[]}' >old
	hex=$(digest_of old)
	mkdir -p "$(blob_directory "$hex")" "$(revision_directory "$hex")"
	cp old "$(blob_directory "$hex")/data"
	printf %s "$hex" >"$(revision_directory "$hex")/link"
	keeps_all
}

@test "a link that is empty, or garbage, or no file, keeps all" {
	local link

	push_image latest
	link=$(layer_directory "$(digest_of layer1)")/link
	: >"$link"
	keeps_all
	printf 'sha256:123' >"$link"
	keeps_all
	rm "$link"
	ln -s /etc/passwd "$link"
	keeps_all
	rm "$link"
	mkdir "$link"
	keeps_all
	rmdir "$link"
	printf %s "$(digest_of layer1)" >"$link"
	: >"$(revision_directory "$image_digest")/link"
	keeps_all
}

@test "a manifest whose link cannot be read is not hidden, and can be repaired" {
	push_image latest
	: >"$(revision_directory "$image_digest")/link"
	keeps_all
	expect_file "$(blob_directory "$image_digest")/data"
	expect_no_file "$(blob_directory "$image_digest")/condemned"
	hythe fsck --repair
	hythe_must fsck
	pullable "$image"
}

@test "without blobs, or without repositories, nothing is touched" {
	push_image latest
	garbage "$name"
	mv "$v2/repositories" elsewhere
	ends
	grep -q mounted "$complained"
	mkdir "$v2/repositories"
	rmdir "$v2/repositories"
	mv elsewhere "$v2/repositories"
	mv "$v2/blobs" elsewhere
	ends
	grep -q mounted "$complained"
	mv elsewhere "$v2/blobs"
	hythe_must gc --grace 0 --linger 0
	expect_counts blobs "3 kept, 1 condemned, 0 removed, 0 returned, 0 left"
	mkdir empty
	store=$PWD/empty
	hythe_fails 1 gc --grace 0
	hythe_fails 1 gc --grace 0 --dry-run
}

@test "a directory that cannot be listed ends the run: a repository on another disk" {
	push_image latest
	garbage "$name"
	name+=/moved
	push_image latest
	mv "$v2/repositories/$name" elsewhere
	ln -s "$PWD/elsewhere" "$v2/repositories/$name"
	ends
	rm "$v2/repositories/$name"
	mv elsewhere "$v2/repositories/$name"
	for part in _layers _layers/sha256 _manifests/revisions _manifests/revisions/sha256; do
		mv "$v2/repositories/$name/$part" elsewhere
		ln -s "$PWD/elsewhere" "$v2/repositories/$name/$part"
		ends
		rm "$v2/repositories/$name/$part"
		mv elsewhere "$v2/repositories/$name/$part"
	done
	mv "$v2/blobs/sha256/${digest:7:2}" elsewhere
	ln -s "$PWD/elsewhere" "$v2/blobs/sha256/${digest:7:2}"
	ends
	rm "$v2/blobs/sha256/${digest:7:2}"
	mv elsewhere "$v2/blobs/sha256/${digest:7:2}"
	pullable "$image"
}

@test "a repository under a name that clients cannot use is read all the same" {
	push_image latest
	mv "$v2/repositories/$name" "$v2/repositories/Strange Name"
	printf x >"$v2/repositories/file"
	printf x >"$v2/repositories/Strange Name/_layers/file"
	mkdir "$v2/blobs/sha256/zz" "$v2/blobs/md5"
	hythe_must gc --grace 0 --linger 0
	expect_counts blobs "3 kept, 0 condemned, 0 removed, 0 returned, 0 left"
	expect_counts links "2 kept, 0 condemned, 0 removed, 0 returned, 0 left"
}

@test "links of algorithms that are not ours keep what they lead to" {
	push_image latest
	garbage "$name"
	mkdir -p "$v2/repositories/$name/_layers/sha384/0123"
	printf %s "$digest" >"$v2/repositories/$name/_layers/sha384/0123/link"
	collect
	expect_counts blobs "4 kept, 0 condemned, 0 removed, 0 returned, 0 left"
}

@test "data that is no file is left alone, and the rest collected" {
	local odd

	push_image latest
	garbage "$name"
	odd=$digest
	garbage "$name"
	mv "$(blob_directory "$odd")/data" elsewhere
	ln -s "$PWD/elsewhere" "$(blob_directory "$odd")/data"
	hythe gc --grace 0 --linger 0
	hythe gc --grace 0 --linger 0
	expect_no_file "$(blob_directory "$digest")"
	[[ -L $(blob_directory "$odd")/data ]]
	pullable "$image"
}

@test "a run number that is none ends the run" {
	push_image latest
	garbage "$name"
	collect
	expect_equal "$(<"$v2/hythe/gc/run")" 00000000000000000001
	collect
	expect_equal "$(<"$v2/hythe/gc/run")" 00000000000000000002
	printf 'many' >"$v2/hythe/gc/run"
	ends
	grep -q 'is no number' "$complained"
	rm "$v2/hythe/gc/run"
	collect
	expect_equal "$(<"$v2/hythe/gc/run")" 00000000000000000001
}

# An image with a layer that is named by its sha512 and lies, as docker-registry keeps
# it, under its sha256, with a link of either name; $canonical, $alias.
aliased_image() {
	push_image latest || return
	random_file by512 2000
	push_blob by512 || return
	canonical=$digest
	alias=$(layer_directory "$(digest_of by512 sha512)")
	mkdir -p "$alias"
	printf %s "$canonical" >"$alias/link"
	jq -c --arg digest "$(digest_of by512 sha512)" \
		'.layers = [.layers[0] | .digest = $digest | .size = 2000]' "$image" >aliased
	put_manifest aliased aliased && expect_status 201 || return
	request DELETE manifest "$name" "$image_digest"
	age "$alias/link" "$(layer_directory "$canonical")/link" "$(blob_directory "$canonical")/data"
}

# Two runs that cannot read the alias, and complain; then all is there once it can be
# read again.
survives() {
	hythe_fails 1 gc --grace 0 --linger 0 || return
	grep -q "repository '$name' is kept whole, because of '" "$complained" || return
	hythe_fails 1 gc --grace 0 --linger 0 || return
	expect_file "$(blob_directory "$canonical")/data" || return
	expect_no_file "$(blob_directory "$canonical")/condemned"
}

restored() {
	rm -rf "$alias/link"
	printf %s "$canonical" >"$alias/link"
	pullable aliased && collect && collect && pullable aliased
}

@test "docker-registry's link of a sha512 that cannot be read keeps what it led to" {
	local damage

	aliased_image
	for damage in ': >link' 'printf sha256:123 >link' 'ln -sf /etc/passwd link' \
		'rm link; mkdir link' 'rm link; mkfifo link' 'truncate -s 1G link' \
		'rm -f link; head -c 71 /dev/zero >link'; do
		(cd "$alias" && eval "$damage")
		survives || fail "$damage" || return
		restored || fail "after $damage" || return
	done
}

@test "... also after runs that found it, and when the other link is gone, or unreadable" {
	local other

	aliased_image
	other=$(layer_directory "$canonical")/link
	collect
	collect
	: >"$alias/link"
	survives
	restored
	# by now nothing else leads there
	expect_no_file "$other"
	mkdir -p "${other%/*}"
	: >"$other"
	: >"$alias/link"
	survives
	rm -r "${other%/*}"
	restored
}

@test "... and where the disk fails to give it, at any of the times it is asked" {
	local at

	fault_build
	aliased_image
	rm -r "$(layer_directory "$canonical")"
	hythe_find
	fault_needs "$hythe"
	for at in 1 2; do
		hythe_settings=(HYTHE_DURABILITY=none "${fault[@]}" FAULT_AT=$at FAULT_DO=5
			FAULT_ON="${alias##*/}/link" FAULT_AMONG=r)
		survives || fail "at $at" || return
		hythe_settings=(HYTHE_DURABILITY=none)
		pullable aliased || return
	done
}

# in_the_way PATH [OPTION]...: an empty file has taken the place of a directory of links,
# or of blobs; two runs complain, and all is there once the directory is back.
in_the_way() {
	mv "$1" away && : >"$1" || return
	hythe_fails 1 gc --grace 0 --linger 0 "${@:2}" || return
	grep -qF "${1#"$store/"}" "$complained" || return
	hythe_fails 1 gc --grace 0 --linger 0 "${@:2}" || return
	rm "$1" && mv away "$1" && pullable "$image"
}

@test "a file where a directory should be keeps all, or ends the run" {
	local each blob repository=$v2/repositories/$name

	push_image latest
	age "$repository/_layers/sha256/"*/link "$repository/_manifests/revisions/sha256/"*/link
	for blob in "$(digest_of config)" "$(digest_of layer1)" "$image_digest"; do
		age "$(blob_directory "$blob")/data"
	done
	blob=$(blob_directory "$(digest_of layer1)")
	for each in "$repository"/_manifests/revisions{,/sha256{,/"${image_digest#sha256:}"}} \
		"$repository"/_layers{,/sha256{,/"$(digest_of layer1 | cut -d : -f 2)"}} \
		"${blob%/*}" "$repository/_manifests"; do
		in_the_way "$each" || fail "$each" "$(<"$complained")" || return
	done
	for each in "$repository"/_manifests/tags{,/latest{,/current}}; do
		in_the_way "$each" --untagged-older-than 0s || fail "$each" "$(<"$complained")" || return
	done
}

@test "stray files beside the directories of links are in nobody's way" {
	push_image latest
	touch "$v2/repositories/$name/"{_layers,_manifests/revisions}/{,sha256/}file
	mkfifo "$v2/repositories/$name/_layers/sha256/fifo"
	garbage "$name"
	collect
	collect
	expect_no_file "$(blob_directory "$digest")"
	pullable "$image"
}
