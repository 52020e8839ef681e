#!/usr/bin/env bats
# answers.bats - what a web server tells the programs, and what it answers itself
# SPDX-License-Identifier: ISC
#
# HYTHE_TEST_SERVER is the starter and the mode, such as `nginx fastcgi'.  The
# programs are told.c, and answer what they are told.  No request may have more than
# 64 KiB.  docs/servers.md has a table of what shows what; a test there is worth its
# place if it fails without the lines of the configuration that it is about.

bats_require_minimum_version 1.5.0
export LC_ALL=C

setup_file() {
	local server mode each

	read -r server mode <<<"${HYTHE_TEST_SERVER:?}"
	directory=$(mktemp -d "${TMPDIR:-/tmp}/hythe-answers.XXXXXX")
	mkdir "$directory/told"
	"${CC:-cc}" -o "$directory/told/hythe-discovery" "$HYTHE_SOURCE/tests/servers/told.c" -lfcgi
	for each in blobs manifests token uploads; do
		cp "$directory/told/hythe-discovery" "$directory/told/hythe-$each"
	done
	chmod 755 "$directory"
	. "$HYTHE_SOURCE/tests/servers/$server.bash"
	server_programs=$directory/told
	server_limit_kib=64
	server_start "$mode" "$directory"
	mkdir -p "$STORAGE/docker/registry/v2/blobs"
	head -c 300 /dev/zero | tr '\0' x | tee "$STORAGE/docker/registry/v2/blobs/sent" \
		>"$STORAGE/outside"
	export directory server_pid server_attached server_sockets
}

teardown_file() {
	local pid=$server_pid attached=$server_attached rubbish=$server_rubbish

	. "$HYTHE_SOURCE/tests/servers/serving.bash"
	server_pid=$pid server_attached=$attached server_rubbish=$rubbish
	server_stop
	rm -rf "$directory"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	name=a/repository
}

fail() {
	printf '%s\n' "$@" >&2
	return 1
}

# ask PATH [curl's option]...: $status, and the files headers and body.
ask() {
	: >body
	status=$(curl -sS --path-as-is --max-time 60 -o body -D headers -w '%{http_code}' \
		-H Expect: ${VERIFY_CACERT:+--cacert "$VERIFY_CACERT"} "${@:2}" "$REGISTRY_URL$1")
}

# refuses STATUS PATH [curl's option]...: so, or by hanging up, as some do
# where they speak HTTP/2.
refuses() {
	if ask "${@:2}" 2>/dev/null || [[ $REGISTRY_URL == http:* ]]; then
		refused $1
	fi
}

# told NAME VALUE: the program sees this variable so.
told() {
	grep -qxF -e "$1=$2" body ||
		fail "not told: ${1:0:100}=${2:0:100}" "but: $(grep "^$1=" body)" "status $status"
}

not_told() {
	! grep "^$1=." body || fail "told: $1"
}

# refused STATUS...: one of these, with a fault in the form of the specification.
refused() {
	[[ " $* " == *" $status "* ]] || fail "expected $*, not $status:" "$(head -c 1000 body | cut -c 1-100)" ||
		return
	grep -qi '^Content-Type: application/json' headers || fail "no JSON: $(<headers)" || return
	jq -e 'keys == ["errors"] and (.errors | length > 0) and
		all(.errors[]; (.code | test("^[A-Z_]+$")) and (.message | length > 0))' body ||
		fail "no faults: $(<body)"
}

@test "a program is told the target as it was sent" {
	local target

	for target in /v2/ /v2/_catalog '/v2/_catalog?n=5&last=a%2Fb' "/v2/$name/tags/list" \
		"/v2/a%61%2da/tags/list?x=%3F" '/v2/a/../b/tags/list' '/v2/%2e%2e/tags/list' \
		"/v2/$name/manifests/a%3Ab"; do
		ask "$target"
		[[ $status == 200 || $target != *..* && $target != *%2e* ]] || continue
		told REQUEST_URI "$target"
		told REQUEST_METHOD GET
	done
}

# by PROGRAM PATH: that one is asked.
by() {
	ask "$2"
	grep -qxF "program=$1" body || fail "$2: status $status, $(head -n 1 body)"
}

@test "each path has its program" {
	local each

	for each in latest sha256:a a%3ab blobs uploads; do
		by hythe-manifests "/v2/$name/manifests/$each"
	done
	by hythe-manifests "/v2/$name/manifests/latest?n=/v2/a/blobs/x"
	by hythe-manifests /v2/a/blobs/uploads/b/manifests/latest
	by hythe-blobs "/v2/$name/blobs/sha256:a"
	by hythe-blobs "/v2/$name/manifests/blobs/sha256:a"
	for each in '' / /session '/?digest=sha256:a' '?mount=sha256:a&from=b/c'; do
		by hythe-uploads "/v2/$name/blobs/uploads$each"
	done
	by hythe-token '/v2/_hythe/token?scope=repository:a/b:pull'
	for each in '' / /_catalog "/$name/tags/list" "/$name/referrers/sha256:a" /nothing \
		"/$name/manifests/" '/_oci/ext/discover?n=/blobs/uploads/'; do
		by hythe-discovery "/v2$each"
	done
}

