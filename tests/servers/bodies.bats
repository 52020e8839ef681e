#!/usr/bin/env bats
# bodies.bats - bodies as no client should send them, through a web server
# SPDX-License-Identifier: ISC
#
# For DRIVER=http.  Whatever the web server makes of them: what is whole is taken,
# and a part is never taken as the whole.
# HYTHE_TEST_SHORT is set to try every other frame, and one way to end it.

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

# name, kind, and what is sent.  `length' and `chunked' are the header; `all',
# `half' and `rest' these bytes of the body, in brackets as a chunk; `[all' is
# only the head of one.
frames='
length           whole   length all
expected         whole   Expect:\x20100-continue\r\n length all
one-chunk        whole   chunked [all] 0\r\n\r\n
two-chunks       whole   chunked [half] [rest] 0;x=y\r\nX-Trailer:\x20z\r\n\r\n
cut-length       cut     length half
cut-nothing      cut     length
cut-chunk        cut     chunked [all half
cut-between      cut     chunked [half]
cut-at-end       ended   chunked [all]
no-number        broken  chunked [half] zz\r\njunk\r\n0\r\n\r\n
negative         broken  chunked [half] -5\r\njunk\r\n0\r\n\r\n
overflow         broken  chunked [half] 1000000000000000a\r\njunkjunkju\r\n0\r\n\r\n
no-line-end      broken  chunked [half half 0\r\n\r\n
shorter          short   length=half \r\n all
no-body          empty   \r\n
empty-length     empty   Content-Length:\x200\r\n\r\n
empty-chunked    empty   chunked 0\r\n\r\n
both             both    length=all chunked [all] 0\r\n\r\n
both-shorter     both    length=half chunked [all] 0\r\n\r\n
both-longer      both    Content-Length:\x20999999\r\n chunked [all] 0\r\n\r\n
two-lengths      lie     length=half length=all \r\n all
negative-length  lie     Content-Length:\x20-5\r\n\r\n all
no-length        lie     Content-Length:\x205x\r\n\r\n all
great-length     lie     Content-Length:\x2018446744073709556616\r\n\r\n all
'

frames_of() {
	awk -v kind="$1" -v short="${HYTHE_TEST_SHORT:-}" '
		$2 == kind && (short == "" || ++count % 2) { print $1 }' <<<"$frames"
}

# The requests that bring a body: what each is called, method, where to, body.
ways='
patch     PATCH  session       blob
put       PUT    session-all   blob
put-half  PUT    session-half  blob
post      POST   uploads       blob
tag       PUT    latest        index
digest    PUT    index         index
'

# recall FRAME END: $tried, the directory of an attempt, $name, its repository,
# $all, $half and $index, the digests of what was sent, and $patched, the session
# of its PATCH.
recall() {
	: "${repository:=$name}"
	tried=$BATS_TEST_TMPDIR/$1-$2
	name=$repository/$1-$2
	all=$(digest_of "$tried/blob/all") half=$(digest_of "$tried/blob/half")
	index=$(digest_of "$tried/index/all")
	[[ ! -e $tried/patched ]] || patched=$(<"$tried/patched")
}

# content DIRECTORY BYTES: a blob and an index, and their halves.
content() {
	local each

	mkdir -p "$1/blob" "$1/index"
	random_file "$1/blob/all" "$2"
	printf '{"schemaVersion":2,"mediaType":"%s","manifests":[],"annotations":{"x":"%s"}}' \
		"$oci_index" "$(absent_digest)" >"$1/index/all"
	for each in "$1/blob" "$1/index"; do
		head -c $(($(stat -c %s "$each/all") / 2)) "$each/all" >"$each/half"
		tail -c +$(($(stat -c %s "$each/half") + 1)) "$each/all" >"$each/rest"
	done
}

# send_frame DIRECTORY WORD...: the words of a frame, from the files there.
send_frame() {
	local word size

	size=$(stat -c %s "$1/all")
	for word in "${@:2}"; do
		case $word in
		length) printf 'Content-Length: %d\r\n\r\n' "$size" ;;
		length=*) printf 'Content-Length: %d\r\n' "$(stat -c %s "$1/${word#*=}")" ;;
		chunked) printf 'Transfer-Encoding: chunked\r\n\r\n' ;;
		all | half | rest) cat "$1/$word" ;;
		\[*\]) send_frame "$1" "${word%?}" "${word:1:-1}" '\r\n' ;;
		\[*) printf '%x\r\n' "$(stat -c %s "$1/${word#?}")" ;;
		*) printf %b "$word" ;;
		esac
	done
}

