#!/usr/bin/env bats
# 30-fsck.bats - hythe fsck: it finds what is wrong, and damages nothing
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/gc/helper.bash"

# A store with a bit of everything.
fill() {
	push_image latest
	jq -c --arg type "$oci_manifest" --arg digest "$image_digest" --argjson size \
		"$(stat -c %s "$image")" '. + {artifactType: "a/b", subject:
		{mediaType: $type, digest: $digest, size: $size}}' "$image" >signature
	put_manifest "$(digest_of signature)" signature
	index_of "$image" >index
	put_manifest multi index "$oci_index"
	expect_status 201
	random_file other 100
	digest=$(digest_of other sha512)
	request POST uploads "$name" "digest=$digest" --body other
	expect_status 201
	start_upload
	digest=$(digest_of layer1)
	repository=docker/registry/v2/repositories/$name
}

# clean [option]...: nothing is wrong, and nothing was changed.
clean() {
	local before

	before=$(whole_listing)
	hythe_must fsck "$@"
	grep -q ': 0 found$' "$said"
	unchanged "$before"
}

# finds WORD PATH [option]...: that, nothing else, and nothing was changed.
finds() {
	local before

	before=$(whole_listing)
	hythe_fails 1 fsck "${@:3}" || return
	expect_equal "$(grep -v ' in [0-9.]* s$\|found$' "$said" | cut -d: -f1)" "$1 $2" || return
	unchanged "$before"
}

path_of() {
	printf %s "${1#"$store/"}"
}

@test "nothing is wrong with what hythe wrote, nor with garbage" {
	fill
	clean
	hythe_must token --add-key
	[[ -s $v2/hythe/token-keys ]]
	clean
	clean --hash
	clean --hash --jobs 4
	expect_equal "$(tail -n 1 "$said" | cut -d, -f1-3)" '1 repositories, 3 manifests, 6 blobs'
	request DELETE manifest "$name" multi
	request DELETE manifest "$name" "$(digest_of signature)"
	clean
	collect
	clean
	collect
	clean --hash
}

@test "nor with a run of the collector for untagged manifests" {
	fill
	request DELETE manifest "$name" latest
	sleep 0.02
	collect --untagged-older-than 0
	clean
	collect --untagged-older-than 0
	clean
	collect
	clean
}

@test "a flipped bit in a blob: by --hash" {
	local data

	fill
	data=$(blob_directory "$digest")/data
	chmod u+w "$data"
	printf '\000' | dd of="$data" bs=1 seek=500 conv=notrunc status=none
	cmp -s "$data" layer1 && printf '\001' | dd of="$data" bs=1 seek=500 conv=notrunc status=none
	clean
	finds blob-broken "$(path_of "$data")" --hash
}

@test "a flipped bit in a manifest" {
	local data

	fill
	data=$(blob_directory "$(digest_of index)")/data
	chmod u+w "$data"
	sed -i 's/"schemaVersion":2/"schemaVersion":3/' "$data"
	finds manifest-broken "$repository/_manifests/revisions/$(digest_of index | tr : /)"
}

@test "a blob that is cut" {
	fill
	chmod u+w "$(blob_directory "$digest")/data"
	truncate -s 1000 "$(blob_directory "$digest")/data"
	hythe_fails 1 fsck
	# two manifests name it
	expect_equal "$(grep -c '^blob-size .*/layers/0 .*: 1000 bytes, not 1001$' "$said")" 2
	hythe_fails 1 fsck --hash
	grep -qx "blob-broken $(path_of "$(blob_directory "$digest")")/data" "$said"
}

@test "an empty link" {
	fill
	: >"$(layer_directory "$digest")/link"
	hythe_fails 1 fsck
	grep -qx "link-broken $repository/_layers/${digest/:/\/}" "$said"
	grep -q "^blob-missing .*/layers/0 $digest: no link here" "$said"
}

