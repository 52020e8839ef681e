#!/usr/bin/env bash
# check.bash - all that is tested across hosts, on CephFS
# SPDX-License-Identifier: ISC
#
# usage: check.bash [--tap] [--keep] [--short] [PART]...
#
# Brings up a Ceph, two hosts on two mounts of its file system and a balancer, and runs
# the tests of this directory, hythe-verify through the balancer, and for MINUTES (3)
# what make check-soak does, with a host on each mount.  PART is one of them.  What was
# done is on standard output, with the counts; the last line is `N passed, N failed`.
# Where Ceph cannot run there is nothing but the reason, and that line.  --tap prints TAP
# instead.  --keep leaves the logs.  --short does some of it, in a minute and a half.

set -u

: "${HYTHE_SOURCE:=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}"
: "${HYTHE_BUILD:=$HYTHE_SOURCE}"
export HYTHE_SOURCE HYTHE_BUILD
PATH=$PATH:/usr/sbin:/sbin
. "$HYTHE_SOURCE/tests/hosts/ceph.bash"
. "$HYTHE_SOURCE/tests/hosts/hosts.bash"

parts='10-check-storage 20-across 30-clients 40-killed 50-collect verify soak'
declare -A needs=(
	[10-check-storage]='sshfs bindfs /usr/lib/openssh/sftp-server'
	[30-clients]='socat skopeo podman' [soak]='perl cc'
)

read_options() {
	tap='' keep='' chosen='' filter=.
	while (($#)); do
		case $1 in
		--tap) tap=yes ;;
		--keep) keep=yes ;;
		--short)
			chosen+=' 20-across 40-killed'
			filter='continued and|cancelled|append|moved|listed by|mounted|push to|host are killed|sound'
			export HOSTS_ROUNDS=1
			;;
		*)
			[[ " $parts " == *" $1 "* ]] || { echo "no part $1: $parts" >&2 && exit 2; }
			chosen+=" $1"
			;;
		esac
		shift
	done
	[[ $chosen ]] || chosen=$parts
}

missing() {
	local tool part

	! ceph_missing || return 0
	# shellcheck disable=SC2046
	for tool in haproxy lighttpd bats curl jq $(for part in $chosen; do
		echo "${needs[$part]:-}"
	done); do
		type -P "$tool" >/dev/null || { echo "no $tool here" && return; }
	done
	return 1
}

skipped() {
	if [[ $tap ]]; then
		printf '1..1\nok 1 two hosts # skip for two hosts: %s\n' "$1"
	else
		printf 'skipped: %s\n0 passed, 0 failed\n' "$1"
	fi
	exit 0
}

finish() {
	hosts_stop 2>/dev/null
	ceph_stop
	[[ $keep ]] && echo "logs are in $work" >&2 || rm -rf --one-file-system "$work"
}

# A store that is checked, as the manual says, and the hosts on it.
start() {
	local store_1=$work/mount1/store store_2=$work/mount2/store

	ceph_start "$work/ceph" "$work/mount1" "$work/mount2" || return
	mkdir -m 2750 "$store_1" || return
	if [[ ! " $chosen " =~ ' '10-check-storage' ' ]]; then
		"$HYTHE_BUILD/admin/hythe" check-storage --record "$store_1" "$store_2" \
			>"$work/checked" || { cat "$work/checked" >&2 && return 1; }
	fi
}

# What cannot be tested without them fails.
start_hosts() {
	hosts_start "$hosts" "$HOST_STORAGE_1" "$HOST_STORAGE_2" HOSTS=many \
		'IMMUTABLE=fixed-*' LOCK_WAIT=2m && return
	printf 'not ok 1 two hosts start\n1..1\n' >"$work/start.tap"
	[[ $tap ]] || report start
	return 1
}

# On a store of its own.  On CephFS all takes some times as long.
soak() {
	mkdir -m 2750 "$work/mount1/soak" &&
		"$HYTHE_BUILD/admin/hythe" check-storage --record "$work/mount1/soak" \
			"$work/mount2/soak" >"$work/checked" &&
		MINUTES=${MINUTES:-3} PATIENCE=4 bash "$HYTHE_SOURCE/tests/faults/soak.bash" \
			"$work/mount1/soak" "$work/mount2/soak"
}

run_part() {
	case $1 in
	verify)
		bash "$HYTHE_SOURCE/verify/hythe-verify" --format tap --timeout 120 "$BALANCER"
		;;
	soak)
		soak
		;;
	*)
		bats --tap --filter "$filter" "$HYTHE_SOURCE/tests/hosts/$1.bats"
		;;
	esac >"$work/$1.tap" 2>&1 </dev/null
}

# What passed, and all of what did not.
report() {
	awk -v part="$1" '
	/^1\.\.[0-9]+/ { planned = substr($1, 4); next }
	/^ok/ {
		ran++
		failing = 0
		skipped = /# *[Ss][Kk][Ii][Pp]/
		passed += !skipped
		sub(/^ok [0-9]+ (- )?/, "")
		if (part != "verify")
			print (skipped ? "skip    " : "ok      ") $0
		next
	}
	/^#/ && !failing && part != "verify" { sub(/^# */, ""); print "        " $0; next }
	/^not ok/ { ran++; failed++; failing = 1; print "FAILED  " $0; next }
	failing { print }
	END {
		if (ran + 0 != planned + 0 || planned == "") {
			failed++
			print "FAILED  " part ": planned " planned ", ran " ran + 0
		}
		printf "%s: %d passed, %d failed\n", part, passed, failed
		print passed + 0, failed + 0 >>counts
	}' counts="$work/counts" "$work/$1.tap"
}

# One sequence of the parts' TAP.
print_tap() {
	cat "$work"/*.tap | awk '
	/^1\.\./ { next }
	/^(not )?ok/ { sub(/ok [0-9]+/, "ok " ++count) }
	{ print }
	END { print "1.." count }'
}

sum() {
	awk '{ passed += $1; failed += $2 }
	END { printf "%d passed, %d failed\n", passed, failed; exit failed > 0 || !passed }' \
		"$work/counts"
}

read_options "$@"
! reason=$(missing) || skipped "$reason"
work=$(mktemp -d "${TMPDIR:-/tmp}/hythe-hosts.XXXXXX") || exit
ceph_mounts=() ceph=$work/ceph hosts=$work/hosts
trap finish EXIT
trap 'exit 143' INT TERM
start || { echo 'Ceph did not start' >&2 && exit 1; }
export HOST_STORAGE_1=$work/mount1/store HOST_STORAGE_2=$work/mount2/store
started=''
for part in $chosen; do
	if [[ ! $part =~ ^(10-check-storage|soak)$ && ! $started ]]; then
		start_hosts || break
		started=yes
	fi
	run_part "$part"
	[[ $tap ]] || report "$part"
done
if [[ $tap ]]; then
	print_tap
else
	sum
fi
