#!/usr/bin/env bats
# check-storage.bats - hythe check-storage, on what is good and on what is not
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/gc/helper.bash"

probes='modes inodes times sync cut hard-links room create rename names open case locks
	lock-killed turns'

setup_file() {
	[[ $(uname -m) != x86_64 ]] ||
		"${CC:-cc}" -shared -fPIC -w -o "$BATS_FILE_TMPDIR/planted.so" \
			"${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/admin/planted.c"
}

# verdicts WORD: the names of the probes that ended so, in one line.
verdicts() {
	awk -v word="$1" '$1 == word { printf "%s%s", n++ ? " " : "", $2 }' "$said"
}

# good DIRECTORY: every probe is there, and none fails; nothing is left behind.
good() {
	hythe_must check-storage "$1"
	expect_equal "$(verdicts ok)" "$(echo $probes)"
	expect_equal "$(verdicts FAILED)" ''
	expect_equal "$(tail -n 1 "$said")" '15 ok, 0 notes, 0 failed; one mount, so one host'
	expect_equal "$(ls -A "$1")" ''
}

# planted PLANT STATUS VERDICT PROBES TEXT: that is what is found, and why.
planted() {
	local result=0

	[[ -e $BATS_FILE_TMPDIR/planted.so ]] || skip_because 'the planted faults are for x86_64'
	hythe_settings+=(LD_PRELOAD="$BATS_FILE_TMPDIR/planted.so" PLANT="$1"
		ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0:detect_leaks=0")
	hythe check-storage "$store" || result=$?
	((result == $2)) || fail "ended with $result" "$(<"$said")" "$(<"$complained")"
	expect_equal "$(verdicts "$3")" "$4"
	grep -qE "$5" "$said" || fail "not told: $5" "$(<"$said")"
	expect_equal "$(grep -c 'breaks: ' "$said")" "$(grep -cE '^(FAILED|note) ' "$said")"
}

@test "a directory of this machine's disk" {
	good "$store"
}

@test "a directory in memory" {
	[[ -d /dev/shm && -w /dev/shm && $(stat -f -c %T /dev/shm) == tmpfs ]] ||
		skip_because 'no tmpfs at /dev/shm'
	memory=$(mktemp -d /dev/shm/hythe.XXXXXX)
	good "$memory"
	rmdir "$memory"
}

@test "the preloaded file system spoils nothing by itself" {
	planted nothing 0 FAILED '' '0 notes, 0 failed'
}

@test "modes that are not kept" {
	planted modes 1 FAILED modes '0440 became 0640, and 2750 '
}

@test "inode numbers that change" {
	planted inodes 1 FAILED inodes 'one file has two inode numbers'
}

@test "another clock" {
	planted clock 1 FAILED times "clock differs from this host's by 3[56][0-9][0-9] s"
}

@test "times in whole seconds are a note" {
	planted seconds 0 note times 'to the second only'
}

@test "directories that cannot be synced" {
	planted sync 1 FAILED sync 'cannot sync a directory: Invalid argument'
}

@test "files that cannot be cut" {
	planted cut 1 FAILED cut "reads '0123end789'"
}

@test "no hard links are a note" {
	planted hard-links 0 note hard-links 'none: Operation not permitted'
}

@test "no inodes" {
	planted room 1 FAILED room '10 inodes are free'
}

@test "a name that two can make" {
	planted create 1 FAILED create '100 names were made [12][0-9]{2} times'
}

@test "a rename that is none" {
	planted rename 1 FAILED rename 'of [0-9]+ reads [0-9]+ found nothing, [1-9][0-9]* a part'
}

@test "a directory that stays where it was" {
	planted names 1 FAILED 'names open' '150 of 150 times a directory that was moved away was still seen'
}

@test "an open file that is gone is a note" {
	planted open 0 note open 'could not be read after it was removed'
}

@test "names without case" {
	planted case 1 FAILED case "'Tag' and 'TAG' are one file"
}

@test "locks that everybody gets" {
	planted locks 1 FAILED 'locks lock-killed' 'the other side got a lock that was held'
}

@test "a lock that outlives its holder" {
	planted lock-killed 1 FAILED lock-killed 'stayed for 10 s'
}

@test "numbers that are lost" {
	planted turns 1 FAILED turns '299 of 300 increments were lost'
}

@test "two names of one mount are no pair, nor are two directories" {
	hythe_fails 1 check-storage "$store" "$store/."
	grep -q 'are one mount for the kernel' "$complained"
	cd "$store" || return
	hythe_fails 1 check-storage --record . .
	grep -q 'are one mount for the kernel' "$complained"
	[[ -d /dev/shm && -w /dev/shm ]] || return 0
	hythe_fails 1 check-storage "$store" /dev/shm
	grep -q "is not in '/dev/shm'" "$complained"
	expect_equal "$(ls -A "$store")" ''
}

@test "what is no directory, and wrong arguments" {
	hythe_fails 1 check-storage "$store/none"
	grep -q 'cannot open' "$complained"
	hythe_fails 2 check-storage
	hythe_fails 2 check-storage --record "$store"
	hythe_fails 2 check-storage --what "$store"
	hythe_fails 2 check-storage "$store" "$store" "$store"
	chmod 777 "$store"
	hythe_fails 1 check-storage --record "$store" "$store"
	grep -q 'can be written by others' "$complained"
}
