#!/usr/bin/env bats
# 42-memory.bats - many large manifests at a time, and the memory after them
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/clients/helper.bash"

memory_limit_kib=98304

# One that is refused soon, and is as long as one may be; and one whose blobs are
# all missing.
make_documents() {
	yes '{"a":' | head -n 800000 | tr -d '\n' >deep
	{
		printf '{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"%s","size":1},"layers":[' \
			"$(digest_of deep)"
		seq -f '{"mediaType":"a/b","digest":"sha256:%064.0f","size":1},' 4000 | tr -d '\n' |
			sed 's/,$/]}/'
	} >layers
}

# One client, which sends both in turn; prints the statuses.
client() {
	local url i

	url=$(endpoint manifest "$name" latest)
	for ((i = 0; i < 16; i++)); do
		printf 'next\nsilent\noutput = /dev/null\nwrite-out = "%%{http_code}\\n"\n'
		printf 'upload-file = %s\nurl = %s\n' "$( ((i % 2)) && echo deep || echo layers)" "$url"
	done | curl -K -
}

@test "large manifests, eight at a time: their memory is given back" {
	local i clients=() kib

	make_documents
	for ((i = 0; i < 8; i++)); do
		client >"statuses$i" 3>&- &
		clients+=($!)
	done
	wait "${clients[@]}"
	expect_equal "$(sort -u statuses*)" 400
	process_of hythe-manifests
	kib=$(sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB$/\1/p' "/proc/$pid/status")
	printf '# hythe-manifests: %d KiB\n' "$kib" >&3
	[[ ${ASAN_OPTIONS:-} ]] || ((kib < memory_limit_kib)) || fail "it kept $kib KiB"
}
