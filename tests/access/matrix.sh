#!/usr/bin/env bash
# matrix.sh - every client, logged in rightly, wrongly or not, against every mode
# SPDX-License-Identifier: ISC
#
# usage: matrix.sh [--tap] [--modes 'MODE...'] [--clients 'CLIENT...']
#
# Prints a table; what is tried is allowed (`yes`) or refused (`no`), in capitals if
# that is wrong, and `-` is what a client has not.  The last line is
# `N passed, N failed`.  With --tap a test for each instead.  HYTHE_BUILD is the
# build tree.

set -u

HYTHE_SOURCE=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
HYTHE_BUILD=$(cd "${HYTHE_BUILD:-$HYTHE_SOURCE}" && pwd)
export HYTHE_SOURCE HYTHE_BUILD LC_ALL=C

. "$HYTHE_SOURCE/tests/clients/images.bash"
. "$HYTHE_SOURCE/tests/access/servers.bash"
. "$HYTHE_SOURCE/tests/access/curl.bash"
. "$HYTHE_SOURCE/tests/access/clients.bash"

operations='login pull push delete catalog mount'
passed=0 failed=0 number=0 tap='' modes=$access_modes clients=$access_clients

while (($#)); do
	case $1 in
	--tap) tap=yes ;;
	--modes) modes=$2 && shift ;;
	--clients) clients=$2 && shift ;;
	*) sed -n 's/^# \(usage.*\)/\1/p' "${BASH_SOURCE[0]}" >&2 && exit 2 ;;
	esac
	shift
done

# shellcheck disable=SC2317
clean() {
	local client

	for client in $started; do
		"${client}_stop"
	done
	[[ ! ${server_pid:-} ]] || server_stop
	cd / && rm -rf "$home"
}

# expected MODE CLIENT LOGIN OPERATION: yes or no.  Who sends credentials only when
# asked for them never sends wrong ones for what everybody may.
expected() {
	local lazy='oras ctr'

	case $1:$3:$4 in
	open:* | *:right:*) echo yes ;;
	public:none:pull | public:none:catalog | ldap:none:pull | ldap:none:catalog) echo yes ;;
	public:wrong:pull | public:wrong:catalog | ldap:wrong:pull | ldap:wrong:catalog)
		[[ " $lazy " == *" $2 "* ]] && echo yes || echo no
		;;
	*) echo no ;;
	esac
}

# Who does it.
log_in() {
	user='' password=''
	case $1 in
	right) user=alice password=right ;;
	wrong) user=alice password=wrong ;;
	esac
}

# As admin: is there REPOSITORY:t?
has_image() {
	local user=admin password=admin got

	ask oras "repository:$1:pull" HEAD "/v2/$1/manifests/t" && [[ $got == 200 ]]
}

seed() {
	local user=admin password=admin got

	curl_push oras "$1"
}

# What clients say when they are refused for want of a right, and not for anything
# else.
refusal='denied|unauthorized|forbidden|authentication required|authorization failed|no basic auth|invalid username|40[13]'

# attempt CLIENT OPERATION REPOSITORY: $result is yes, no, or what went wrong.
attempt() {
	local done_well=''

	: >"$home/said"
	got=''
	if "$1_$2" "$3" >"$home/said" 2>&1 </dev/null; then
		done_well=yes
	fi
	case $2:$done_well in
	push:yes | mount:yes) has_image_or_blob "$1" "$2" "$3" && result=yes || result='NOT THERE' ;;
	delete:yes) has_image "$3" && result='STILL THERE' || result=yes ;;
	*:yes) result=yes ;;
	push:) has_image "$3" && result='THERE' || result=no ;;
	delete:) has_image "$3" && result=no || result='GONE' ;;
	*) result=no ;;
	esac
	[[ $result != no || $got == 401 || $got == 403 ]] ||
		grep -qiE "$refusal" "$home/said" || result='NO REASON'
}

# The curl clients mount a blob, the others an image.
has_image_or_blob() {
	[[ $2 == mount && $1 =~ ^(crane|oras)$ ]] || has_image "$3"
}

# cell MODE CLIENT LOGIN OPERATION
cell() {
	local wanted repository=work/$2-$3-$4

	can=$2_can
	if [[ " ${!can} " != *" $4 "* || "$3:$4" == none:login ]]; then
		row+=$(printf ' %-8s' -)
		return
	fi
	[[ $4 != pull ]] || repository=shared/img
	[[ $4 != delete ]] || seed "$repository" || { echo "cannot seed" >&2 && exit 1; }
	log_in "$3"
	attempt "$2" "$4" "$repository"
	wanted=$(expected "$1" "$2" "$3" "$4")
	number=$((number + 1))
	if [[ $result == "$wanted" ]]; then
		passed=$((passed + 1))
		[[ ! $tap ]] || echo "ok $number - $1: $2, login $3: $4: $wanted"
	else
		failed=$((failed + 1))
		result=${result^^}
		[[ ! $tap ]] || echo "not ok $number - $1: $2, login $3: $4: not $wanted, $result"
		{
			echo "--- $1, $2, login $3, $4: expected $wanted, got $result, status ${got:-unknown}"
			tail -n 15 "$home/said"
		} | sed 's/^/# /' >>"$home/failures"
		[[ ! $tap ]] || tail -n 16 "$home/failures"
	fi
	row+=$(printf ' %-8s' "$result")
}

run_mode() {
	local client login operation row

	access_start "$1" "$home/$1" || exit
	seed shared/img || { echo "$1: cannot push as admin: $got $(head -c 300 answer)" >&2 && exit 1; }
	for client in $started; do
		for login in right wrong none; do
			row=''
			for operation in $operations; do
				cell "$1" "$client" "$login" "$operation"
			done
			[[ $tap ]] || printf '%-12s %-7s %-6s%s\n' "$1" "$client" "$login" "$row"
		done
	done
	server_stop
}

# A client that cannot be had here is left out, unless that is a failure.
skip_client() {
	local reason

	reason=$(tail -n 1 "$home/reason")
	number=$((number + 1))
	if [[ ${HYTHE_TEST_STRICT:-} && $reason != *'no mount point' ]]; then
		failed=$((failed + 1))
		echo "$1 may not be left out: $reason" >>"$home/failures"
		[[ ! $tap ]] || echo "not ok $number - $1: $reason"
	elif [[ $tap ]]; then
		echo "ok $number - $1 # SKIP $reason"
	else
		echo "$1 is left out: $reason"
	fi
}

home=$(mktemp -d "${TMPDIR:-/tmp}/hythe-access.XXXXXX") || exit
started=''
trap clean EXIT
trap 'exit 1' HUP INT TERM
cd "$home" || exit
image=$home/image
make_layout "$image" 2 20000
: >"$home/failures"
for client in $clients; do
	if "${client}_start" >"$home/reason" 2>&1; then
		started+=" $client"
	else
		skip_client "$client"
	fi
done
[[ $tap ]] || printf '%-12s %-7s %-6s %-8s %-8s %-8s %-8s %-8s %-8s\n' mode client login $operations
for mode in $modes; do
	run_mode "$mode"
done
if [[ $tap ]]; then
	echo "1..$number"
else
	cat "$home/failures"
	echo "$passed passed, $failed failed"
fi
((failed == 0 && passed > 0))