@test "a link to nothing, which nothing names, and one which is named" {
	local lost

	fill
	random_file lost 100
	push_blob lost
	lost=$digest
	rm -r "$(blob_directory "$lost")"
	finds link-dangling "$repository/_layers/${lost/:/\/}"
	rm -r "$(layer_directory "$lost")" "$(blob_directory "$(digest_of layer1)")"
	hythe_fails 1 fsck
	grep -q "^link-dangling $repository/_layers/$(digest_of layer1 | tr : /): " "$said"
	grep -q "^blob-missing .*/layers/0 $(digest_of layer1): no data" "$said"
}

@test "a manifest without data, and a link of a layer that is gone" {
	fill
	rm -r "$(blob_directory "$(digest_of index)")"
	finds link-dangling "$repository/_manifests/revisions/$(digest_of index | tr : /)"
	push_blob index
	rm -r "$(layer_directory "$(digest_of config)")"
	hythe_fails 1 fsck
	expect_equal "$(grep -c "^blob-missing .*/config $(digest_of config): no link here" "$said")" 2
}

@test "what a manifest may lack is not missing" {
	fill
	rm -r "$(layer_directory "$digest")"
	hythe_fails 1 fsck
	hythe_settings+=(HYTHE_SPARSE=all)
	clean
}

@test "tags: broken, dangling, and what is none" {
	fill
	local tags=$v2/repositories/$name/_manifests/tags
	rm -r "$tags/multi/current"
	finds tag-broken "$repository/_manifests/tags/multi"
	mkdir "$tags/multi/current"
	absent_digest >"$tags/multi/current/link"
	finds tag-dangling "$repository/_manifests/tags/multi"
	rm -r "$tags/multi"
	mkdir "$tags/.multi"
	finds stray "$repository/_manifests/tags/.multi"
}

@test "a repository without _layers" {
	fill
	printf '{"schemaVersion":2,"mediaType":"%s","manifests":[]}' "$oci_index" >empty
	put_manifest latest empty "$oci_index" other
	rmdir "$v2/repositories/other/_layers"
	finds layers-missing "docker/registry/v2/repositories/other/_layers"
}

@test "referrers: one that is missing, one that is stale, one of another subject" {
	local entry

	fill
	entry=$repository/_manifests/referrers/${image_digest/:/\/}/$(digest_of signature | tr : -)
	mv "$store/$entry" saved
	finds referrer-missing "$entry"
	cp saved "$store/$entry"
	clean
	# of no manifest, as a program leaves that was killed: garbage
	cp saved "$store/${entry%/*}/sha256-${digest#*:}"
	clean
	hythe_must gc --grace 0 --linger 0
	expect_no_file "$store/${entry%/*}/sha256-${digest#*:}"
	cp saved "$store/${entry%/*}/$(digest_of index | tr : -)"
	finds referrer-stale "${entry%/*}/$(digest_of index | tr : -)"
	mv "$store/$entry" lost
	hythe_must fsck --repair
	clean
	cmp lost "$store/$entry"
	rm -r "$store/$repository/_manifests/referrers"
	clean # nobody said that they are recorded
}

