# helper.bash - a registry, and images made here to push to it
# SPDX-License-Identifier: ISC
#
# HYTHE_SOURCE and HYTHE_BUILD are the source and the build tree.  The registry is
# behind a lighttpd of our own, or it is the one at REGISTRY_URL on this machine, with
# REGISTRY_STORAGE and, for https, VERIFY_CACERT, its certificate.  Nothing here needs a
# network.  HYTHE_TEST_STRICT=1 makes a missing client a failure.

bats_require_minimum_version 1.5.0

HYTHE_SOURCE=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
HYTHE_BUILD=$(cd "${HYTHE_BUILD:-$HYTHE_SOURCE}" && pwd)
export HYTHE_SOURCE HYTHE_BUILD LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

. "$HYTHE_SOURCE/verify/url.bash"
. "$HYTHE_SOURCE/tests/servers/lighttpd.bash"
. "$HYTHE_SOURCE/tests/clients/docker_registry.bash"
. "$HYTHE_SOURCE/tests/clients/images.bash"

fail() {
	printf '%s\n' "$@" >&2
	return 1
}

skip_because() {
	[[ ! ${HYTHE_TEST_STRICT:-} ]] || fail "may not be skipped here: $1"
	skip "$1"
}

need() {
	local tool

	for tool; do
		type -P "$tool" >/dev/null || skip_because "no $tool here"
	done
}

expect_equal() {
	[[ $1 == "$2" ]] || fail "expected: $2" "     got: $1"
}

# One registry for the tests of a file; $registry is its host and port, $root its
# URL.  Each test has a repository of its own, $name.
registry_start() {
	if [[ ${REGISTRY_URL:-} ]]; then
		STORAGE=$REGISTRY_STORAGE
	else
		need lighttpd
		server_start fastcgi "$BATS_FILE_TMPDIR/server"
	fi
	export root=$REGISTRY_URL registry=${REGISTRY_URL#*://} STORAGE server_pid server_sockets
	[[ ! ${VERIFY_CACERT:-} ]] || export CURL_CA_BUNDLE=$VERIFY_CACERT
}

registry_stop() {
	[[ ${server_pid:-} ]] || return 0
	server_stop
	never_overloaded "$BATS_FILE_TMPDIR/server"
}

# lighttpd answers 503 when it says one of these, and a client may hide that by
# asking again.
never_overloaded() {
	local log=$1/error.log

	! grep -E 'overload|are down' "$log" >&2
}

setup_file() {
	registry_start
}

teardown_file() {
	registry_stop
}

setup() {
	local file=${BATS_TEST_FILENAME##*/}

	name=${file%.bats}/t$BATS_TEST_NUMBER
	cd "$BATS_TEST_TMPDIR" || return
}

# The disk need only hold what one test takes.
teardown() {
	rm -rf "${BATS_TEST_TMPDIR:?}"/*
}

# wait_until COMMAND...: ten seconds at most
wait_until() {
	local tries=500

	while ((tries--)); do
		! "$@" || return 0
		sleep 0.02
	done
	fail "in vain waited for: $*"
}

# process_of PROGRAM: $pid, of the one below lighttpd.
process_of() {
	local status

	pid=''
	for status in $(grep -lsx "PPid:	$server_pid" /proc/[0-9]*/status); do
		[[ $(readlink "${status%/status}/exe") != */"$1" ]] || pid=${status//[^0-9]/}
	done
	[[ $pid ]]
}

# Prints the URL of an endpoint, as hythe-url(1) has it; of another registry after
# --root.
endpoint() {
	hythe_find || return
	[[ $1 == --root ]] || set -- --root "${root:-http://$registry}" "$@"
	"$hythe" url "$@"
}

# The start of an upload session; $location is its path.
open_session() {
	location=$(curl -sSf -X POST -H 'Content-Length: 0' -D - -o /dev/null \
		"$(endpoint uploads "$name")" |
		tr -d '\r' | sed -n 's/^[Ll]ocation: //p')
	[[ $location ]]
}

# send METHOD LOCATION FILE [option]...: prints the status.
send() {
	curl -sS -o answer -w '%{http_code}' -X "$1" -T "$3" -H Expect: "${@:4}" \
		"$(endpoint at "$2")"
}

# close_session DIGEST: prints the status.
close_session() {
	curl -sS -o answer -w '%{http_code}' -X PUT -H 'Content-Length: 0' \
		"$(endpoint at "$location" "digest=$1")"
}

# skopeo COMMAND...: without a policy, over plain http.
skopeo() {
	command skopeo --insecure-policy --tmpdir "$BATS_TEST_TMPDIR" "$@"
}

# copy SOURCE TARGET [option]...
copy() {
	skopeo copy --quiet --src-tls-verify=false --dest-tls-verify=false "${@:3}" "$1" "$2"
}

# docker-registry refuses who does not say so.
accept=()
for type in oci.image.manifest.v1 oci.image.index.v1 docker.distribution.manifest.v2 \
	docker.distribution.manifest.list.v2; do
	accept+=(-H "Accept: application/vnd.$type+json")
done

# The digest that the registry has for a reference; or another, at that host and port.
remote_digest() {
	local root=${root:-}

	[[ ! ${2:-} ]] || root=http://$2
	curl -sSf -o "$BATS_TEST_TMPDIR/manifest" "${accept[@]}" \
		"$(endpoint manifest "${1%:*}" "${1##*:}")"
	digest_of "$BATS_TEST_TMPDIR/manifest"
}

# same_layout A B: every manifest and blob that B names is in A, and the same.
same_layout() {
	local file

	[[ -n $(ls "$2/blobs/sha256") ]]
	for file in "$2"/blobs/sha256/*; do
		cmp "$file" "$1/blobs/sha256/${file##*/}" || return
	done
	diff <(ls "$1/blobs/sha256") <(ls "$2/blobs/sha256")
}