# raw END METHOD PATH DIRECTORY WORD...: send a request, and print the answer.
raw() {
	{
		printf '%s\r\n' "$2 $3 HTTP/1.1" 'Host: registry.test' 'Connection: close' \
			"Content-Type: $oci_index"
		send_frame "${@:4}"
	} | perl "$HYTHE_SOURCE/tests/servers/send.pl" "${REGISTRY_URL#http://}" "$1"
}

# where_is PLACE: $url, which may want a session.
where_is() {
	case $1 in
	session) start_upload && url at "$location" ;;
	session-all) start_upload && url at "$location" "digest=$all" ;;
	session-half) start_upload && url at "$location" "digest=$half" ;;
	uploads) url uploads "$name" "digest=$all" ;;
	latest) url manifest "$name" latest ;;
	index) url manifest "$name" "$index" ;;
	esac
}

# attempt FRAME END [BYTES]: send a blob and an index so, by every way at once, to
# a repository of its own; the answers become files of $tried.
attempt() {
	local way verb place what words

	content "$BATS_TEST_TMPDIR/$1-$2" "${3:-5000}"
	recall "$1" "$2"
	words=$(awk -v name="$1" '$1 == name { $1 = $2 = ""; print }' <<<"$frames")
	while read -r way verb place what; do
		[[ $way ]] || continue
		where_is "$place" || return
		[[ $way != patch ]] || printf %s "$location" >"$tried/patched"
		# shellcheck disable=SC2086
		raw "$2" "$verb" "$url" "$tried/$what" $words >"$tried/$way" 3>&- &
	done <<<"$ways"
	wait
	recall "$1" "$2"
}

# answered WAY STATUS
answered() {
	grep -q "^HTTP/1.1 $2 " "$tried/$1" ||
		fail "$name: $1 is not answered $2:" "$(head -c 1000 "$tried/$1")"
}

# not_taken WAY...: the answer, if there is one, is no success.
not_taken() {
	local way

	for way; do
		! grep -q '^HTTP/1.1 2' "$tried/$way" ||
			fail "$name: $way is answered as if it were whole:" \
				"$(head -c 1000 "$tried/$way")" || return
	done
}

# is_there FILE KIND REFERENCE
is_there() {
	request GET "$2" "$name" "$3" && expect_status 200 && expect_body "$1"
}

# absent KIND REFERENCE
absent() {
	request GET "$1" "$name" "$2" && expect_status 404
}

