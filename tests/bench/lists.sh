#!/usr/bin/env bash
# lists.sh - long lists: how long a page takes, and in how much memory
# SPDX-License-Identifier: ISC
#
# Repositories with few and with many tags, and subjects with few and with many
# referrers, pushed through lighttpd; then pages of them, each row from programs
# just started.  Prints a table: milliseconds (the median), those that
# hythe-discovery was running (the mean), and its greatest resident size in KiB
# before the row's requests and after them.  Environment:
#	HYTHE_BUILD                where the programs are [the source tree]
#	BENCH_DIRECTORY            where the data goes [a new one below TMPDIR]
#	BENCH_LENGTHS              of the lists [100 10000]
#	BENCH_REQUESTS             for each row [21]

[ "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -u -o pipefail

HYTHE_SOURCE=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
HYTHE_BUILD=$(cd "${HYTHE_BUILD:-$HYTHE_SOURCE}" && pwd)

. "$HYTHE_SOURCE/tests/bench/registry.bash"

read -ra lengths <<<"${BENCH_LENGTHS:-100 10000}"
requests=${BENCH_REQUESTS:-21}

# transfers FILE: what a file of curl's options says, by one connection, each
# answered 201.
transfers() {
	local bad

	bad=$(sed 1d "$1" | curl -sS --config - | grep -vc '^201$')
	((bad == 0)) || stop "$bad pushes failed"
}

# One transfer in curl's options: URL FILE TYPE.
transfer() {
	printf 'next\nrequest = PUT\nurl = "%s"\nupload-file = "%s"\nheader = "Content-Type: %s"\n' "$@"
	printf 'header = "Expect:"\noutput = "/dev/null"\nwrite-out = "%%{http_code}\\n"\n'
}

# push_tags LENGTH: a hundred in a request.
push_tags() {
	local i query=''

	for ((i = 1; i <= $1; i++)); do
		printf -v query '%s&tag=v%06d' "$query" "$i"
		((i % 100 && i < $1)) && continue
		transfer "$URL/v2/tags/$1/manifests/$subject?${query#&}" index "$oci_index"
		query=''
	done >options
	transfers options
}

# push_referrers LENGTH: indexes that differ in an annotation; one of them has
# another type.
push_referrers() {
	local hex file

	rm -rf referrers
	mkdir referrers
	awk -v count="$1" -v media="$oci_index" -v subject="$subject" 'BEGIN {
		type = "sbom"
		for (i = 1; i <= count; i++) {
			file = sprintf("referrers/%06d", i)
			if (i == count)
				type = "rare"
			printf "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[]," \
				"\"artifactType\":\"application/vnd.example.%s\"," \
				"\"subject\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1}," \
				"\"annotations\":{\"org.example.number\":\"%d\"}}",
				media, type, media, subject, i >file
			close(file)
		}
	}'
	find referrers -type f -exec sha256sum {} + >sums
	while read -r hex file; do
		transfer "$URL/v2/referrers/$1/manifests/sha256:$hex" "$file" "$oci_index"
	done <sums >options
	transfers options
}

# running PID: the time that all its threads were running, in nanoseconds.
running() {
	cat "/proc/$1"/task/*/schedstat | awk '{ sum += $1 } END { printf "%.0f\n", sum }'
}

# row WHAT PATH JQ-FILTER: the filter says what the page has.
row() {
	local i before begin end pid times=''

	start
	curl -sSf -o /dev/null "$URL/v2/" || stop 'no answer'
	pid=$(process_of hythe-discovery) || stop 'no hythe-discovery runs'
	before=$(resident_of "$pid") begin=$(running "$pid")
	for ((i = 0; i < requests; i++)); do
		times+=$(curl -sSf -o page -w '%{time_total}' "$URL/v2/$2")$'\n' || stop "$2"
	done
	end=$(running "$pid")
	printf '%-46s %6s %9s %8.1f %8.1f %8s %8s\n' "$1" "$(jq -r "$3" page)" \
		"$(stat -c %s page)" "$(sort -n <<<"${times%$'\n'}" |
			awk '{ at[NR] = $1 } END { print 1000 * at[int((NR + 1) / 2)] }')" \
		"$(awk -v from="$begin" -v to="$end" -v count="$requests" \
			'BEGIN { print (to - from) / count / 1e6 }')" "$before" \
		"$(resident_of "$pid")"
	server_stop
}

# Pages of the lists of one length.
rows() {
	local length=$1 list=referrers/$1/referrers/$subject middle

	printf -v middle 'v%06d' $((length / 2))
	row "$length tags, n=100" "tags/$length/tags/list?n=100" '.tags | length'
	row "$length tags, n=100 from the middle" "tags/$length/tags/list?n=100&last=$middle" \
		'.tags | length'
	row "$length tags, all" "tags/$length/tags/list" '.tags | length'
	row "$length referrers, n=100" "$list?n=100" '.manifests | length'
	row "$length referrers, n=100 from the middle" "$list?n=100&last=sha256-8" \
		'.manifests | length'
	row "$length referrers, as many as there may be" "$list" '.manifests | length'
	row "$length referrers, the one of a type" \
		"$list?artifactType=application/vnd.example.rare" '.manifests | length'
}

begin jq
start
make_index
subject=$digest
for length in "${lengths[@]}"; do
	push_tags "$length"
	push_referrers "$length"
done
server_stop
printf '%-46s %6s %9s %8s %8s %8s %8s\n' '' shown bytes ms 'CPU ms' before after
for length in "${lengths[@]}"; do
	rows "$length"
done
for length in "${lengths[@]}"; do
	rm -rf "$STORAGE/docker/registry/v2/repositories/referrers/$length/_manifests/referrers"
	row "$length referrers, none recorded, n=100" "referrers/$length/referrers/$subject?n=100" \
		'.manifests | length'
	row "$length manifests, none recorded or referring" \
		"referrers/$length/referrers/sha256:$(printf '%064d' 0)" '.manifests | length'
	begin=${EPOCHREALTIME/./}
	env -u HYTHE_SOURCE -u HYTHE_BUILD HYTHE_CONFIG=/dev/null HYTHE_STORAGE="$STORAGE" \
		"$HYTHE_BUILD/admin/hythe" reindex "referrers/$length" || stop 'no reindex'
	printf 'in %d ms\n' $(((${EPOCHREALTIME/./} - begin) / 1000))
done
