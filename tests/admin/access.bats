#!/usr/bin/env bats
# access.bats - hythe access, hythe passwd and hythe token
# SPDX-License-Identifier: ISC

bats_require_minimum_version 1.5.0

load ../../verify/expect
load ../../verify/url

HYTHE_BUILD=$(cd "${HYTHE_BUILD:-$BATS_TEST_DIRNAME/../..}" && pwd)
programs=$HYTHE_BUILD/fcgi

setup() {
	hythe_find
	cd "$BATS_TEST_TMPDIR"
	umask 022
	unset "${!HYTHE_@}" # settings, and HYTHE_BUILD with them
	export HYTHE_CONFIG=$PWD/hythe.conf
	printf 'access = %s/access\nhtpasswd = %s/htpasswd\ntokens = yes\ntoken_keys = %s/keys\n' \
		"$PWD" "$PWD" "$PWD" >hythe.conf
	cat >access <<-'END'
	group dev carol
	deny  mallory   **        pull
	allow *         {user}/** all
	allow @dev      team/*    pull push
	allow anonymous public/** pull
	END
}

# checks STATUS OUTPUT USER REPOSITORY RIGHT
checks() {
	run "-$1" "$hythe" access check "${@:3}"
	expect_equal "$output" "$2"
}

@test "access check says which line decides" {
	checks 0 "allowed by $PWD/access:3: allow *         {user}/** all" alice alice/x delete
	checks 1 "denied by $PWD/access:2: deny  mallory   **        pull" mallory mallory/x pull
	checks 0 "allowed by $PWD/access:4: allow @dev      team/*    pull push" carol team/x push
	checks 1 "denied: no line of $PWD/access is about this" carol team/x/y push
	checks 0 "allowed by $PWD/access:5: allow anonymous public/** pull" anonymous public/x pull
	checks 1 "denied: no line of $PWD/access is about this" anonymous public/x push
}

@test "access check says what else forbids it" {
	printf 'delete = no\nread_only = yes\nread_only_file = %s/flag\n' "$PWD" >>hythe.conf
	: >flag
	run -0 "$hythe" access check alice alice/x delete
	expect_equal "${#lines[@]}" 4
	[[ $output == *'delete = no'* && $output == *'read_only = yes'* && $output == *"$PWD/flag"* ]]
	run -0 "$hythe" access check alice alice/x pull
	expect_equal "${#lines[@]}" 1
}

@test "access check without a file, with a wrong one, with one that is not there" {
	printf 'allow alice ** pul\n' >access
	run -1 --separate-stderr "$hythe" access check alice alice/x pull
	expect_equal "$output" "denied: $PWD/access cannot be used, so everything is"
	# shellcheck disable=SC2154
	[[ $stderr == *"$PWD/access:1: "* ]]
	rm access
	run -1 --separate-stderr "$hythe" access check alice alice/x pull
	expect_equal "$output" "denied: $PWD/access cannot be used, so everything is"
	: >hythe.conf
	checks 0 'allowed: there is no access file, and open = no' alice alice/x pull
	checks 1 'denied: there is no access file, and open = no' alice alice/x push
}

@test "access check of what is none" {
	local words

	for words in 'alice A/b pull' 'alice a/b fly' '* a/b pull' '@dev a/b pull' '- a/b pull'; do
		read -ra words <<<"$words"
		run -1 --separate-stderr "$hythe" access check "${words[@]}"
		expect_equal "$output" ''
		[[ $stderr == "hythe: "* ]]
	done
	run -2 "$hythe" access
	run -2 "$hythe" access check alice a/b
	run -2 "$hythe" access list alice a/b pull
}

# fits USER PASSWORD: by another program than ours.
fits() {
	htpasswd -vb htpasswd "$1" "$2" 2>/dev/null
}

@test "passwd adds a user, and changes a password, in the file of the settings" {
	type -P htpasswd >/dev/null || skip 'no htpasswd here'
	"$hythe" passwd --stdin alice <<<'first one'
	expect_equal "$(stat -c %a htpasswd)" 640
	fits alice 'first one'
	"$hythe" passwd --stdin bob <<<second
	fits bob second
	fits alice 'first one'
	chmod 604 htpasswd
	"$hythe" passwd --stdin alice <<<third
	fits alice third
	fits bob second
	expect_equal "$(cut -d : -f 1 htpasswd | tr '\n' ' ')" 'alice bob '
	expect_equal "$(stat -c %a htpasswd)" 604
	[[ $(<htpasswd) == 'alice:$2y$10$'* ]]
	expect_equal "$(ls -A)" $'access\nhtpasswd\nhythe.conf'
}

@test "passwd leaves all other lines as they are, and follows a link" {
	printf '# users\n\nal:x\nalice:{SHA}y\nalicex:z:more\nalice:twice\nlast:w' >real
	ln -s real other
	"$hythe" passwd --stdin other alice <<<secret
	[[ -L other ]]
	sed -i 's/^alice:\$2y\$10\$.*/alice:NEW/' real
	expect_equal "$(<real)" $'# users\n\nal:x\nalice:NEW\nalicex:z:more\nlast:w'
}

