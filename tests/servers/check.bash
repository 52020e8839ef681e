#!/usr/bin/env bash
# check.bash - all that is tested of every deployment, and a table of it
# SPDX-License-Identifier: ISC
#
# usage: check.bash [--short] [--logs DIRECTORY [--resume]] [SERVER/MODE]...
#
# The table is on standard output, and behind it what failed; the last line is
# `N passed, N failed`.  --short tries a part of it, of fewer servers if none are named,
# for less than two minutes.  DIRECTORY gets the TAP of each cell, and what the servers
# and programs said.  --resume leaves out what has passed according to DIRECTORY.

set -u

deployments='
nginx/fastcgi         nginx, FastCGI sockets
nginx/fastcgi-tls     nginx, FastCGI sockets, TLS and HTTP/2
lighttpd/fastcgi      lighttpd, FastCGI
lighttpd/sockets      lighttpd, FastCGI sockets
lighttpd/cgi          lighttpd, CGI
lighttpd/fastcgi-tls  lighttpd, FastCGI, TLS and HTTP/2
apache/fastcgi        Apache, mod_proxy_fcgi
apache/fastcgi-tls    Apache, mod_proxy_fcgi, TLS and HTTP/2
apache/fcgid          Apache, mod_fcgid
apache/cgid           Apache, mod_cgid
apache/cgi            Apache, mod_cgi
apache/htaccess       Apache, .htaccess alone
apache/suexec         Apache, .htaccess alone, suexec
'
short_deployments='nginx/fastcgi nginx/fastcgi-tls lighttpd/sockets lighttpd/cgi apache/fastcgi
	apache/fcgid apache/cgid apache/htaccess'

# Heading, by whom it is run, files with commas between them, and which of them in a
# short run.  The owner is the store's, and may look into it, and call programs that
# change it.
cells='
API      owner   ../verify/cases/*.bats,registry/*.bats  ../verify/cases/01-base.bats
bodies   owner   servers/bodies.bats     servers/bodies.bats
answers  caller  servers/answers.bats    servers/answers.bats
skopeo   caller  clients/10-skopeo.bats  clients/10-skopeo.bats
podman   caller  clients/20-podman.bats  -
docker   caller  clients/24-docker.bats  -
1_GiB    caller  clients/40-large.bats   -
'

stop() {
	printf 'check.bash: %s\n' "$*" >&2
	exit 2
}

read_options() {
	short='' logs='' resume='' chosen=''
	while (($#)); do
		case $1 in
		--short) short=yes ;;
		--resume) resume=yes ;;
		--logs) logs=${2:?--logs needs a directory} && shift ;;
		*/*)
			grep -q "^$1 " <<<"$deployments" || stop "no deployment $1"
			chosen+=" $1 "
			;;
		*) stop "what is '$1'?" ;;
		esac
		shift
	done
	[[ ! $resume || $logs ]] || stop '--resume of which --logs?'
	running=0
	[[ ! $short || $chosen ]] || chosen=" ${short_deployments//[[:space:]]/ } "
	# suexec has its name from changing the user.
	[[ $chosen ]] || chosen=" $(awk -v uid="$EUID" 'NF && (uid == 0 || $1 !~ /suexec/) { print $1 }' \
		<<<"$deployments" | tr '\n' ' ')"
}

look_for_tools() {
	local tool

	for tool in nginx lighttpd apache2 spawn-fcgi setpriv perl bats curl jq openssl skopeo; do
		PATH=$PATH:/usr/sbin:/sbin type -P "$tool" >/dev/null || stop "no $tool here"
	done
}

