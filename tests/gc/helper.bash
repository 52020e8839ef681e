# helper.bash - what the tests of the hythe command start from
# SPDX-License-Identifier: ISC
#
# Images are pushed with the helpers of the API's tests, by CGI; each test has a
# store of its own.

. "${BASH_SOURCE[0]%/*}/../registry/helper.bash"

DRIVER=cgi

eval "registry_$(declare -f setup)"

setup() {
	registry_setup || return
	name=t$BATS_TEST_NUMBER
	store=$BATS_TEST_TMPDIR/store
	v2=$store/docker/registry/v2
	mkdir -m 2750 "$store"
	# Power is not cut here; tests/registry/ has the syncs.
	request_settings=(HYTHE_DURABILITY=none)
	hythe_settings=(HYTHE_DURABILITY=none)
}

# A store is no use after its test, and may be large.
teardown() {
	rm -rf "${BATS_TEST_TMPDIR:?}"/*
}

# hythe COMMAND [ARGUMENT]...: on this test's store; what it says is in the files
# $said and $complained.
hythe() {
	said=$BATS_TEST_TMPDIR/said
	complained=$BATS_TEST_TMPDIR/complained
	hythe_find || return
	env -u HYTHE_SOURCE -u HYTHE_BUILD -u HYTHE_TEST_STRICT HYTHE_CONFIG=/dev/null \
		HYTHE_STORAGE="$store" "${hythe_settings[@]}" \
		"$hythe" "$@" >"$said" 2>"$complained" 3>&-
}

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

# unchanged BEFORE [PATTERN]: the listing is as it was, but for lines of the
# pattern.
unchanged() {
	diff <(grep -v "${2:-^$}" <<<"$1") <(whole_listing | grep -v "${2:-^$}") >changes ||
		fail "changed: $(head -n 20 changes)"
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

# One run, as hasty as can be.
collect() {
	hythe_must gc --grace 0 --linger 0 "$@"
}

# expect_counts KIND TEXT: what the last run said of it.
expect_counts() {
	expect_equal "$(grep "^$1: [0-9]* kept" "$said")" "$1: $2"
}

# condemn FILE: mark it as run 1 would have.
condemn() {
	local inode time

	read -r inode time < <(stat -c '%i %.9Y' "$1")
	printf 'run 1\ninode %s\nmtime %s\n' "$inode" "$time" >"${1%/*}/condemned"
}

# The store as it was when it was moved to `pristine`.  Copies are other files, for
# which the marks would be void.
restore() {
	local mark file

	rm -rf "$store"
	cp -a pristine "$store"
	find "$v2" -name condemned ! -path '*/hythe/*' >marks
	while read -r mark; do
		for file in "${mark%/*}"/{data,link}; do
			[[ ! -e $file ]] || condemn "$file"
		done
	done <marks
}

# pullable FILE: the manifest is there, byte for byte, and all that it names.
pullable() {
	local digest

	digest=$(digest_of "$1")
	request GET manifest "$name" "$digest"
	expect_status 200 && expect_body "$1" || return
	for digest in $(jq -r '(.config // empty, .layers[]?) | .digest' "$1"); do
		request GET blob "$name" "$digest"
		expect_status 200 || return
		expect_equal "$(digest_of "$body" "${digest%%:*}")" "$digest" || return
	done
}

# The digests of a repository's manifests.
revisions() {
	(cd "$v2/repositories/$1/_manifests/revisions" && find . -name link -exec cat {} +)
}

# FAULT_EVERY=1 interrupts a program before each of its changes, else it is some of
# them, other ones each time.
fault_step=${FAULT_EVERY:-5}

fault_first() {
	printf %s $((RANDOM % fault_step + 1))
}
