#!/usr/bin/env bats
# 23-killed.bats - hythe gc, killed before its n-th change, for every n
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/gc/helper.bash"

setup_file() {
	fault_build
}

# A store with things in every state, one run after its garbage was condemned.
prepare() {
	local i

	push_image latest
	cp "$image" kept
	jq -c --arg type "$oci_manifest" --arg digest "$image_digest" --argjson size \
		"$(stat -c %s "$image")" '. + {artifactType: "a/b", subject:
		{mediaType: $type, digest: $digest, size: $size}}' "$image" >signature
	put_manifest "$(digest_of signature)" signature
	make_image
	cp "$image" second
	put_manifest latest second
	put_manifest old kept
	name+=/gone
	push_image latest
	request DELETE manifest "$name" "$image_digest"
	name=${name%/gone}
	jq -c '. + {annotations: {u: "1"}}' kept >untagged
	put_manifest "$(digest_of untagged)" untagged
	for i in 1 2; do
		random_file "garbage$i" 1000
		push_blob "garbage$i"
	done
	sleep 0.02
	collect --untagged-older-than 0
	random_file garbage3 1000
	push_blob garbage3
	mkdir "$v2/hythe/trash/left"
	condemn "$(blob_directory "$(digest_of kept)")/data"
	printf '%s\n' "$(digest_of kept)" >>"$v2/hythe/gc/condemned"
	sleep 0.02
}

# What a tag keeps is whole, and hidden by nothing but the mark that is too many
# from the start.
unharmed() {
	local digest

	for digest in $kept; do
		cmp -s "$(blob_directory "$digest")/data" "$BATS_TEST_TMPDIR/$(digest_name "$digest")" ||
			fail "$digest is not what it was" || return
		[[ ! -e $(blob_directory "$digest")/condemned || $digest == "$(digest_of kept)" ]] ||
			fail "$digest is hidden" || return
	done
	for digest in $(digest_of kept) $(digest_of signature) $(digest_of second); do
		expect_file "$(revision_directory "$digest")/link" || return
		expect_no_file "$(revision_directory "$digest")/condemned" || return
	done
}

digest_name() {
	printf 'is-%s' "${1#*:}"
}

# After some whole runs nothing but that is left.
clean() {
	local i

	find "$v2/hythe/tmp" -mindepth 1 -exec touch -d 2020-01-01 {} +
	for i in 1 2 3 4; do
		collect --untagged-older-than 0 || return
	done
	unharmed || return
	expect_equal "$(find "$v2/blobs" -type f -printf '%f\n' | sort | uniq -c)" \
		"$(printf '%7d data' "$(wc -w <<<"$kept")")" || return
	expect_equal "$(ls "$v2/repositories")" "$name" || return
	expect_equal "$(ls "$v2/repositories/$name")" $'_layers\n_manifests\n_uploads' || return
	expect_equal "$(ls "$v2/hythe/tmp" "$v2/hythe/trash" | grep -v :)" ''
}

@test "killed at any point it loses nothing, and the next runs finish its work" {
	local at digest kept file

	hythe_find
	fault_needs "$hythe"
	prepare
	kept="$(jq -r '.config.digest, .layers[].digest' kept second | sort -u)
		$(digest_of kept) $(digest_of signature) $(digest_of second)"
	for digest in $kept; do
		cp "$(blob_directory "$digest")/data" "$(digest_name "$digest")"
	done
	mv "$store" pristine
	for ((at = $(fault_first); ; at += fault_step)); do
		restore
		hythe_settings=("${fault[@]}" FAULT_AT=$at FAULT_DO=kill FAULT_AMONG=w)
		# what bash says of the killed process is no news
		if hythe gc --grace 0 --linger 0 --untagged-older-than 0 2>/dev/null; then
			break
		fi
		hythe_settings=(HYTHE_DURABILITY=none)
		unharmed && clean || fail "killed before change $at"
	done
	hythe_settings=(HYTHE_DURABILITY=none)
	clean
	# it was killed, and often enough for the loop to mean something
	((at > 30)) || fail "only $at changes"
	echo "# killed at every $fault_step. of $at changes" >&3
}

@test "one at a time: a second run is refused, and a killed one is in nobody's way" {
	local i pid

	hythe_find
	fault_needs "$hythe"
	push_image latest
	env HYTHE_CONFIG=/dev/null HYTHE_STORAGE="$store" "${fault[@]}" FAULT_AT=8 \
		FAULT_DO=stop FAULT_AMONG=w "$hythe" gc --grace 0 >first 2>&1 3>&- &
	pid=$!
	wait_until grep -q '^State:.T' "/proc/$pid/status"
	hythe_fails 1 gc --grace 0 --linger 0
	grep -q 'another collection is under way' "$complained"
	hythe_must gc --dry-run
	kill -KILL $pid
	wait $pid || :
	collect
	pullable "$image"
}
