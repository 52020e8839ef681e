# helper.bash - what the tests of the hythe command start from
# SPDX-License-Identifier: ISC
#
# Images are pushed with the helpers of the API's tests, by CGI; each test has a
# store of its own.

. "$HYTHE_SOURCE/tests/registry/helper.bash"

DRIVER=cgi

eval "registry_$(declare -f setup)"

setup() {
	registry_setup || return
	name=t$BATS_TEST_NUMBER
	store=$BATS_TEST_TMPDIR/store
	v2=$store/docker/registry/v2
	mkdir -m 2750 "$store"
}

# A store is no use after its test, and may be large.
teardown() {
	rm -rf "${BATS_TEST_TMPDIR:?}"/*
}

# hythe COMMAND [ARGUMENT]...: on this test's store; what it says is in the files
# $said and $complained.
hythe() {
	local directory

	said=$BATS_TEST_TMPDIR/said
	complained=$BATS_TEST_TMPDIR/complained
	for directory in "$HYTHE_BUILD" "$HYTHE_BUILD/admin" ''; do
		[[ ! -x ${directory:+$directory/}hythe || -d ${directory:+$directory/}hythe ]] || break
	done
	env -u HYTHE_SOURCE -u HYTHE_BUILD -u HYTHE_TEST_STRICT HYTHE_CONFIG=/dev/null \
		HYTHE_STORAGE="$store" "${hythe_settings[@]}" \
		"${directory:+$directory/}hythe" "$@" >"$said" 2>"$complained" 3>&-
}

hythe_settings=()

# hythe_must COMMAND...: it succeeds, and complains of nothing.
hythe_must() {
	hythe "$@" || fail "hythe $* ended with $?" "$(<"$said")" "$(<"$complained")" || return
	[[ ! -s $complained ]] || fail "hythe $* complained: $(<"$complained")"
}

# hythe_fails STATUS COMMAND...
hythe_fails() {
	local result=0

	hythe "${@:2}" || result=$?
	((result == $1)) ||
		fail "hythe ${*:2} ended with $result" "$(<"$said")" "$(<"$complained")"
}

# All there is below the store: types, modes, sizes, times, names, contents.
whole_listing() {
	(cd "$store" && find . -printf '%y %m %s %T@ %l %p\n' | sort -k 6 &&
		find . -type f -exec sha256sum {} + | sort -k 2)
}

# age FILE...: let it be from another time.
age() {
	touch -h -d '2020-01-01' "$@"
}

blob_directory() {
	local algorithm=${1%%:*} hex=${1#*:}

	printf %s "$v2/blobs/$algorithm/${hex:0:2}/$hex"
}

layer_directory() {
	printf %s "$v2/repositories/${2:-$name}/_layers/${1/:/\/}"
}

revision_directory() {
	printf %s "$v2/repositories/${2:-$name}/_manifests/revisions/${1/:/\/}"
}
