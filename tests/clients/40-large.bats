#!/usr/bin/env bats
# 40-large.bats - a large blob, in little memory
# SPDX-License-Identifier: ISC
#
# HYTHE_TEST_LARGE_MIB is its size in MiB, 1024 if unset.

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/clients/helper.bash"

size=$((${HYTHE_TEST_LARGE_MIB:-1024} << 20))
memory_limit_kib=16384

setup_file() {
	registry_start
	blob=$BATS_FILE_TMPDIR/blob
	head -c "$size" /dev/urandom >"$blob"
	digest=$(digest_of "$blob")
	export blob digest
}

# So that no test finds the blob of another, nor the disk holds it twice.
teardown() {
	rm -rf "${BATS_TEST_TMPDIR:?}"/* "$STORAGE/docker"
}

# modest PROGRAM: the most memory that it ever had is little; of our own server's.
modest() {
	local pid kib

	[[ ${server_pid:-} ]] || return 0
	process_of "$1" || fail "no $1 below lighttpd"
	kib=$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB$/\1/p' "/proc/$pid/status")
	printf '# %s: at most %d KiB\n' "$1" "$kib" >&3
	[[ ${ASAN_OPTIONS:-} ]] || ((kib < memory_limit_kib)) || fail "$1 took $kib KiB"
}

comes_back() {
	curl -sSf "$(endpoint blob "$name" "$digest")" | cmp - "$blob"
}

@test "pushed with a length, and pulled" {
	open_session
	expect_equal "$(send PUT "$(endpoint at "$location" "digest=$digest")" "$blob")" 201
	comes_back
	modest hythe-uploads
	modest hythe-blobs
}

@test "pushed chunked, and pulled" {
	open_session
	expect_equal "$(send PATCH "$location" "$blob" -H 'Transfer-Encoding: chunked')" 202
	expect_equal "$(close_session "$digest")" 201
	comes_back
	modest hythe-uploads
	modest hythe-blobs
}

@test "pushed in 16 chunks, each resumed by its range" {
	local i step=$((size / 16))

	open_session
	for ((i = 0; i < 16; i++)); do
		tail -c +$((i * step + 1)) "$blob" | head -c "$step" >chunk
		expect_equal "$(send PATCH "$location" chunk \
			-H "Content-Range: $((i * step))-$(((i + 1) * step - 1))")" 202
	done
	expect_equal "$(close_session "$digest")" 201
	comes_back
	modest hythe-uploads
}

@test "a pull that broke off is resumed" {
	open_session
	expect_equal "$(send PUT "$(endpoint at "$location" "digest=$digest")" "$blob")" 201
	head -c $((size / 3)) "$blob" >got
	curl -sSf -C - -o got "$(endpoint blob "$name" "$digest")"
	cmp got "$blob"
}
