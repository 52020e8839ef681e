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

# lacks [option]... PATTERN FILE...: grep finds nothing.  `! grep` would not end a test.
lacks() {
	! grep "$@"
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

# Ends with this status.
ends() {
	local result=0

	verify "${@:2}" || result=$?
	[[ $result == "$1" ]] || fail "expected to end with $1, not $result: ${*:2}" "$(<err)"
}

# on_terminal COLUMNS [option]...: run it on a terminal, whose keyboard is the standard input;
# what came there is in the file `out`.
on_terminal() {
	local command result=0

	printf -v command '%q ' "$HYTHE_SOURCE/verify/hythe-verify" "${@:2}"
	(
		PATH=${PATH//"${BATS_LIBEXEC:-/nowhere}:"/}
		unset ${!BATS_@} HYTHE_SOURCE REGISTRY_URL REGISTRY_STORAGE DRIVER HYTHE_TEST_STRICT
		TERM=xterm script -qec "stty cols $1; $command" /dev/null >out 3>&-
	) || result=$?
	return $result
}

# faulty_start PORT FAULT [ARGUMENT]: a proxy before the registry at a port, at $faulty; or
# one more.
faulty_start() {
	local port

	exec {faulty_from}< <(exec perl "$verify_tests/faulty.pl" "$@" 3>&-)
	faulty_pids+=" $!"
	read -r -t 60 port <&"$faulty_from"
	exec {faulty_from}<&-
	faulty=http://${FAULTY_HOST:-127.0.0.1}:$port
	[[ $faulty != http://*:*:* ]] || faulty=http://[$FAULTY_HOST]:$port
}

faulty_stop() {
	local pid

	for pid in ${faulty_pids:-}; do
		kill "$pid" 2>/dev/null || :
	done
	faulty_pids=
}
