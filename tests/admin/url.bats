#!/usr/bin/env bats
# url.bats - hythe url, by its documentation
# SPDX-License-Identifier: ISC

bats_require_minimum_version 1.5.0

load ../../verify/expect
load ../../verify/url

HYTHE_BUILD=${HYTHE_BUILD:-$BATS_TEST_DIRNAME/../..}
digest=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
encoded=${digest/:/%3A}

setup() {
	hythe_find
}

# prints EXPECTED WORD...
prints() {
	run -0 --separate-stderr "$hythe" url "${@:2}"
	expect_equal "$output" "$1"
	# shellcheck disable=SC2154
	expect_equal "$stderr" ''
}

# refuses STATUS PATTERN WORD...: nothing is printed, and a message like PATTERN.
refuses() {
	run "-$1" --separate-stderr "$hythe" url "${@:3}"
	expect_equal "$output" ''
	# shellcheck disable=SC2053
	[[ ${stderr%%$'\n'*} == $2 ]] || fail "said: $stderr"
	case $1 in
	1) expect_equal "${stderr#*$'\n'}" "$stderr" ;;
	2) [[ $stderr == *usage:*'hythe url'* ]] || fail "no usage: $stderr" ;;
	esac
}

@test "every kind of endpoint" {
	prints /v2/ base
	prints /v2/_catalog catalog
	prints /v2/_oci/ext/discover extensions
	prints /v2/a/b/_oci/ext/discover repository-extensions a/b
	prints /v2/_hythe/token token
	prints /v2/a/b/tags/list tags a/b
	prints "/v2/a/b/referrers/$digest" referrers a/b "$digest"
	prints /v2/a/b/manifests/latest manifest a/b latest
	prints "/v2/a/b/manifests/$digest" manifest a/b "$digest"
	prints "/v2/a/b/blobs/$digest" blob a/b "$digest"
	prints "/v2/a/b/blobs/tarsum.v1%2B$digest" blob a/b "tarsum.v1+$digest"
	prints /v2/a/b/blobs/uploads/ uploads a/b
	prints /v2/a/b/blobs/uploads/1-2 session a/b 1-2
	prints '/v2/a/b/blobs/uploads/%3F%20=' session a/b '? ='
}

@test "a root, with and without a slash" {
	prints http://127.0.0.1:5000/v2/ --root http://127.0.0.1:5000 base
	prints http://127.0.0.1:5000/v2/a/tags/list --root http://127.0.0.1:5000/ tags a
	refuses 1 "hythe: 'registry.example' is no root*" --root registry.example base
	refuses 1 "hythe: 'http://r/x' is no root*" --root http://r/x base
	refuses 2 "hythe: '--root' *" --root
}

@test "parameters are percent-encoded, and may be repeated" {
	prints '/v2/a/tags/list?n=5&last=a%2Bb%20%26' tags a n=5 'last=a+b &'
	prints "/v2/a/manifests/$digest?tag=one&tag=two" manifest a "$digest" tag=one tag=two
	prints "/v2/a/blobs/uploads/?mount=$encoded&from=b%2Fc" uploads a "mount=$digest" from=b/c
	prints '/v2/_catalog?last=&x=y%3Dz' catalog last= x=y=z
}

@test "at a location: the query is kept, and the same key replaced" {
	local location='/v2/a/blobs/uploads/1?_state=x%2By=&digest=old&z'

	prints "$location" at "$location"
	prints "/v2/a/blobs/uploads/1?_state=x%2By=&z&digest=$encoded" \
		at "$location" "digest=$digest"
	prints "/v2/a/blobs/uploads/1?digest=$encoded" at /v2/a/blobs/uploads/1 "digest=$digest"
	prints "https://r/v2/a/blobs/uploads/1?digest=$encoded" \
		--root https://r at /v2/a/blobs/uploads/1 "digest=$digest"
	prints "https://cdn/x?s=1&digest=$encoded" --root https://r at 'https://cdn/x?s=1#f' \
		"digest=$digest"
	prints https://cdn/x --root https://r at //cdn/x
	refuses 1 "hythe: 'uploads/1' is neither *" at uploads/1
	refuses 1 "hythe: '' is neither *" --root https://r at ''
	refuses 2 "hythe: 'at' *" at
}

