#!/usr/bin/env bash
# comparison.sh - make docs/comparison.md: hythe and docker-registry, side by side
# SPDX-License-Identifier: ISC
#
# HYTHE_SOURCE and HYTHE_BUILD are the two trees; the page goes to the first.

set -eu

. "$HYTHE_SOURCE/tests/servers/lighttpd.bash"
. "$HYTHE_SOURCE/tests/clients/docker_registry.bash"
directory=$(mktemp -d "${TMPDIR:-/tmp}/hythe-comparison.XXXXXX")
trap 'server_stop; docker_registry_stop; rm -rf "$directory"' EXIT
server_pid='' docker_registry_pid='' server_sockets=$directory/sockets
verify=$HYTHE_SOURCE/verify/hythe-verify

# report NAME URL: what it is called in the comparison is its name, not where it ran.
report() {
	env -u HYTHE_SOURCE "$verify" --report "$directory/report" "$2" || :
	jq --arg title "$1" '.title = $title' "$directory/report" >"$directory/$1.json"
}

server_start fastcgi "$directory/hythe"
report hythe "$URL"
docker_registry_start "$directory/registry" "$directory/store"
report "docker-registry $(docker-registry --version | awk '{ print $3 }')" "http://$docker_registry"
{
	cat <<-'END'
	# hythe and docker-registry

	What `hythe-verify` finds at both, made by `make comparison` with its `--compare`:
	the sums, and then the cases whose results are not the same. [verify.md](verify.md)
	says how to read the words.

	END
	"$verify" --compare "$directory"/hythe.json "$directory"/docker-registry*.json
} >"$directory/page"
cp "$directory/page" "$HYTHE_SOURCE/docs/comparison.md"
