#!/usr/bin/env bats
# faults.bats - hythe-verify finds each planted fault, and names it
# SPDX-License-Identifier: ISC
#
# Each fault is in front of a hythe that has none.  LONG=1 runs all cases for each.

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/verify/helper.bash"

setup_file() {
	hythe_start fastcgi "$BATS_FILE_TMPDIR/server"
}

teardown() {
	faulty_stop
}

teardown_file() {
	server_stop
}

# find FAULT CASE: the case is not right.
find() {
	local of=(--only "$2")

	[[ ! ${LONG:-} ]] || of=()
	faulty_start "${URL##*:}" "$1"
	verify --timeout "$find_timeout" "${of[@]}" --report report.json \
		"$faulty" || :
	faulty_stop
	jq -e --arg case "$2" '[.cases[] | select(.name | startswith($case)) |
		.result | IN("wrong", "should", "differs")] | length > 0 and all' report.json >/dev/null || {
		printf 'not found: %s\n' "$1"
		jq -c '.cases[] | [.name, .result, .reason]' report.json
		return 1
	}
}

@test "without a fault, but with all between: each of the cases that find one is right" {
	local -a only=()

	while IFS=$'\t' read -r _ name; do
		only+=(--only "$name")
	done < <(grep -v '^#' "$verify_tests/faults")
	faulty_start "${URL##*:}" none
	verify "${only[@]}" --report report.json "$faulty"
	faulty_stop
	jq -e '.results | .does > 25 and .does == ([.[]] | add)' report.json
	jq -e '.left == []' report.json
}

@test "the list of faults is the proxy's, and each names a case" {
	local fault name

	diff <(perl "$verify_tests/faulty.pl" --list) <(grep -v '^#' "$verify_tests/faults" | cut -f 1 | sort)
	while IFS=$'\t' read -r fault name; do
		[[ $(hythe_verify --list --only "$name") ]] || fail "$fault: no case $name"
	done < <(grep -v '^#' "$verify_tests/faults")
}

@test "every planted fault is found, and the case that finds it is the one that names it" {
	local fault name find_timeout found=0

	while IFS=$'\t' read -r fault name; do
		find_timeout=30
		[[ $fault != hangs ]] || find_timeout=3
		find "$fault" "$name"
		found=$((found + 1))
	done < <(grep -v '^#' "$verify_tests/faults")
	((found >= 25))
}