# run_cell NAME WHO FILES: the TAP of tests of the server that was started.
run_cell() {
	local command=(env DRIVER=http) source=$HYTHE_SOURCE

	if [[ $2 == owner ]]; then
		source=$directory
		command=("${server_owner[@]}" "${command[@]}" "HYTHE_SOURCE=$directory"
			"HYTHE_BUILD=$directory/server/programs")
	fi
	# What begins so is taken for a setting where a test does not expect it.
	case $1 in
	bodies) command+=("HYTHE_TEST_SHORT=$short") ;;
	answers) command+=("HYTHE_TEST_SERVER=$server $mode") ;;
	esac
	command+=(timeout -k 10 60m bats --tap)
	[[ ! $short || $1 != skopeo ]] || command+=(--filter 'in and out')
	printf '%s/%s: %s\n' "$server" "$mode" "$1" >&2
	# In the background: a shell minds no signal before a child in the foreground ends.
	# shellcheck disable=SC2086
	(cd "$source/tests" && exec "${command[@]}" ${3//,/ }) </dev/null \
		>"$logs/$server/$mode/$1.tap" 2>&1 3>&- &
	cell=$!
	wait "$cell"
	cell=''
}

# Start one deployment, and run its cells.  The owner may not be allowed to read
# the source, but a copy of the tests.
deploy() {
	local name who files part

	server=${1%/*} mode=${1#*/} cell=''
	mkdir -p "$logs/$1" || return
	directory=$(mktemp -d "${TMPDIR:-/tmp}/hythe-servers.XXXXXX") || return
	trap 'rm -rf "$directory"' EXIT
	trap 'exit 143' TERM
	cp -R "$HYTHE_SOURCE"/{man,tests,verify} "$directory" &&
		chmod -R go+rX "$directory" || return
	# shellcheck source=/dev/null
	. "$HYTHE_SOURCE/tests/servers/$server.bash"
	if ! server_start "$mode" "$directory/server" 2>"$logs/$1/start.log"; then
		sed "s|^|$1 did not start: |" "$logs/$1/start.log" >>"$logs/failures"
		return 1
	fi
	trap '[[ ! $cell ]] || kill "$cell"; server_stop; rm -rf "$directory"' EXIT
	while read -r name who files part; do
		[[ ! $short ]] || files=$part
		[[ $files && $files != - ]] || continue
		# These are sent as bytes, not by TLS.
		[[ $name != bodies || ! $server_tls ]] || continue
		[[ ! $resume ]] || ! has_passed "$1/$name" || continue
		run_cell "$name" "$who" "$files"
	done <<<"$cells"
	cp "$directory/server/error.log" "$logs/$1"
	cat "$directory/server/hythe.log" ${server_home:+"$server_home/hythe.log"} \
		>"$logs/$1/hythe.log"
}

# count CELL FILE: the numbers of passed and failed tests; what failed is added to the
# file.
count() {
	awk -v name="$1" -v failures="$2" '
	function fail(text) { failed++; print name ": " text >>failures }
	/^1\.\.[0-9]+/ { planned = substr($1, 4); failing = 0; next }
	/^not ok/ { ran++; failing = 1; fail($0); next }
	/^ok/ { ran++; failing = 0; passed += !/# *[Ss][Kk][Ii][Pp]/; next }
	failing { print >>failures }
	END {
		if (ran + 0 != planned + 0 || planned == "")
			fail("planned " (planned == "" ? "none" : planned) ", ran " ran + 0)
		print passed + 0, failed + 0
	}' "$logs/$1.tap"
}

has_passed() {
	[[ -e $logs/$1.tap && $(count "$1" /dev/null) == *' 0' ]]
}

headings() {
	awk 'NF { gsub(/_/, " ", $1); printf " %s |", $1 }' <<<"$cells"
}

# One line of the table, and its numbers added up in $passed and $failed.
row() {
	local cell rest good bad

	printf '| %s |' "$2"
	while read -r cell rest; do
		[[ $cell ]] || continue
		if [[ ! -e $logs/$1/$cell.tap ]]; then
			printf '  |'
			continue
		fi
		read -r good bad < <(count "$1/$cell" "$logs/failures")
		passed=$((passed + good)) failed=$((failed + bad))
		printf ' %d%s |' "$good" "$( ((!bad)) || printf ', %d failed' "$bad")"
	done <<<"$cells"
	printf '\n'
}

table() {
	local deployment description

	passed=0 failed=0
	printf '| web server |%s\n|---|%s\n' "$(headings)" "$(headings | sed 's/[^|]*|/---:|/g')"
	while read -r deployment description; do
		[[ $deployment && $chosen == *" $deployment "* ]] || continue
		row "$deployment" "$description"
		[[ -e $logs/$deployment/API.tap ]] || failed=$((failed + 1))
	done <<<"$deployments"
}

read_options "$@"
look_for_tools
if [[ $logs ]]; then
	[[ $resume ]] || rm -rf "$logs"
	mkdir -p "$logs" || exit
else
	logs=$(mktemp -d "${TMPDIR:-/tmp}/hythe-servers.XXXXXX") || exit
fi
: >"$logs/failures"
# shellcheck disable=SC2046
trap 'kill $(jobs -p); wait; exit 143' HUP INT TERM
for deployment in $chosen; do
	(deploy "$deployment") &
	[[ $short ]] || wait
	((++running % 2)) || wait
done
wait
table
[[ ! -s $logs/failures ]] || { printf '\n' && cat "$logs/failures"; }
printf '\n%d passed, %d failed\n' "$passed" "$failed"
((passed && !failed))
