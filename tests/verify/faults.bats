#!/usr/bin/env bats
# faults.bats - hythe-verify finds each planted fault, and names it
# SPDX-License-Identifier: ISC
#
# Each fault is in front of a hythe that has none.  LONG=1 runs all cases for each, which
# takes about an hour; FAULTS='hangs no-.*' only for some, and what was found of each
# is in $FAULTS_LOG, if that is set.

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

# find FAULT CASE: the case is not right; and then the others that were run are told.
find() {
	local of=(--only "$2")

	[[ ! ${LONG:-} ]] || of=()
	faulty_start "${URL##*:}" "$1"
	verify --timeout "$find_timeout" "${of[@]}" --report report.json \
		"$faulty" || :
	faulty_stop
	[[ ! ${FAULTS_LOG:-} ]] ||
		jq -r --arg fault "$1" '.results | "\($fault): \(.wrong) wrong, \(.should) should, \(
			.differs) differs, of \([.[]] | add)"' report.json >>"$FAULTS_LOG"
	jq -e --arg case "$2" '[.cases[] | select(.name | startswith($case)) |
		.result | IN("wrong", "should", "differs")] | length > 0 and all' report.json >/dev/null || {
		printf 'not found: %s\n' "$1"
		jq -c '.cases[] | [.name, .result, .reason]' report.json
		return 1
	}
}

# The faults to plant, and the cases that find them.
planted() {
	grep -v '^#' "$verify_tests/faults" | awk -F '\t' -v only="${FAULTS:-.*}" '
	BEGIN { n = split(only, pattern, " ") }
	{ for (i = 1; i <= n; i++) if ($1 ~ "^(" pattern[i] ")$") { print; next } }'
}

@test "without a fault, but with all between: each of the cases that find one is right" {
	local -a only=()

	while IFS=$'\t' read -r _ name; do
		only+=(--only "$name")
	done < <(grep -v '^#' "$verify_tests/faults")
	[[ ! ${LONG:-} ]] || only=()
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
	local fault name find_timeout found=0 missed=()

	while IFS=$'\t' read -r fault name; do
		find_timeout=30
		[[ $fault != hangs ]] || find_timeout=3
		if find "$fault" "$name"; then
			found=$((found + 1))
		else
			missed+=("$fault")
		fi
	done < <(planted)
	[[ ! ${missed[*]} ]] || fail "not found: ${missed[*]}"
	[[ ${FAULTS:-} ]] || ((found >= 25))
}