# The session of the PATCH goes on from where it says that it is.  What a web
# server took for data in a broken body, if it did, the digest finds out.
goes_on() {
	local size at

	size=$(stat -c %s "$tried/blob/all")
	request GET "$patched" && expect_status 204 || return
	at=$((${header[range]#0-} + 1))
	((at > 1)) || at=0
	if ((at < size)); then
		tail -c +$((at + 1)) "$tried/blob/all" >rest
		request PATCH "$patched" --body rest -H "Content-Range: $at-$((size - 1))"
		expect_status 202 || return
	fi
	request PUT at "$patched" "digest=$all" || return
	if [[ $1 == broken ]] && ((at > size / 2)); then
		refused 400 DIGEST_INVALID
	else
		expect_status 201 && is_there "$tried/blob/all" blob "$all"
	fi
}

# refuses WAY...: each is answered with a fault of the client's.
refuses() {
	local way

	for way; do
		answered "$way" '4..' || return
	done
}

# Nothing is there of an attempt that did not bring all.
not_stored() {
	not_taken put post tag digest || return
	absent blob "$all" && absent manifest latest && absent manifest "$index" || return
	[[ ${REGISTRY_UNSPOOLED_CGI:-} && $1 != *length ]] || absent blob "$half"
}

# All came but the end: who cannot tell may take it, but for what it is.
stored_or_not() {
	if [[ ${REGISTRY_UNSPOOLED_CGI:-} ]]; then
		request GET blob "$name" "$all" || return
		[[ $status == 404 ]] || expect_body "$tried/blob/all" || return
		request GET manifest "$name" latest || return
		[[ $status == 404 ]] || expect_body "$tried/index/all"
	else
		not_stored ''
	fi
}

# breaks_off KIND CHECK: try, with all the ways to end, and look only then: what a
# web server does of it late counts too.
breaks_off() {
	local frame end ends=(fin close reset)

	for frame in $(frames_of "$1"); do
		[[ ! ${HYTHE_TEST_SHORT:-} ]] || ends=("${ends[@]:1}" "${ends[0]}")
		for end in "${ends[@]:0:${HYTHE_TEST_SHORT:+1}}"; do
			attempt "$frame" "$end" || return
		done
	done
	sleep 1
	for tried in "$BATS_TEST_TMPDIR"/*-{fin,close,reset}; do
		[[ -e $tried ]] || continue
		tried=${tried##*/} end=${tried##*-}
		recall "${tried%-*}" "$end"
		"$2" "${tried##*/}" && goes_on "$1" || return
	done
}

@test "whole, however it is framed: taken" {
	local frame

	for frame in $(frames_of whole); do
		attempt "$frame" wait 300000
		answered patch 202
		answered put 201
		answered put-half 400
		answered post 201
		answered tag 201
		answered digest 201
		is_there "$tried/blob/all" blob "$all"
		is_there "$tried/index/all" manifest latest
		is_there "$tried/index/all" manifest "$index"
		absent blob "$half"
		goes_on whole
	done
}

@test "cut: nothing is stored, and an upload goes on" {
	breaks_off cut not_stored
}

@test "cut before the last chunk: stored only where nobody can tell" {
	breaks_off ended stored_or_not
}

@test "no chunk where there should be one: nothing is stored, and an upload goes on" {
	breaks_off broken not_stored
}

@test "more than the length: the rest is not the body's" {
	attempt shorter wait
	answered put-half 201
	is_there "$tried/blob/half" blob "$half"
	refuses put post tag digest
	absent blob "$all"
	absent manifest latest
	absent manifest "$index"
	goes_on short
}

@test "empty, however it is said: nothing is stored" {
	local frame

	for frame in $(frames_of empty); do
		attempt "$frame" wait
		answered patch 202
		refuses put put-half post tag digest
		not_stored length
		goes_on empty
	done
}

@test "a length and chunks at once: refused, or as the chunks say" {
	local frame way

	for frame in $(frames_of both); do
		attempt "$frame" wait
		absent blob "$half"
		for way in patch put post tag digest; do
			answered "$way" '\(20[12]\|4..\)'
		done
		! grep -q '^HTTP/1.1 2' "$tried/put" || is_there "$tried/blob/all" blob "$all"
		! grep -q '^HTTP/1.1 2' "$tried/tag" || is_there "$tried/index/all" manifest latest
		goes_on both
	done
}

@test "a length that is none, or two: refused" {
	local frame

	for frame in $(frames_of lie); do
		attempt "$frame" wait
		refuses patch put put-half post tag digest
		not_stored length
		goes_on lie
	done
}

@test "clients that stop in the middle of a body keep nobody waiting" {
	local each connection connections=() host=${REGISTRY_URL#http://}

	for each in {1..20}; do
		start_upload
		url at "$location"
		exec {connection}<>"/dev/tcp/${host%:*}/${host##*:}"
		connections+=("$connection")
		printf '%s\r\n' "PATCH $url HTTP/1.1" 'Host: registry.test' 'Content-Length: 9' '' \
			>&"$connection"
		printf half >&"$connection"
	done
	random_file blob 1000
	push_blob blob
	for connection in "${connections[@]}"; do
		exec {connection}>&-
	done
}

@test "Expect: 100-continue is answered before the body is sent" {
	random_file blob 100000
	start_upload
	url --root "$REGISTRY_URL" at "$location" "digest=$(digest_of blob)"
	curl -sS --http1.1 --expect100-timeout 60 -X PUT -H 'Expect: 100-continue' -D got \
		--data-binary @blob --max-time 30 -o answer "$url"
	grep -q '^HTTP/1.1 100 ' got
	grep -q '^HTTP/1.1 201 ' got
}

@test "a body of 5 GiB is not too large" {
	local answer host=${REGISTRY_URL#http://}

	start_upload
	url at "$location"
	exec 9<>"/dev/tcp/${host%:*}/${host##*:}"
	printf '%s\r\n' "PATCH $url HTTP/1.1" 'Host: registry.test' 'Expect: 100-continue' \
		'Content-Length: 5368709120' '' >&9
	read -rt 60 answer <&9
	exec 9>&-
	[[ $answer == 'HTTP/1.1 100 '* ]] || fail "$answer"
}

@test "an answer that needs no body comes, though the body was not read" {
	local each

	random_file large $((8 << 20))
	for each in 1 2 3 4 5 6 7 8; do
		request PATCH session "$name" none --body large
		refused 404 BLOB_UPLOAD_UNKNOWN
		request PATCH session "$name" none --body large --chunked
		refused 404 BLOB_UPLOAD_UNKNOWN
		request PUT manifest "$name" latest --body large
		refused 413 MANIFEST_INVALID
	done
}
