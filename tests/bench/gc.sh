#!/usr/bin/env bash
# gc.sh - how fast the collector and the checker are, while pushes go on
# SPDX-License-Identifier: ISC
#
# Environment:
#	HYTHE_BUILD       where the programs are [the source tree]
#	BENCH_DIRECTORY   where the data goes [a new one below TMPDIR]
#	BENCH_BLOBS       how many small blobs [1000000, which take 16 GB]
#	BENCH_GARBAGE     how many per cent of them no manifest names [50]

[ "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -u -o pipefail

HYTHE_SOURCE=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
HYTHE_BUILD=$(cd "${HYTHE_BUILD:-$HYTHE_SOURCE}" && pwd)
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

. "$HYTHE_SOURCE/tests/servers/lighttpd.bash"
. "$HYTHE_SOURCE/tests/clients/images.bash"

blobs=${BENCH_BLOBS:-1000000}
garbage=${BENCH_GARBAGE:-50}
type=application/vnd.oci.image.manifest.v1+json

stop() {
	printf 'gc.sh: %s\n' "$*" >&2
	exit 1
}

clean_up() {
	[[ ! ${pusher:-} ]] || kill "$pusher" 2>/dev/null
	[[ ! ${server_pid:-} ]] || server_stop
	rm -rf "$directory"
}

# timed WHAT COMMAND...: a line of its wall clock and processor time, and memory.
timed() {
	command time -f "$1: %e s, %U s user, %S s system, %M KiB at most" -o "$directory/time" \
		"${@:2}" >"$directory/said" 2>&1 || stop "$1 failed: $(tail -n 5 "$directory/said")"
	cat "$directory/time"
}

hythe() {
	env -i PATH="$PATH" HYTHE_CONFIG=/dev/null HYTHE_STORAGE="$store" "$HYTHE_BUILD/admin/hythe" "$@"
}

# The store's programs, as a client sees them; prints the status.
ask() {
	curl -sS -o "$directory/answer" -D "$directory/headers" -w '%{http_code}' -H Expect: "$@"
}

# One image of one new layer, in its own repository; false if anything fails.
push() {
	local file=$directory/layer to digest config

	config=44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
	printf '{}' >"$directory/config"
	head -c 20000 /dev/urandom >"$file"
	digest=$(digest_of "$file")
	[[ $(ask -X POST --data-binary "@$file" "$URL/v2/pushed/blobs/uploads/?digest=$digest") == 201 ]] || return
	[[ $(ask -X POST --data-binary "@$directory/config" \
		"$URL/v2/pushed/blobs/uploads/?digest=sha256:$config") == 201 ]] || return
	printf '{"schemaVersion":2,"config":{"mediaType":"%s","digest":"%s","size":2},"layers":[%s]}' \
		application/vnd.oci.image.config.v1+json "sha256:$config" \
		"{\"mediaType\":\"a/b\",\"digest\":\"$digest\",\"size\":20000}" >"$directory/manifest"
	[[ $(ask -X PUT -T "$directory/manifest" -H "Content-Type: $type" \
		"$URL/v2/pushed/manifests/t$1") == 201 ]]
}

# Push until killed; $directory/pushes has a line of milliseconds for each.
push_on() {
	local i begin

	for ((i = 0; ; i++)); do
		begin=${EPOCHREALTIME/./}
		if push $i; then
			echo "ok $(((${EPOCHREALTIME/./} - begin) / 1000))"
		else
			echo "failed $(cat "$directory/answer")"
		fi
		sleep 0.05
	done >"$directory/pushes"
}

for tool in lighttpd curl; do
	type -P $tool >/dev/null || stop "no $tool here"
done
[[ -x /usr/bin/time ]] || stop 'no time(1) here'
[[ -x $HYTHE_BUILD/tests/bench/fill ]] || make -s -C "$HYTHE_BUILD" tests/bench/fill || exit
directory=$(mktemp -d "${BENCH_DIRECTORY:-${TMPDIR:-/tmp}}/hythe-bench.XXXXXX") || exit
trap clean_up EXIT
trap 'exit 1' INT TERM
store=$directory/store
mkdir -m 2750 "$store"
server_storage=$store
timed "fill with $blobs blobs" "$HYTHE_BUILD/tests/bench/fill" "$store" "$blobs" "$garbage"
server_start fastcgi "$directory/server" || stop 'lighttpd did not start'
export -f hythe
export HYTHE_BUILD store
timed 'fsck' bash -c 'hythe fsck'
timed 'fsck --hash' bash -c 'hythe fsck --hash'
push_on &
pusher=$!
timed 'gc, that condemns' bash -c 'hythe gc --grace 0 --linger 0 --verbose'
grep -E '^(blobs|links|memory)' "$directory/said"
timed 'gc, that removes' bash -c 'hythe gc --grace 0 --linger 0 --verbose'
grep -E '^(blobs|links|memory|bytes)' "$directory/said"
timed 'gc, that has nothing to do' bash -c 'hythe gc --grace 1h --verbose'
kill $pusher
wait $pusher 2>/dev/null
pusher=
awk '/^ok/ { count++; sum += $2; if ($2 > most) most = $2 } /^failed/ { failed++ }
	END { printf "pushes meanwhile: %d, %d ms each, %d ms at most, %d failed\n", count,
		count ? sum / count : 0, most, failed }' "$directory/pushes"
grep failed "$directory/pushes" | head -n 3
timed 'fsck after it' bash -c 'hythe fsck'
