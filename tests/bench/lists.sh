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
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

. "$HYTHE_SOURCE/tests/servers/lighttpd.bash"
. "$HYTHE_SOURCE/verify/content.bash"

read -ra lengths <<<"${BENCH_LENGTHS:-100 10000}"
requests=${BENCH_REQUESTS:-21}
server_settings=(OPEN=yes DURABILITY=none)

stop() {
	printf 'lists: %s\n' "$*" >&2
	exit 1
}

clean_up() {
	[[ ! ${server_pid:-} ]] || server_stop
	rm -rf "$directory"
}

start() {
	server_start fastcgi "$directory/server" || stop 'lighttpd did not start'
}

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

# An empty index needs no blobs.
subject_index() {
	printf '{"schemaVersion":2,"mediaType":"%s","manifests":[]}' "$oci_index" >index
	subject=$(digest_of index)
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

# The one process of hythe-discovery, which lighttpd started.
find_process() {
	for process in /proc/[0-9]*; do
		[[ $(readlink "$process/exe") != */hythe-discovery ||
		$(tr '\0' '\n' <"$process/environ") != *"HYTHE_STORAGE=$STORAGE"* ]] || return 0
	done 2>/dev/null
	stop 'no hythe-discovery runs'
}

# Its greatest resident size so far, in KiB.
peak() {
	sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "$process/status"
}

# The time that all its threads were running, in nanoseconds.
running() {
	cat "$process"/task/*/schedstat | awk '{ sum += $1 } END { printf "%.0f\n", sum }'
}

# row WHAT PATH JQ-FILTER: the filter says what the page has.
row() {
	local i before begin end times=''

	start
	curl -sSf -o /dev/null "$URL/v2/" || stop 'no answer'
	find_process
	before=$(peak) begin=$(running)
	for ((i = 0; i < requests; i++)); do
		times+=$(curl -sSf -o page -w '%{time_total}' "$URL/v2/$2")$'\n' || stop "$2"
	done
	end=$(running)
	printf '%-46s %6s %9s %8.1f %8.1f %8s %8s\n' "$1" "$(jq -r "$3" page)" \
		"$(stat -c %s page)" "$(sort -n <<<"${times%$'\n'}" |
			awk '{ at[NR] = $1 } END { print 1000 * at[int((NR + 1) / 2)] }')" \
		"$(awk -v from="$begin" -v to="$end" -v count="$requests" \
			'BEGIN { print (to - from) / count / 1e6 }')" "$before" "$(peak)"
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

for tool in lighttpd curl jq; do
	type -P "$tool" >/dev/null || stop "no $tool here"
done
directory=$(mktemp -d "${BENCH_DIRECTORY:-${TMPDIR:-/tmp}}/hythe-lists.XXXXXX") || exit
trap clean_up EXIT
trap 'exit 1' INT TERM
cd "$directory" || exit
start
subject_index
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
