#!/usr/bin/env bats
# running.bats - what changes while the programs run counts from the next request on
# SPDX-License-Identifier: ISC

bats_require_minimum_version 1.5.0

HYTHE_SOURCE=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
HYTHE_BUILD=$(cd "${HYTHE_BUILD:-$HYTHE_SOURCE}" && pwd)
export HYTHE_SOURCE HYTHE_BUILD LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

. "$HYTHE_SOURCE/tests/servers/lighttpd.bash"

# Of `right` and of `other`, equally long.
right='alice:$2y$04$aEw2zwe.76xj7AEsyAQxFO0uYbAnuRJPUIk6YGFQU7q/.PxAzOD9m'
other='alice:$2y$04$PaeEtceO9Y38yAuCVYmLje592bByoRA9yDpNV0/y4AWRn7AWQQChi'

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	umask 022
	server_settings=("ACCESS=$PWD/access" "HTPASSWD=$PWD/htpasswd" TOKENS=yes)
	echo 'allow alice a/** push' >access
	echo "$right" >htpasswd
	server_start fastcgi "$PWD/server"
	get_token
	started=$(program_pid)
}

teardown() {
	[[ ! ${server_pid:-} ]] || server_stop
}

program_pid() {
	local pid=''

	answers 202 -u alice:right || return
	pid=$(pgrep -P "$server_pid" -x hythe-uploads) && printf %s "$pid"
}

get_token() {
	token=$(curl -sS -m 60 -u alice:right "$URL/v2/_hythe/token?scope=repository:a/b:push,pull" |
		jq -er .token)
}

# answers STATUS [curl's option]...: to a POST in a/b.
answers() {
	local got

	got=$(curl -sS -m 60 -o answer -w '%{http_code}' -X POST -H Content-Length:0 "${@:2}" \
		"$URL/v2/a/b/blobs/uploads/")
	[[ $got == "$1" ]] && return
	printf 'answered %s, not %s, to %s\n' "$got" "$1" "${*:2}"
	cat answer
	return 1
}

by_token() {
	answers "$1" -H "Authorization: Bearer $token"
}

# Put the text into the file in the way that is named, without changing its time.
put() {
	cp -p "$2" before
	case $1 in
	over) printf '%s\n' "$3" >"$2" ;;
	rename) printf '%s\n' "$3" >new && touch -r before new && mv new "$2" ;;
	again) rm "$2" && printf '%s\n' "$3" >"$2" ;;
	esac
	touch -r before "$2"
}

@test "rights that change twice within a second, in files of one size and time" {
	local i way

	for way in over rename again; do
		for i in {1..8}; do
			put $way access 'deny  alice a/** push'
			answers 403 -u alice:right
			by_token 403
			put $way access 'allow alice a/** push'
			answers 202 -u alice:right
			by_token 202
		done
	done
	[[ $(program_pid) == "$started" ]]
}

@test "passwords and users, likewise, with the tokens that were got by them" {
	local i way

	for way in over rename again; do
		for i in {1..4}; do
			put $way htpasswd "$other"
			answers 401 -u alice:right
			answers 202 -u alice:other
			by_token 401
			put $way htpasswd "${right/alice/alicf}"
			answers 401 -u alice:right
			by_token 401
			put $way htpasswd "$right"
			answers 202 -u alice:right
			by_token 202
		done
	done
	[[ $(program_pid) == "$started" ]]
}

@test "members of a group" {
	printf '%s\n' 'group g alice bob' 'allow @g a/** push' >access
	by_token 202
	printf '%s\n' 'group g bob alicf' 'allow @g a/** push' >access
	by_token 403
}

@test "a wrong line denies everything, also what another allows, and is said" {
	put over access 'allow alice a/** posh'
	by_token 403
	printf 'allow alice a/** push\n\nallow bob\n' >access
	answers 403 -u alice:right
	grep -F "$PWD/access:1: there is no right 'posh'" server/*.log
	grep -F "$PWD/access:3: this line says not which repositories" server/*.log
	rm access
	answers 403 -u alice:right
	grep -F "cannot open '$PWD/access'" server/*.log
	mkdir access
	answers 403 -u alice:right
	rmdir access
	echo 'allow alice a/** push' >access
	by_token 202
	[[ $(program_pid) == "$started" ]]
}

@test "keys that are taken away, and the file of them" {
	local keys=$STORAGE/docker/registry/v2/hythe/token-keys before=$token

	by_token 202
	"${server_user[@]}" env HYTHE_CONFIG=/dev/null "HYTHE_STORAGE=$STORAGE" \
		"$HYTHE_BUILD/admin/hythe" token --add-key
	by_token 202
	get_token
	by_token 202
	sed -i 2d "$keys"
	by_token 202
	answers 401 -H "Authorization: Bearer $before"
	rm "$keys"
	by_token 401
	get_token
	by_token 202
	[[ $(stat -c %a "$keys") == 600 ]]
}
