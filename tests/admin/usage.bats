#!/usr/bin/env bats
# usage.bats - what hythe says of how it is called
# SPDX-License-Identifier: ISC

bats_require_minimum_version 1.5.0

load ../../verify/expect
load ../../verify/url

HYTHE_BUILD=$(cd "${HYTHE_BUILD:-$BATS_TEST_DIRNAME/../..}" && pwd)

setup() {
	hythe_find
	unset "${!HYTHE_@}"
	export HYTHE_CONFIG=/dev/null
}

# forms COMMAND: the lines of the whole help that are about it.
forms() {
	"$hythe" --help | sed -n "s/^ *hythe $1 /hythe $1 /p"
}

@test "each command tells how it is called, and does nothing" {
	local command commands

	commands=$("$hythe" --help | sed -n 's/^\([a-z-]\+\)  *[a-z].*/\1/p')
	((${#commands} > 20))
	for command in $commands; do
		run -0 --separate-stderr "$hythe" "$command" --help
		# shellcheck disable=SC2154
		expect_equal "$stderr" ''
		[[ $output == "usage: hythe $command "* ]]
		expect_equal "$(sed 's/^usage: //; s/^ *//' <<<"$output")" "$(forms "$command")"
	done
}

@test "a wrong call is told the same, behind what is wrong" {
	run -2 --separate-stderr "$hythe" gc --grace x
	expect_equal "$output" ''
	# shellcheck disable=SC2154
	expect_equal "$stderr" "hythe: --grace cannot be 'x'
usage: $(forms gc)"
	run -2 --separate-stderr "$hythe" gc --help --verbose
	expect_equal "${stderr%%$'\n'*}" "hythe: there is no option '--help'"
}