@test "the length of an answer comes through, that to HEAD too" {
	local each

	for each in manifests/latest blobs/sha256:a blobs/uploads/session tags/list; do
		ask "/v2/$name/$each"
		tr -d '\r' <headers | grep -qix "Content-Length: $(stat -c %s body)" ||
			fail "GET: $(<headers)"
		ask "/v2/$name/$each" -I
		grep -qi '^Content-Length: [1-9]' headers || fail "HEAD: $(<headers)"
	done
}

@test "a program is told headers that matter" {
	ask /v2/ -H 'Range: bytes=1-2' -H 'If-None-Match: "a", W/"b"' -H 'Content-Range: 3-4' \
		-H 'If-Range: "a"' -H 'X-Forwarded-Proto: https' -H 'Accept: a/b'
	told HTTP_RANGE bytes=1-2
	told HTTP_IF_NONE_MATCH '"a", W/"b"'
	told HTTP_IF_RANGE '"a"'
	told HTTP_CONTENT_RANGE 3-4
	told HTTP_X_FORWARDED_PROTO https
	told HTTP_ACCEPT a/b
}

@test "a program is told Authorization, and no user that nobody verified" {
	ask /v2/ -H 'Authorization: Bearer some.token'
	told HTTP_AUTHORIZATION 'Bearer some.token'
	ask /v2/ -u somebody:secret
	told HTTP_AUTHORIZATION "Basic $(printf somebody:secret | base64)"
	not_told REMOTE_USER
	ask /v2/
	not_told HTTP_AUTHORIZATION
}

@test "a program is told the length and type of a body" {
	ask "/v2/$name/manifests/latest" -X PUT -d 0123456789 -H 'Content-Type: a/b'
	told CONTENT_LENGTH 10
	told CONTENT_TYPE a/b
	ask "/v2/$name/blobs/uploads/" -X POST -d ''
	[[ $status == 200 ]]
}

# sent NAME [curl's option]...: the web server is named this file, and sends it.
sent() {
	local path=$STORAGE$1

	[[ $server_sendfile != X-Accel-Redirect ]] || path=/_hythe$1
	ask "/v2/$name/blobs/sha256:a" -H "X-Answer: $server_sendfile: $path" "${@:2}"
	! grep -i "^$server_sendfile:" headers || fail 'the path is shown'
}

# Each of the headers that the program has set, once, and as it set it.
has_headers() {
	local header

	for header in 'Docker-Distribution-API-Version: registry/2.0' \
		'Docker-Content-Digest: sha256:told' 'ETag: "sha256:told"' \
		'Cache-Control: max-age=31536000' 'X-Content-Type-Options: nosniff' \
		'Content-Security-Policy: sandbox' 'Content-Type: application/octet-stream'; do
		[[ $(grep -i "^${header%%: *}:" headers | tr -d '\r' | sed 's/^[^:]*: //') == \
			"${header#*: }" ]] || fail "not once $header: $(<headers)"
	done
}

sends_files() {
	[[ ${server_sendfile:-} ]] || skip 'for other servers: this one sends no files'
}

@test "a file that a program names is sent, with all that the program said of it" {
	sends_files
	sent /docker/registry/v2/blobs/sent
	[[ $status == 200 ]] && cmp body "$STORAGE/docker/registry/v2/blobs/sent"
	has_headers
	grep -qi '^Content-Length: 300' headers
	sent /docker/registry/v2/blobs/sent -H 'Range: bytes=1-2'
	[[ $status == 206 && $(<body) == xx ]]
	has_headers
}

@test "no other file is sent" {
	sends_files
	sent /outside
	[[ $status != 200 ]] || [[ ! -s body ]] || fail "sent: $(<headers)"
}

@test "a program is told that the web server sends files" {
	sends_files
	[[ ! $server_attached ]] || skip 'for other servers: it is in hythe.conf'
	ask "/v2/$name/blobs/sha256:a"
	grep -qx 'own HYTHE_SENDFILE=x-sendfile' body
}

@test "nothing is compressed on the way" {
	local encodings='Accept-Encoding: gzip, deflate, br, zstd'

	for each in manifests/latest blobs/sha256:a blobs/uploads/x tags/list; do
		ask "/v2/$name/$each" -H "$encodings"
		told REQUEST_METHOD GET
		! grep -i '^Content-Encoding:' headers
	done
	[[ ! ${server_sendfile:-} ]] || {
		sent /docker/registry/v2/blobs/sent -H "$encodings"
		! grep -i '^Content-Encoding:' headers
		cmp body "$STORAGE/docker/registry/v2/blobs/sent"
	}
}

