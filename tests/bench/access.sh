#!/usr/bin/env bash
# access.sh - what logging in costs: an open registry, and ones with rules, in one run
# SPDX-License-Identifier: ISC
#
# GET of a manifest by tag, from four registries beside each other, all by lighttpd and
# FastCGI: open; by rules, without a login; by a password; by a token.  And how many
# tokens are given.  Interleaved rounds; the medians, and what each is of the open one.
# Environment: HYTHE_BUILD, BENCH_ROUNDS [5], BENCH_SECONDS of each run [3].

[ "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -u -o pipefail

HYTHE_SOURCE=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
HYTHE_BUILD=$(cd "${HYTHE_BUILD:-$HYTHE_SOURCE}" && pwd)
export HYTHE_SOURCE HYTHE_BUILD LC_ALL=C

. "$HYTHE_SOURCE/tests/clients/images.bash"
. "$HYTHE_SOURCE/tests/access/servers.bash"
. "$HYTHE_SOURCE/tests/access/curl.bash"

rounds=${BENCH_ROUNDS:-5}
seconds=${BENCH_SECONDS:-3}
connections=16
kinds='open rules password token tokens'
declare -A at pid sockets results
declare -A means=(
	[open]='open, nobody is asked' [rules]='by rules, without a login'
	[password]='by a password' [token]='by a token' [tokens]='tokens given, by a password'
)

stop() {
	printf 'bench: %s\n' "$*" >&2
	exit 1
}

clean_up() {
	for mode in "${!pid[@]}"; do
		server_pid=${pid[$mode]} server_sockets=${sockets[$mode]}
		server_stop
	done
	cd / && rm -rf "$directory"
}

# Three registries, each with the image.
start() {
	local user=admin password=admin got mode

	for mode in open basic public; do
		access_start "$mode" "$directory/$mode" || stop "cannot serve $mode"
		at[$mode]=$URL pid[$mode]=$server_pid sockets[$mode]=$server_sockets
		curl_push oras shared/img || stop "cannot push to $mode: $got"
	done
}

# rate KIND URL [HEADER]: requests a second.
rate() {
	local number
	local -a header=(${3:+-H "$3"})

	if type -P wrk >/dev/null; then
		number=$(wrk -t 2 -c "$connections" -d "$seconds" "${header[@]}" "$2" |
			awk '/Non-2xx/ { bad = 1 } /^Requests\/sec/ { print bad ? "" : $2 }')
	else
		number=$(ab -q -k -c "$connections" -t "$seconds" -n 10000000 "${header[@]}" "$2" 2>&1 |
			awk '/^Non-2xx/ { bad = 1 } /^Requests per second/ { print bad ? "" : $4 }')
	fi
	[[ $number ]] || stop "errors under load: $2"
	results[$1]+="$number "
}

run() {
	local path=/v2/shared/img/manifests/t scope='scope=repository:shared/img:pull'
	local basic token

	basic="Authorization: Basic $(printf alice:right | base64)"
	token=$(curl -sS -u alice:right "${at[public]}/v2/_hythe/token?$scope" | jq -r .token)
	for kind in $1; do
		case $kind in
		open) rate open "${at[open]}$path" ;;
		rules) rate rules "${at[public]}$path" ;;
		password) rate password "${at[basic]}$path" "$basic" ;;
		token) rate token "${at[public]}$path" "Authorization: Bearer $token" ;;
		tokens) rate tokens "${at[public]}/v2/_hythe/token?$scope" "$basic" ;;
		esac
	done
}

median() {
	tr ' ' '\n' <<<"$1" | grep . | sort -n |
		awk '{ at[NR] = $1 } END { print (at[int((NR + 1) / 2)] + at[int(NR / 2) + 1]) / 2 }'
}

for tool in lighttpd htpasswd curl jq; do
	PATH=$PATH:/usr/sbin:/sbin type -P "$tool" >/dev/null || stop "no $tool here"
done
type -P wrk >/dev/null || type -P ab >/dev/null || stop 'neither wrk nor ab here'
directory=$(mktemp -d "${BENCH_DIRECTORY:-${TMPDIR:-/tmp}}/hythe-bench.XXXXXX") || exit
trap clean_up EXIT
trap 'exit 1' INT TERM
cd "$directory" || exit
image=$directory/image
make_layout "$image" 1 20000
start
order=$kinds
for ((round = 1; round <= rounds; round++)); do
	printf 'round %d of %d\n' "$round" "$rounds" >&2
	run "$order"
	order="${order#* } ${order%% *}"
done
open=$(median "${results[open]}")
printf '%-34s %12s %8s\n' "medians of $rounds rounds" '1/s' 'of open'
for kind in $kinds; do
	awk -v what="${means[$kind]}" -v rate="$(median "${results[$kind]}")" -v open="$open" \
		'BEGIN { printf "%-34s %12.1f %8.2f\n", what, rate, rate / open }'
done
