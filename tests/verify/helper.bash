# helper.bash - what the tests of hythe-verify start from
# SPDX-License-Identifier: ISC
#
# HYTHE_SOURCE and HYTHE_BUILD are the two trees.

bats_require_minimum_version 1.8.0

HYTHE_SOURCE=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
HYTHE_BUILD=$(cd "${HYTHE_BUILD:-$HYTHE_SOURCE}" && pwd)
export HYTHE_SOURCE HYTHE_BUILD
verify_tests=$HYTHE_SOURCE/tests/verify

. "$HYTHE_SOURCE/tests/servers/lighttpd.bash"
. "$HYTHE_SOURCE/tests/clients/docker_registry.bash"

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

fail() {
	printf '%s\n' "$@" >&2
	return 1
}

# hythe_start MODE DIRECTORY: hythe behind lighttpd at $URL, to be ended by server_stop.
hythe_start() {
	server_start "$1" "$2"
	export server_pid server_sockets
}

# The command as it would be run alone: with nothing of bats, and of these tests.
hythe_verify() (
	command=$HYTHE_SOURCE/verify/hythe-verify
	PATH=${PATH//"${BATS_LIBEXEC:-/nowhere}:"/}
	unset ${!BATS_@} HYTHE_SOURCE REGISTRY_URL REGISTRY_STORAGE DRIVER HYTHE_TEST_STRICT
	exec "$command" "$@" 3>&-
)

# Keep what it printed in the file `out`.
verify() {
	hythe_verify "$@" >out 2>err
}

# faulty_start PORT FAULT: a proxy before the registry at a port, at $faulty.
faulty_start() {
	local port

	exec 7< <(exec perl "$verify_tests/faulty.pl" "$1" "$2" 3>&-)
	faulty_pid=$!
	read -r -t 60 port <&7
	faulty=http://127.0.0.1:$port
}

faulty_stop() {
	[[ ${faulty_pid:-} ]] || return 0
	kill "$faulty_pid" 2>/dev/null || :
	faulty_pid=
	exec 7<&-
}