@test "an alias of nothing" {
	fill
	local alias=_tarsum/v1/sha256/${digest#*:}
	mkdir -p "$v2/repositories/$name/$alias"
	printf %s "$digest" >"$v2/repositories/$name/$alias/link"
	clean
	absent_digest >"$v2/repositories/$name/$alias/link"
	finds alias-dangling "$repository/$alias"
}

@test "what is named, but hidden" {
	fill
	condemn "$(blob_directory "$digest")/data"
	hythe_fails 1 fsck
	grep -q "^condemned $(path_of "$(blob_directory "$digest")"): data" "$said"
	rm "$(blob_directory "$digest")/condemned"
	condemn "$(layer_directory "$digest")/link"
	hythe_fails 1 fsck
	grep -q "^condemned $repository/_layers/${digest/:/\/}: link" "$said"
	rm "$(layer_directory "$digest")/condemned"
	condemn "$(revision_directory "$image_digest")/link"
	hythe_fails 1 fsck
	grep -q "^condemned $repository/_manifests/revisions/${image_digest/:/\/}: link" "$said"
}

# finds_all WORD PATH...: each of these, nothing else, and nothing was changed.
finds_all() {
	local before

	before=$(whole_listing)
	hythe_fails 1 fsck || return
	expect_equal "$(grep -v ' in [0-9.]* s$\|found$' "$said" | cut -d: -f1 | sort)" \
		"$(printf "$1 %s\n" "${@:2}" | sort)" || return
	unchanged "$before"
}

@test "stray files and directories, wherever they are" {
	local each planted

	fill
	planted=(docker/registry/v2/x docker/registry/v2/hythe/x docker/registry/v2/hythe/gc/x
		docker/registry/v2/blobs/x docker/registry/v2/blobs/sha256/x
		"docker/registry/v2/blobs/sha256/${digest:7:2}/x"
		"$(path_of "$(blob_directory "$digest")")/x" docker/registry/v2/repositories/X
		"$repository/_x" "$repository/_layers/sha256/x"
		"$repository/_layers/${digest/:/\/}/x" "$repository/_manifests/x"
		"$repository/_uploads/$session/x" "$repository/_manifests/revisions/sha256/x"
		"$repository/_manifests/tags/latest/x")
	for each in "${planted[@]}"; do
		mkdir -p "$store/${each%/*}"
		printf x >"$store/$each"
	done
	# a writer that is killed may leave an empty one
	mkdir -p "$(blob_directory "$(absent_digest)")"
	each=$(blob_directory "$(absent_digest)")
	mkdir -p "$each"
	: >"$each/condemned"
	finds_all stray "${planted[@]}" "$(path_of "$each")/data"
}

@test "what is old in tmp" {
	fill
	printf x >"$v2/hythe/tmp/left"
	printf x >"$v2/hythe/trash/left"
	clean
	age "$v2/hythe/tmp/left"
	finds leftover docker/registry/v2/hythe/tmp/left
}

@test "a symbolic link, by another user, and what belongs to somebody else" {
	local each planted

	fill
	planted=(docker/registry/v2/repositories/planted "$repository/planted"
		"$repository/_layers/sha256/planted" "$repository/_manifests/tags/planted"
		"docker/registry/v2/blobs/sha256/${digest:7:2}/planted"
		"$(path_of "$(blob_directory "$digest")")/planted")
	for each in "${planted[@]}"; do
		ln -s /etc "$store/$each"
	done
	finds_all symlink "${planted[@]}"
	for each in "${planted[@]}"; do
		rm "$store/$each"
	done
	mv "$(blob_directory "$digest")/data" elsewhere
	ln -s "$PWD/elsewhere" "$(blob_directory "$digest")/data"
	hythe_fails 1 fsck --hash
	grep -q "^symlink $(path_of "$(blob_directory "$digest")")/data" "$said"
	((!EUID)) || skip_because 'chown needs root'
	rm "$(blob_directory "$digest")/data"
	mv elsewhere "$(blob_directory "$digest")/data"
	chown 65534 "$(layer_directory "$digest")/link"
	finds owner "$repository/_layers/${digest/:/\/}/link"
	chown -h 0 "$(layer_directory "$digest")/link"
	ln -s /etc "$v2/planted"
	chown -h 65534 "$v2/planted"
	hythe_fails 1 fsck
	grep -qx 'symlink docker/registry/v2/planted: made by user 65534' "$said"
}

@test "names of files do not drive a terminal" {
	fill
	printf x >"$v2/$(printf 'a\033[2Jb\nc')"
	printf x >"$v2/$(printf 'd\302\2332J\233e\303\251')"
	hythe_fails 1 fsck
	grep -qx 'stray docker/registry/v2/a?\[2Jb?c' "$said"
	grep -qx "stray docker/registry/v2/d?2J?e$(printf '\303\251')" "$said"
}

@test "all at once are all found" {
	fill
	chmod u+w "$(blob_directory "$digest")/data"
	truncate -s 5 "$(blob_directory "$digest")/data"
	: >"$(layer_directory "$(digest_of config)")/link"
	printf x >"$v2/x"
	ln -s / "$v2/y"
	hythe_fails 1 fsck --hash
	expect_equal "$(grep -v ' in \|found' "$said" | cut -d' ' -f1 | sort -u | tr '\n' ' ')" \
		'blob-broken blob-missing blob-size link-broken stray symlink '
}

@test "--repair: what cannot lose data by that, and no more" {
	local link

	fill
	link=$(layer_directory "$digest")/link
	: >"$link"
	: >"$(revision_directory "$(digest_of index)")/link"
	condemn "$(blob_directory "$(digest_of config)")/data"
	rm -r "$(layer_directory "$(digest_of other sha512)")"
	printf '{"schemaVersion":2,"mediaType":"%s","manifests":[]}' "$oci_index" >empty
	put_manifest latest empty "$oci_index" other
	rmdir "$v2/repositories/other/_layers"
	printf x >"$v2/x"
	hythe_fails 1 fsck --repair
	expect_equal "$(grep -v '^repaired\| in [0-9.]* s$\|found' "$said")" 'stray docker/registry/v2/x'
	hythe_fails 1 fsck
	expect_equal "$(grep -v ' in [0-9.]* s$\|found$' "$said")" 'stray docker/registry/v2/x'
	rm "$v2/x"
	pullable "$image"
	clean --hash
	# the blob is another: nobody knows what the link said
	chmod u+w "$(blob_directory "$digest")/data"
	printf xxx >"$(blob_directory "$digest")/data"
	: >"$link"
	hythe_fails 1 fsck --repair
	[[ ! -s $link ]]
}

@test "--unmark takes away every mark, and gives nothing else away" {
	local before

	fill
	request DELETE manifest "$name" "$(digest_of signature)"
	random_file garbage 100
	push_blob garbage
	sleep 0.02
	collect --untagged-older-than 0
	condemn "$(blob_directory "$(digest_of layer1)")/data"
	[[ $(find "$store" -path '*/gc/*' -prune -o -name condemned -print | wc -l) -gt 3 ]]
	before=$(find "$store" -name condemned -prune -o -type f -exec sha256sum {} + | sort)
	hythe fsck --unmark
	grep -q 'marks removed' "$said"
	expect_equal "$(find "$store" -path '*/gc/*' -prune -o -name condemned -print)" ''
	expect_equal "$(find "$store" -name condemned -prune -o -type f -exec sha256sum {} + | sort)" \
		"$before"
	request GET blob "$name" "$(digest_of garbage)"
	expect_status 200
	clean
}

@test "not while a collection is under way; wrong arguments are refused" {
	fill
	fault_build
	hythe_find
	fault_needs "$hythe"
	env HYTHE_CONFIG=/dev/null HYTHE_STORAGE="$store" "${fault[@]}" FAULT_AT=8 \
		FAULT_DO=stop FAULT_AMONG=w "$hythe" gc --grace 0 >first 2>&1 3>&- &
	wait_until grep -q '^State:.T' "/proc/$!/status"
	hythe_fails 1 fsck --unmark
	hythe_fails 1 fsck --repair
	grep -q 'collection is under way' "$complained"
	hythe_must fsck
	kill -KILL $!
	wait $! || :
	hythe_fails 2 fsck --jobs 0
	hythe_fails 2 fsck --jobs
	hythe_fails 2 fsck store
	store=$PWD/none
	hythe_fails 1 fsck
	mkdir none
	hythe_fails 1 fsck
	grep -q 'has no repositories' "$complained"
}

@test "what hythe keeps beside the repositories is not stray" {
	push_image latest
	touch "$v2/hythe"/{checked,token-keys}
	hythe_must fsck
	touch "$v2/hythe/else"
	hythe_fails 1 fsck
	grep -q '^stray docker/registry/v2/hythe/else$' "$said"
}
