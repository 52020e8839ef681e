#!/usr/bin/env bash
# soak.bash - soak.pl, with two web servers on one store
# SPDX-License-Identifier: ISC
#
# usage: soak.bash [STORE STORE]
#
# Two directories are the same one as two hosts see it, one for each web server.

set -u

. "$HYTHE_SOURCE/tests/servers/lighttpd.bash"
# On a machine with more to do, too, no lock is waited for in vain.
server_settings=(OPEN=yes LOCK_WAIT=60s RESERVE=0)

directory=$(mktemp -d -p "${TMPDIR:-$(test -w /dev/shm && echo /dev/shm || echo /tmp)}" hythe-soak.XXXXXX) || exit
stores=("$directory/store" "$directory/store")
if (($# == 2)); then
	stores=("$@")
	server_settings+=(HOSTS=many)
	export LOCK_WAIT=60s
fi
stops=()

clean() {
	local each

	for each in "${stops[@]}"; do
		# shellcheck disable=SC2034
		read -r server_pid server_sockets <<<"$each"
		server_stop
	done
	rm -rf "$directory"
}
trap clean EXIT
trap 'exit 143' HUP INT TERM

servers=()
for each in 0 1; do
	mkdir "$directory/$each"
	server_storage=${stores[each]} server_spool=$directory/$each/spool
	server_start fastcgi "$directory/$each" || exit
	servers+=("$server_host:$port=$server_pid=$server_storage")
	stops+=("$server_pid $server_sockets")
done
perl "$HYTHE_SOURCE/tests/faults/soak.pl" "${servers[@]}" &
soak=$!
trap 'kill -TERM $soak; wait $soak; exit 143' HUP INT TERM
wait $soak