# With nothing but files .htaccess one has no say in this.
needs_configuration() {
	[[ ! ${server_account:-} ]] || skip 'for other servers: an account cannot set this'
}

@test "a header of 15 KiB passes, as long tokens need it" {
	local long

	needs_configuration
	printf -v long '%*s' 15360 ''
	ask /v2/ -H "Authorization: Bearer ${long// /x}"
	told HTTP_AUTHORIZATION "Bearer ${long// /x}"
}

# mod_cgid takes no more than 8 KiB of either.
@test "a target of 12 KiB passes, half of it the path" {
	local long

	needs_configuration
	printf -v long '%*s' 6144 ''
	ask "/v2/${long// /x}/tags/list?last=${long// /x}"
	told REQUEST_URI "/v2/${long// /x}/tags/list?last=${long// /x}"
}

@test "headers that are too long: 431, or 400" {
	local long

	needs_configuration
	printf -v long '%*s' 90000 ''
	refuses '431 400' /v2/ -H "Authorization: Bearer ${long// /x}"
}

@test "a path that is too long: 414" {
	local long

	needs_configuration
	printf -v long '%*s' 60000 ''
	refuses '414 431' "/v2/${long// /x}/tags/list"
}

@test "what is not the registry's: 404" {
	local target

	needs_configuration
	for target in / /v1/search /v2x /V2/ /404.html; do
		ask "$target"
		refused 404
	done
	for target in /_hythe/errors/404.html /_hythe/ \
		/_hythe/docker/registry/v2/blobs/sent /errors/404.html /hythe-blobs; do
		ask "$target"
		refused 404 403
	done
}

@test "a site's rules are not shown, and its programs know when they are called directly" {
	local target

	[[ ${server_account:-} ]] || skip 'for other servers: this is no site of an account'
	for target in /.htaccess /hythe/.htaccess /hythe/errors/.htaccess; do
		ask "$target"
		[[ $status == 403 ]] || fail "$target: $status, $(<body)"
	done
	ask /hythe/hythe-discovery.cgi/v2/
	told REQUEST_URI /hythe/hythe-discovery.cgi/v2/
}

@test "what the web server itself asks a password for: 401" {
	ask /v2/_test/401
	refused 401
	grep -qi '^WWW-Authenticate: Basic' headers
}

@test "what the web server itself forbids: 403" {
	ask /v2/_test/403
	refused 403
}

@test "whatever the web server answers itself: JSON, and that page" {
	local each

	for each in $server_statuses; do
		ask "/v2/_test/$each"
		refused "$each"
		# Of one there is a page that is no file.
		cmp body "$HYTHE_SOURCE/errors/$each.html" || [[ $each == 414 && $REGISTRY_URL == https:* ]]
	done
}

@test "what the web server wants a length of: 411" {
	needs_configuration
	ask /v2/_test/411 -X POST -H 'Content-Length:'
	refused 411
}

@test "a request that is larger than the web server allows: 413" {
	[[ ! ${server_unlimited:-} ]] || skip 'for other servers: here the programs set the limit'
	head -c 100000 /dev/zero >large
	refuses 413 "/v2/$name/blobs/uploads/x" -X PATCH -T large
	refuses 413 "/v2/$name/blobs/uploads/x" -X PATCH -T large -H 'Transfer-Encoding: chunked'
	head -c 60000 /dev/zero >small
	ask "/v2/$name/blobs/uploads/x" -X PATCH -T small
	[[ $status == 200 ]]
}

@test "a request that is none: 400" {
	needs_configuration
	refuses 400 /v2/ -H 'Content-Length: x'
}

@test "a method that nobody knows: 405 or 501, or the program's affair" {
	ask /v2/ -X BREW
	[[ $status == 200 ]] || refused 405 501
	ask /v2/ -X TRACE
	[[ $status == 200 ]] || refused 405 501
}

@test "a program that ends without an answer: 500, 502 or 503" {
	local each

	for each in 1 2 3; do
		ask "/v2/$name/blobs/sha256:crash"
		refused 500 502 503
	done
}

@test "a program that is not there: 502 or 503" {
	local each

	[[ $server_attached ]] || skip 'for other servers: this one starts the programs'
	for each in $server_attached; do
		[[ $(tr '\0' ' ' <"/proc/$each/cmdline") != *hythe-manifests* ]] || kill "$each"
	done
	for each in 1 2 3; do
		ask "/v2/$name/manifests/latest"
		[[ $status != 200 ]] || sleep 1
	done
	refused 502 503
}
