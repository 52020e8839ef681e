# helper.bash - what the tests of two hosts start from
# SPDX-License-Identifier: ISC
#
# check.bash has started the hosts; a test asks the one that it is `on`.

. "${BASH_SOURCE[0]%/*}/../registry/helper.bash"
. "$HYTHE_SOURCE/tests/hosts/ceph.bash"
. "$HYTHE_SOURCE/tests/hosts/hosts.bash"

DRIVER=http

# on N|balancer: whom the next requests ask.
on() {
	local url=HOST_$1 storage=HOST_STORAGE_$1

	if [[ $1 == balancer ]]; then
		REGISTRY_URL=$BALANCER
	else
		REGISTRY_URL=${!url}
		store=${!storage} v2=${!storage}/docker/registry/v2
	fi
	export REGISTRY_URL
}

# apart NAME: what runs beside the test has its files, and answers, in a directory.
apart() {
	BATS_TEST_TMPDIR=$BATS_TEST_TMPDIR/$1
	mkdir -p "$BATS_TEST_TMPDIR" && cd "$BATS_TEST_TMPDIR" || return
}

# A check of the mounts comes before there are hosts.
REGISTRY_URL=${HOST_1:-http://127.0.0.1}
REGISTRY_STORAGE=${HOST_STORAGE_1:-}

# hythe_on N COMMAND [ARGUMENT]...: on that host's mount.  The clocks are one here, so
# a grace time may be short.
hythe_on() {
	local storage=HOST_STORAGE_$1

	env -u HYTHE_SOURCE -u HYTHE_BUILD -u HYTHE_TEST_STRICT HYTHE_CONFIG=/dev/null \
		HYTHE_STORAGE="${!storage}" HYTHE_HOSTS="${hosts_setting:-many}" \
		"$HYTHE_BUILD/admin/hythe" "${@:2}" 3>&-
}

# sound: nothing is wrong with the store, for either host.
sound() {
	local each

	for each in 1 2; do
		hythe_on "$each" fsck >fsck 2>&1 || fail "fsck on host $each: $(<fsck)" || return
	done
}
