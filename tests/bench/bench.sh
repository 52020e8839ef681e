#!/usr/bin/env bash
# bench.sh - hythe beside docker-registry, on the same disk, in one run
# SPDX-License-Identifier: ISC
#
# Interleaved rounds, each with new data, the first to go changing with every
# round; the medians and their ratios at the end.  Environment:
#	HYTHE_BUILD                where the programs are [the source tree]
#	BENCH_DIRECTORY            where the data goes [a new one below TMPDIR]
#	BENCH_ROUNDS               [3]
#	BENCH_BYTES                of the large blob [268435456]
#	BENCH_SECONDS              of each run of wrk, or ab [3]

[ "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -u -o pipefail

HYTHE_SOURCE=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
HYTHE_BUILD=$(cd "${HYTHE_BUILD:-$HYTHE_SOURCE}" && pwd)
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

. "$HYTHE_SOURCE/tests/servers/lighttpd.bash"
. "$HYTHE_SOURCE/tests/clients/docker_registry.bash"
. "$HYTHE_SOURCE/tests/clients/images.bash"

rounds=${BENCH_ROUNDS:-3}
bytes=${BENCH_BYTES:-268435456}
seconds=${BENCH_SECONDS:-3}
connections=16
manifest_type=application/vnd.docker.distribution.manifest.v2+json

stop() {
	printf 'bench: %s\n' "$*" >&2
	exit 1
}

clean_up() {
	[[ ! ${server_pid:-} ]] || server_stop
	[[ ! ${docker_registry_pid:-} ]] || docker_registry_stop
	rm -rf "$directory"
}

look_for_tools() {
	local tool

	for tool in lighttpd docker-registry curl; do
		type -P "$tool" >/dev/null || stop "no $tool here"
	done
	type -P wrk >/dev/null || type -P ab >/dev/null || stop 'neither wrk nor ab here'
}

start() {
	directory=$(mktemp -d "${BENCH_DIRECTORY:-${TMPDIR:-/tmp}}/hythe-bench.XXXXXX") || exit
	trap clean_up EXIT
	trap 'exit 1' INT TERM
	server_start fastcgi "$directory/hythe" || stop 'lighttpd did not start'
	mkdir "$directory/docker-registry-store"
	docker_registry_start "$directory/docker-registry" "$directory/docker-registry-store" ||
		stop 'docker-registry did not start'
	declare -gA at=([hythe]=$URL [docker-registry]=http://$docker_registry)
}

# ask EXPECTED-STATUS curl's arguments...
ask() {
	local got

	got=$(curl -sS -o "$directory/answer" -D "$directory/headers" -w '%{http_code}' \
		-H Expect: "${@:2}")
	[[ $got == "$1" ]] || stop "answered $got, not $1: ${*:2}"
}

# Where the last answer pointed to, whole.
location() {
	local to

	to=$(tr -d '\r' <"$directory/headers" | sed -n 's/^[Ll]ocation: //p')
	[[ $to == http* ]] || to=$1$to
	printf %s "$to"
}

# push BASE FILE DIGEST: POST, one PATCH, PUT, as docker does it.
push() {
	local to query='?'

	ask 202 -X POST -H 'Content-Length: 0' "$1/v2/bench/blobs/uploads/"
	to=$(location "$1")
	ask 202 -X PATCH -T "$2" -H 'Content-Type: application/octet-stream' "$to"
	to=$(location "$1")
	[[ $to != *\?* ]] || query='&'
	ask 201 -X PUT -H 'Content-Length: 0' "$to${query}digest=$3"
}

pull() {
	curl -sSf -o /dev/null "$1/v2/bench/blobs/$2" || stop 'a pull failed'
}

declare -A results

# timed WHAT WHO COMMAND...: bytes in a microsecond, which are MB/s.
timed() {
	local begin end

	begin=${EPOCHREALTIME/./}
	"${@:3}"
	end=${EPOCHREALTIME/./}
	results[$1/$2]+="$((bytes / (end - begin))) "
}

# rate WHAT WHO URL: requests a second.
rate() {
	local number header="Accept: $manifest_type"

	if type -P wrk >/dev/null; then
		number=$(wrk -t 2 -c "$connections" -d "$seconds" -H "$header" "$3" |
			awk '/Non-2xx/ { bad = 1 } /^Requests\/sec/ { print bad ? "" : $2 }')
	else
		number=$(ab -q -k -c "$connections" -t "$seconds" -n 10000000 \
			-H "$header" "$3" 2>&1 |
			awk '/^Non-2xx/ { bad = 1 } /^Requests per second/ { print bad ? "" : $4 }')
	fi
	[[ $number ]] || stop "errors under load: $3"
	results[$1/$2]+="$number "
}

# An image of one layer of 1 MiB, in both.
prepare() {
	local who

	head -c 1048576 /dev/urandom >"$directory/small"
	small=$(digest_of "$directory/small")
	printf '{}' >"$directory/config"
	cat >"$directory/manifest" <<-END
	{ "schemaVersion": 2, "mediaType": "$manifest_type",
	"config": { "mediaType": "application/vnd.docker.container.image.v1+json",
	"digest": "$(digest_of "$directory/config")", "size": 2 },
	"layers": [ { "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
	"digest": "$small", "size": 1048576 } ] }
	END
	for who in hythe docker-registry; do
		push "${at[$who]}" "$directory/small" "$small"
		push "${at[$who]}" "$directory/config" "$(digest_of "$directory/config")"
		ask 201 -X PUT -T "$directory/manifest" -H "Content-Type: $manifest_type" \
			"${at[$who]}/v2/bench/manifests/latest"
	done
}

# run_round NUMBER
run_round() {
	local who digest order=(hythe docker-registry)

	(($1 % 2)) || order=(docker-registry hythe)
	head -c "$bytes" /dev/urandom >"$directory/large"
	digest=$(digest_of "$directory/large")
	for who in "${order[@]}"; do
		sync
		timed push "$who" push "${at[$who]}" "$directory/large" "$digest"
	done
	for who in "${order[@]}"; do
		timed pull "$who" pull "${at[$who]}" "$digest"
	done
	for who in "${order[@]}"; do
		rate manifest "$who" "${at[$who]}/v2/bench/manifests/latest"
		rate small "$who" "${at[$who]}/v2/bench/blobs/$small"
	done
}

median() {
	tr ' ' '\n' <<<"$1" | grep . | sort -n |
		awk '{ at[NR] = $1 }
			END { print (at[int((NR + 1) / 2)] + at[int(NR / 2) + 1]) / 2 }'
}

row() {
	local hythe other

	hythe=$(median "${results[$1/hythe]}")
	other=$(median "${results[$1/docker-registry]}")
	awk -v what="$2" -v hythe="$hythe" -v other="$other" \
		'BEGIN { printf "%-34s %12.1f %16.1f %8.2f\n", what, hythe, other, hythe / other }'
}

look_for_tools
start
prepare
for ((number = 1; number <= rounds; number++)); do
	printf 'round %d of %d\n' "$number" "$rounds" >&2
	run_round "$number"
done
printf '%-34s %12s %16s %8s\n' "medians of $rounds rounds" hythe docker-registry ratio
row push "push of $((bytes >> 20)) MiB, MB/s"
row pull "pull of $((bytes >> 20)) MiB, MB/s"
row manifest 'GET of a manifest by tag, 1/s'
row small 'GET of a blob of 1 MiB, 1/s'