@test "passwd refuses what is no user, no password or no file, and changes nothing" {
	local user

	printf 'a:b\n' >other
	for user in '' '*' 'a b' a:b @a anonymous; do
		run -1 "$hythe" passwd --stdin other "$user" <<<secret
	done
	run -1 "$hythe" passwd --stdin other alice <<<''
	run -1 "$hythe" passwd --stdin other alice </dev/null
	run -1 "$hythe" passwd --stdin other alice <<<"$(printf 'x%.0s' {1..73})"
	expect_equal "$(<other)" 'a:b'
	run -1 "$hythe" passwd --stdin none/other alice <<<secret
	printf 'a\0b' >other
	run -1 "$hythe" passwd --stdin other alice <<<secret
	: >hythe.conf
	run -1 "$hythe" passwd --stdin alice <<<secret
	[[ $output == *'say which file'* ]]
	run -2 "$hythe" passwd
	run -2 "$hythe" passwd --other alice
	run -2 "$hythe" passwd a b c
}

@test "passwd for many users at once loses none" {
	local i

	for i in {1..16}; do
		"$hythe" passwd --stdin many "user$i" <<<"secret$i" 3>&- &
	done
	wait
	expect_equal "$(wc -l <many)" 16
	expect_equal "$(cut -d: -f1 many | sort -u | wc -l)" 16
	expect_equal "$(stat -c %a many)" 640
	expect_equal "$(find . -name '.many*')" ''
}

@test "passwd asks twice on the terminal, and shows nothing" {
	type -P script >/dev/null || skip 'no script here'
	type -P htpasswd >/dev/null || skip 'no htpasswd here'
	{
		sleep 1
		printf 'geheim\n'
		sleep 1
		printf 'geheim\n'
	} | script -qec "$hythe passwd alice" log >/dev/null
	fits alice geheim
	run ! grep geheim log
	{
		sleep 1
		printf 'one\n'
		sleep 1
		printf 'two\n'
	} | script -qec "$hythe passwd alice" log >/dev/null && fail 'two passwords were taken'
	fits alice geheim
}

@test "token --add-key makes a key, then adds one, and keeps the last" {
	"$hythe" token --add-key
	expect_equal "$(stat -c %a keys)" 600
	expect_equal "$(grep -vc '^#' keys)" 1
	first=$(grep -v '^#' keys)
	"$hythe" token --add-key
	expect_equal "$(grep -vc '^#' keys)" 2
	grep -qxF "$first" keys
	"$hythe" token --add-key
	expect_equal "$(grep -vc '^#' keys)" 2
	run ! grep -qxF "$first" keys
}

@test "token --decode explains a token, and says whether it is accepted" {
	local token

	"$hythe" passwd --stdin dora <<<x
	"$hythe" token --add-key
	token=$(env -i HYTHE_CONFIG="$HYTHE_CONFIG" HYTHE_STORAGE="$PWD" REQUEST_METHOD=GET \
		REQUEST_URI=/v2/_hythe/token HTTP_AUTHORIZATION="Basic $(printf dora:x | base64)" \
		"$programs/hythe-token" | tail -n 1 | sed 's/.*"token":"\([^"]*\)".*/\1/')
	run -0 "$hythe" token --decode "$token"
	[[ ${lines[0]} == 'header    {"typ":"JWT","alg":"HS256",'* ]]
	[[ ${lines[1]} == 'claims    {"iss":"hythe","sub":"dora",'* ]]
	[[ ${lines[-2]} == 'expires '*UTC,*'seconds from now' ]]
	expect_equal "${lines[-1]}" 'accepted  of this registry, for dora'
	run -0 "$hythe" token --decode - <<<"$token"
	expect_equal "${lines[-1]}" 'accepted  of this registry, for dora'
	run -1 "$hythe" token --decode "${token%.*}.AAAA"
	expect_equal "${lines[-1]}" 'refused   it is signed by nobody who is trusted here'
	run -1 "$hythe" token --decode eyJhbGciOiJub25lIn0.e30.
	expect_equal "$output" 'refused   its algorithm is none of HS256, RS256, ES256'
	run -1 "$hythe" token --decode x
	printf 'access = %s/access\n' "$PWD" >hythe.conf
	run -1 "$hythe" token --decode "$token"
	expect_equal "${lines[-1]}" 'refused   tokens are not accepted here'
}

@test "keys of another user are not believed, and it is said whose they are" {
	((!EUID)) || skip 'chown needs root'
	"$hythe" token --add-key
	chown 65534 keys
	run -1 "$hythe" token --add-key
	expect_equal "${output#*: }" "'$PWD/keys' belongs to user 65534, not to 0 who runs this program"
}

@test "token --decode lets nothing of a token reach the terminal" {
	local token

	token=$(printf '{"alg":"HS256","x":"\xc2\x9b\xe2\x80\xae"}' | base64 -w0 | tr -d = | tr '+/' '-_').e30.
	run -1 "$hythe" token --decode "$token"
	[[ $output != *[$'\x80'-$'\xff']* ]]
	[[ $output == *'"x":"?????"'* ]]
	run -2 "$hythe" token
	run -2 "$hythe" token --decode
}
