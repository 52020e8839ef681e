# helper.bash - what every case starts from
# SPDX-License-Identifier: ISC
#
# One body of cases, run in two ways:
#   by hythe-verify(1), on any registry: HYTHE_VERIFY is the directory of the run.
#         What the specification leaves open is left open.
#   by hythe's own tests, without HYTHE_VERIFY: `strict` is set, and all that hythe
#         promises beyond the specification is asked for too.
# DRIVER says how a request is made:
#   cgi   (default) run the programs from the shell, as a web server would
#         run them by CGI; each test file has a store of its own
#   http  ask the registry at REGISTRY_URL with curl; REGISTRY_STORAGE, for hythe's own
#         tests, is its storage directory on this machine, and VERIFY_CACERT the
#         certificate to trust
# REGISTRY_UNSPOOLED_CGI is set where the web server calls the programs by CGI while
# the body still comes: then they cannot tell the end of a chunked body from one
# that broke off, and may take what is right by its digest, or a whole manifest.
# HYTHE_SOURCE and HYTHE_BUILD are the source tree (never written to) and the
# tree the programs were built in; if hythe is not there, it is looked for in
# PATH.  HYTHE_TEST_STRICT=1 makes a missing tool a failure instead of a skip.

bats_require_minimum_version 1.8.0

verify_library=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
DRIVER=${DRIVER:-cgi}
strict=yes
[[ ! ${HYTHE_VERIFY:-} ]] || strict=''
if [[ $strict ]]; then
	HYTHE_SOURCE=$(cd "$verify_library/.." && pwd)
	HYTHE_BUILD=$(cd "${HYTHE_BUILD:-$HYTHE_SOURCE}" && pwd)
	export HYTHE_SOURCE HYTHE_BUILD
	. "$HYTHE_SOURCE/tests/registry/driver_cgi.bash"
fi
. "$verify_library/headers.bash"
. "$verify_library/driver_http.bash"
. "$verify_library/expect.bash"
. "$verify_library/verdict.bash"
. "$verify_library/content.bash"
. "$verify_library/uploads.bash"
. "$verify_library/lists.bash"
. "$verify_library/url.bash"
if [[ ! $strict ]]; then
	. "$verify_library/login.bash"
	. "$verify_library/record.bash"
fi

export LC_ALL=C
umask 022

# Every test has a repository of its own, `$name`, so that many may run
# against one registry; `$store` is the storage directory, `$v2` what is ours
# in it.
setup() {
	local file=${BATS_TEST_FILENAME##*/} salt

	salt=$(od -An -N5 -tx1 /dev/urandom | tr -d ' \n')
	name=${VERIFY_REPOSITORY:+$VERIFY_REPOSITORY/}${file%.bats}/t$BATS_TEST_NUMBER-$salt
	case $DRIVER in
	cgi)
		store=$BATS_FILE_TMPDIR/store
		[[ -d $store ]] || mkdir -m 2750 "$store"
		;;
	http)
		: "${REGISTRY_URL:?DRIVER=http needs the URL of a registry}"
		store=${REGISTRY_STORAGE:-}
		;;
	esac
	v2=$store/docker/registry/v2
	request_settings=()
	cd "$BATS_TEST_TMPDIR" || return
}

# request METHOD KIND [ARGUMENT]... [KEY=VALUE]... [option]...
# request METHOD at LOCATION [KEY=VALUE]... [option]...
# request METHOD PATH [option]...
#	an endpoint as hythe-url(1) has it; a path as it is, for those that are
#	no endpoint, not valid, or written in a way of their own
#	-H 'Name: value'   a header
#	--body FILE        a body; --data TEXT: a short one
#	--chunked          send it without its length
#	--length TEXT      cgi: CONTENT_LENGTH, whatever the body
#	--no-length        cgi: neither CONTENT_LENGTH nor a transfer encoding
#	--program PROGRAM  cgi: this program, whatever the path
#	--set NAME=VALUE   cgi: a setting, for this request
#	--closed           cgi: without open=yes, which all tests have
#	--unchecked        http: the web server itself may answer
# sets $status, and $headers and $body to the files that hold them, and checks
# what is true for every answer.
request() {
	local result=0

	# What bats does before each command takes longer than the request.
	set +T
	request_send "$@" || result=$?
	set -T
	return "$result"
}

request_send() {
	local result=0

	request_parse "$@" || return
	headers=$BATS_TEST_TMPDIR/headers
	body=$BATS_TEST_TMPDIR/body
	codes=''
	: >"$headers"
	: >"$body"
	"${DRIVER}_request" || result=$?
	[[ $strict ]] || record
	((!result)) || return
	if [[ $DRIVER == cgi || ! $request_unchecked ]]; then
		check_answer
	fi
}

# Set $path, and $target_words to how many words it took, from those behind the
# method.
request_target() {
	path=$1 target_words=1
	if [[ $url_words == *" $1 "* && $1 ]]; then
		while ((target_words < $#)) && [[ ${*:target_words+1:1} != -* ]]; do
			target_words=$((target_words + 1))
		done
		url "${@:1:target_words}" || return
		path=$url
	fi
}

request_parse() {
	method=$1
	request_headers=() request_environment=()
	request_body='' request_chunked='' request_length='' request_program=''
	request_closed='' request_unchecked=''
	shift
	request_target "$@" || return
	shift "$target_words"
	while (($#)); do
		case $1 in
		-H) request_headers+=("$2") && shift ;;
		--body) request_body=$2 && shift ;;
		--data)
			request_body=$BATS_TEST_TMPDIR/sent
			printf %s "$2" >"$request_body" && shift
			;;
		--chunked) request_chunked=yes ;;
		--length) request_length=$2 && shift ;;
		--no-length) request_length=none ;;
		--program) request_program=$2 && shift ;;
		--set) request_environment+=("$2") && shift ;;
		--closed) request_closed=yes ;;
		--unchecked) request_unchecked=yes ;;
		*) fail "request: what is '$1'?" || return ;;
		esac
		shift
	done
}

# The answer's body through jq.
json() {
	jq -r "$@" "$body"
}

# Skip, unless a missing tool is an error here.
skip_because() {
	[[ ! ${HYTHE_TEST_STRICT:-} ]] || fail "may not be skipped here: $1"
	skip "$1"
}

need() {
	local tool
	for tool; do
		type -P "$tool" >/dev/null || skip_because "no $tool here"
	done
}

# For tests that need settings, or bytes, that no shared server can have.
cgi_only() {
	[[ $strict ]] || not_seen "$1"
	[[ $DRIVER == cgi ]] || skip "for the cgi driver: $1"
}

http_only() {
	[[ $DRIVER == http ]] || skip "for the http driver: $1"
}

# Wait, ten seconds at most, until a command succeeds.
wait_until() {
	local tries=200

	while ((tries--)); do
		! "$@" || return 0
		sleep 0.05
	done
	fail "in vain waited for: $*"
}