@test "arguments that are not valid are refused" {
	refuses 1 "hythe: 'A' is no valid repository name" tags A
	refuses 1 "hythe: '' is no valid repository name" uploads ''
	refuses 1 "hythe: '.t' is no valid tag" manifest a .t
	refuses 1 "hythe: 'sha256:0' is no valid digest*" manifest a sha256:0
	refuses 1 "hythe: 'latest' is no valid digest*" blob a latest
	refuses 1 "hythe: 'v1' is no valid digest*" referrers a v1
	refuses 1 "hythe: '../x' is no valid upload session" session a ../x
	refuses 1 "hythe: '' is no valid upload session" session a ''
}

@test "a wrong number of arguments is refused" {
	refuses 2 "hythe: '' is no kind*"
	refuses 2 "hythe: 'upload' is no kind*" upload a
	refuses 2 "hythe: 'tags' *" tags
	refuses 2 "hythe: 'blob' *" blob a
	refuses 2 "hythe: 'b' is one argument too many*" tags a b
	refuses 2 "hythe: '=b' *" tags a =b
	refuses 2 "hythe: '--all' *" --all base
	refuses 2 'usage: hythe url *' --parse
	refuses 2 'usage: hythe url *' --parse /v2/ /v2/
	refuses 2 'usage: hythe url *' --root http://r --parse /v2/
	refuses 2 'usage: hythe url *' --batch base
}

@test "--raw takes any argument" {
	prints /v2/A%20/manifests/..%2F --raw manifest 'A ' ../
	prints /v2/a/blobs/sha256:x --raw blob a sha256:x
	refuses 2 "hythe: 'blob' *" --raw blob a
}

@test "--parse names the kind and its parts, a line each" {
	prints base --parse /v2
	prints $'manifest\na/b\nlatest' --parse /v2/a/b/manifests/latest
	prints $'manifest\na/manifests\nb' --parse https://r:5000/v2/a/manifests/manifests/b
	prints $'session\na\n1\n_state=x+y=\ndigest='"$digest"$'\nz=' \
		--parse "/v2/a/blobs/uploads/1?_state=x+y%3D&digest=$encoded&z"
	prints $'tags\nA' --parse /v2/A/tags/list#x
	for each in /v1/ /v2/a '' https://r /v2/a%2Fb/tags/list /v2/a/../tags/list; do
		refuses 1 "hythe: '$each' is no endpoint" --parse "$each"
	done
}

@test "what --parse prints makes the same URL" {
	local each

	for each in /v2/ '/v2/_catalog?n=1&last=a%2Fb' "/v2/a/b/blobs/$digest" \
		"/v2/a/blobs/uploads/x=?digest=$encoded&y="; do
		mapfile -t words < <("$hythe" url --parse "$each")
		prints "$each" "${words[@]}"
	done
}

@test "--batch answers each line by a line" {
	run -1 --separate-stderr --keep-empty-lines "$hythe" url --root http://r --batch \
		< <(printf 'base\nblob\ta\tb\n\n--raw\tblob\ta\tb c\ntags\ta\tlast=a b\n--parse\t/v2/\nbase')
	expect_equal "$output" $'http://r/v2/\n\n\nhttp://r/v2/a/blobs/b%20c
http://r/v2/a/tags/list?last=a%20b\n\nhttp://r/v2/\n'
	expect_equal "$(grep -c ^hythe: <<<"$stderr")" 3
	run -0 "$hythe" url --batch </dev/null
	expect_equal "$output" ''
}

@test "--batch answers a line before it waits for the next" {
	local i

	for i in 1 2 3; do
		url tags a "n=$i" "last=a b"
		expect_equal "$url" "/v2/a/tags/list?n=$i&last=a%20b"
	done
	run ! url tags A
	url base
	expect_equal "$url" /v2/
}

@test "a call of too many words is refused" {
	local -a words

	mapfile -t words < <(seq 1100)
	run -1 --separate-stderr "$hythe" url --batch \
		< <(printf 'tags\ta'; printf '\tk=%s' "${words[@]}")
	[[ $stderr == *'too many words'* ]] || fail "$stderr"
}

@test "an answer that cannot be written is a failure" {
	[[ -c /dev/full ]] || skip 'no /dev/full here'
	run -1 --separate-stderr bash -c '"$1" url base >/dev/full' - "$hythe"
	[[ $stderr == *'cannot write'* ]] || fail "$stderr"
}
