# registry.bash - a registry to measure, in a directory that ends with the bench
# SPDX-License-Identifier: ISC
#
# For growth.sh and lists.sh, which set HYTHE_SOURCE and HYTHE_BUILD.  BENCH_DIRECTORY is
# where the data goes [a new one below TMPDIR].

export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

. "$HYTHE_SOURCE/tests/servers/lighttpd.bash"
. "$HYTHE_SOURCE/verify/content.bash"
. "$HYTHE_SOURCE/tests/bench/processes.bash"

server_settings=(OPEN=yes DURABILITY=none)

stop() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

clean_up() {
	[[ ! ${server_pid:-} ]] || server_stop
	rm -rf "$directory"
}

# begin TOOL...: need these beside lighttpd and curl, and work in a new `directory`.
begin() {
	local tool

	for tool in lighttpd curl "$@"; do
		type -P "$tool" >/dev/null || stop "no $tool here"
	done
	directory=$(mktemp -d "${BENCH_DIRECTORY:-${TMPDIR:-/tmp}}/hythe-bench.XXXXXX") || exit
	trap clean_up EXIT
	trap 'exit 1' INT TERM
	cd "$directory" || exit
}

# Programs are started anew with their server.
start() {
	server_start fastcgi "$directory/server" || stop 'lighttpd did not start'
}

# process_of PROGRAM: the one process of it that the server started.
process_of() {
	local pid

	for pid in $(tree "$server_pid"); do
		[[ $(readlink "/proc/$pid/exe") != */"$1" ]] || { echo "$pid" && return; }
	done
	return 1
}

# resident_of PID: the most KiB it had in memory so far.
resident_of() {
	sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status"
}

# The file `index`, a manifest that needs no blobs; its digest is `digest`.
make_index() {
	printf '{"schemaVersion":2,"mediaType":"%s","manifests":[]}' "$oci_index" >index
	digest=$(digest_of index)
}
