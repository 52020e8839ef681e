#!/usr/bin/env bats
# 10-check-storage.bats - hythe check-storage on pairs of mounts that hold, and that do not
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/hosts/helper.bash"

teardown() {
	umount one two 2>/dev/null || :
}

# check STATUS DIRECTORY...: what is said is in the file `said`.
check() {
	local result=0

	"$HYTHE_BUILD/admin/hythe" check-storage "${@:2}" >said 2>&1 3>&- || result=$?
	# For who reads the report.
	sed 's/^/# /' said >&3
	((result == $1)) || fail "ended with $result" "$(<said)"
}

verdicts() {
	awk -v word="$1" '$1 == word { printf "%s%s", n++ ? " " : "", $2 }' said
}

@test "two mounts of CephFS hold, and are put on record" {
	check 0 --record "$HOST_STORAGE_1" "$HOST_STORAGE_2"
	expect_equal "$(verdicts FAILED)" ''
	expect_equal "$(verdicts ok | wc -w)" 15
	grep -q '^on record' said
	hythe_on 1 expire && hythe_on 2 expire
}

@test "two mounts of sshfs are refused: both hosts get the same lock" {
	local each

	mkdir real one two
	printf '#!/bin/sh\nexec /usr/lib/openssh/sftp-server\n' >sftp
	chmod 755 sftp
	for each in one two; do
		sshfs -o "ssh_command=$PWD/sftp" "localhost:$PWD/real" "$PWD/$each" 3>&-
	done
	check 1 one two
	[[ " $(verdicts FAILED) " == *' names locks lock-killed '* ]]
	grep -q 'the other side got a lock that was held' said
	grep -q 'remedy: none: sshfs takes no locks to the server' said
	check 1 --record one two
	grep -q '^taken off the record' said
}

@test "two views of one disk by FUSE are refused" {
	local each

	mkdir real one two
	for each in one two; do
		bindfs real "$each" 3>&-
	done
	check 1 one two
	[[ " $(verdicts FAILED) " == *' locks lock-killed '* ]]
}
