#!/usr/bin/env bats
# 12-progress.bats - how far hythe gc and hythe fsck have come
# SPDX-License-Identifier: ISC

bats_require_minimum_version 1.5.0
. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/gc/helper.bash"

# many COUNT BYTES: so many blobs of so many bytes, all of them holes, that nothing names.
many() {
	perl -e '
		my ($blobs, $count, $bytes) = @ARGV;
		for my $i (1 .. $count) {
			my $hex = sprintf "%02x%062x", $i % 256, $i;
			my $shard = "$blobs/sha256/" . substr $hex, 0, 2;
			mkdir $shard, 0750;
			mkdir "$shard/$hex", 0750 or die "$shard/$hex: $!\n";
			open my $data, ">", "$shard/$hex/data" or die "$shard/$hex: $!\n";
			truncate $data, $bytes or die "$shard/$hex: $!\n";
			utime 1e9, 1e9, $data;
		}' "$v2/blobs" "$@"
}

# on_terminal COMMAND...: its output is in the file `out`.
on_terminal() {
	local command

	hythe_find || return
	printf -v command '%q ' "$hythe" "$@"
	env -u HYTHE_SOURCE -u HYTHE_BUILD HYTHE_CONFIG=/dev/null HYTHE_STORAGE="$store" \
		"${hythe_settings[@]}" TERM=xterm script -qec "$command" /dev/null >out 3>&-
}

# shows WORK: a bar of it, with its share, number, rate and time left; and at its end a
# line in its place.
shows() {
	tr '\r' '\n' <out | grep -qE \
		"^$1 +\[#* *\] +[0-9]+ %  [0-9]+  [0-9]+/s  [0-9]+:[0-5][0-9]:[0-5][0-9] left" ||
		fail "no bar of '$1' in: $(cat -v out)" || return
	grep -qE "$1: [0-9]+ in [0-9.]+ s" out || fail "no end of '$1' in: $(cat -v out)"
}

# tells STEP...: one line for each, in this order, and nothing that only a terminal knows.
tells() {
	expect_equal "$(grep -E '^[a-z, ]+: [0-9]+ in [0-9]+\.[0-9] s$' "$said" | cut -d: -f1)" \
		"$(printf '%s\n' "$@")" || return
	[[ ! -s $complained ]] || fail "on standard error: $(<"$complained")" || return
	! grep -q $'[\r\033]' "$said"
}

@test "gc on a terminal: a bar with rate and time left" {
	need perl script
	push_image latest
	many 8000 1
	on_terminal gc
	shows 'collecting blobs'
	grep -q 'blobs: 3 kept, 8000 condemned' out
}

@test "fsck on a terminal: a bar with rate and time left" {
	need perl script
	push_image latest
	many 3 200000000
	# none has its digest
	run -1 on_terminal fsck --hash --jobs 1
	shows 'reading blobs'
	expect_equal "$(grep -c '^.*blob-broken' out)" 3
}

@test "elsewhere: one line for each step" {
	push_image latest
	hythe_must gc
	tells 'waiting for writers' 'listing repositories' 'reading repositories' \
		'listing blobs' 'collecting links, manifests' 'collecting blobs' \
		'tidying repositories' 'emptying tmp and trash'
	hythe_must fsck --hash
	tells 'looking at repositories' 'reading blobs'
}
