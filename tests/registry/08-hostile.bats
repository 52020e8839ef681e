#!/usr/bin/env bats
# 08-hostile.bats - stored bytes that would like to be a page, and a store with traps in it
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

page='<html><script>alert(1)</script></html>'

# No browser runs what it gets, or guesses at what it is.
inert() {
	expect_header X-Content-Type-Options nosniff
	expect_header_like Content-Security-Policy 'sandbox*'
	expect_header_like Content-Security-Policy "*default-src 'none'*"
	case ${header[content-type]-none} in
	none | application/json | application/octet-stream | "$oci_manifest" | "$oci_index" | \
		"$docker_manifest" | "$docker_list") ;;
	*) wrong "a Content-Type of ${header[content-type]}" ;;
	esac
}

@test "whatever is stored is inert: pages as blobs, in manifests, in lists and in parts" {
	local each

	make_image
	printf %s "$page" >blob
	push_blob blob
	jq -c --arg page "$page" '.annotations = {title: $page} |
		.artifactType = $page | .config.mediaType = "text/html"' "$image" >odd
	put_manifest latest odd
	expect_status 201
	inert
	jq -c --argjson subject "$(descriptor "$oci_manifest" odd)" '.subject = $subject' odd >signature
	put_manifest signature signature
	expect_status 201
	for each in "manifest $name latest" "blob $name $digest" "tags $name" \
		"referrers $name $(digest_of odd)" base "blob $name $digest -H Range:bytes=0-5" \
		"blob $name $digest -H Accept:text/html" "manifest $name latest -H Accept:text/html"; do
		request GET $each
		expect_status 200 206
		inert
		request HEAD $each
		inert
	done
	request GET blob "$name" "$digest" -H "If-None-Match: \"$digest\""
	expect_status 304
	inert
}

@test "a page is no manifest, by type or content" {
	local type

	make_image
	printf %s "$page" >html
	for type in text/html 'text/html; charset=utf-8' image/svg+xml application/xhtml+xml; do
		put_manifest latest html "$type"
		expect_status 400
		expect_code MANIFEST_INVALID
		inert
		put_manifest latest "$image" "$type"
		refused 400 MANIFEST_INVALID
		inert
	done
	put_manifest latest html
	refused 400 MANIFEST_INVALID
	inert
	request GET manifest "$name" latest
	refused 404 MANIFEST_UNKNOWN
}

@test "what others stored as a page is not sent as one" {
	local link type

	[[ $store ]] || skip 'for the cgi driver: the store'
	push_image latest
	for type in text/html "text/html;$oci_manifest"; do
		jq -c --arg type "$type" '.mediaType = $type' "$image" >odd
		push_blob odd
		link=$v2/repositories/$name/_manifests/revisions/sha256/${digest#*:}
		mkdir "$link"
		printf %s "$digest" >"$link/link"
		request GET manifest "$name" "$digest"
		refused 404 MANIFEST_UNKNOWN
		inert
	done
}

@test "what was wrong with a request comes back as JSON only" {
	local each

	for each in "/v2/%3Cscript%3Ealert(1)%3C/script%3E" "/v2/$name/manifests/%3Cscript%3E" \
		"/v2/$name/tags/list?n=%3Cscript%3E" "/v2/$name/blobs/%3Cb%3E" \
		"/v2/$name/referrers/sha256:%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E"; do
		request GET "$each"
		expect_status 400 404
		expect_header Content-Type application/json
		inert
		jq -e . "$body" >/dev/null
	done
}

@test "an Authorization of many thousand dots costs nothing (CVE-2025-30204)" {
	local dots

	cgi_only 'web servers take no such header'
	# The longest that a program can be given has 128 KiB.
	dots=$(head -c 60000 /dev/zero | tr '\0' .)
	program=hythe-discovery
	cgi_find
	grep -qa __asan_init "$program" || ulimit -v 100000
	ulimit -t 1
	request GET base -H "Authorization: Bearer $dots"
	expect_status 200 401
	request GET catalog -H "Authorization: Basic $dots, Bearer $dots"
	expect_status 200 400 401
}

# away PATH COMMAND...: while the command runs, this part of the store is elsewhere, and
# a symbolic link to it where it was, as another user of the host might plant it.
away() {
	local before

	mkdir -p "away/$1"
	rmdir "away/$1"
	mv "$v2/$1" "away/$1"
	ln -s "$PWD/away/$1" "$v2/$1"
	before=$(find away -printf '%y %P %s %T@ %m\n' | sort)
	"${@:2}" "$1" || return
	expect_equal "$(find away -printf '%y %P %s %T@ %m\n' | sort)" "$before"
	rm -rf "${v2:?}/$1"
	mkdir -p "$(dirname "$v2/$1")"
	mv "away/$1" "$v2/$1"
}

# Everything that reads or changes the blob of layer1.
try_all() {
	request GET blob "$name" "$digest"
	[[ $status != 200 ]] || wrong "$1 was followed to read" || return
	request DELETE blob "$name" "$digest"
	request POST uploads "$name" "digest=$digest" --body layer1
	request PUT manifest "$name" new --body "$image" -H "Content-Type: $oci_manifest"
	request POST uploads "$name/b" "mount=$digest" "from=$name"
}

try_changes() {
	request POST uploads "$name" "digest=$(digest_of new)" --body new
	[[ $status != 201 ]] || wrong "$1 was followed to write" || return
	request DELETE manifest "$name" latest
	request PUT manifest "$name" new --body "$image" -H "Content-Type: $oci_manifest"
}

@test "symbolic links that another user planted are not followed: to read, to write, to delete" {
	local hex part

	cgi_only 'a store of its own'
	mkdir -m 2750 trapped
	store=$PWD/trapped
	v2=$store/docker/registry/v2
	push_image latest
	printf new >new
	digest=$(digest_of layer1)
	hex=${digest#*:}
	for part in blobs blobs/sha256 "blobs/sha256/${hex:0:2}" "blobs/sha256/${hex:0:2}/$hex" \
		"blobs/sha256/${hex:0:2}/$hex/data" repositories "repositories/${name%%/*}" \
		"repositories/$name" "repositories/$name/_layers" \
		"repositories/$name/_layers/sha256" "repositories/$name/_layers/sha256/$hex" \
		"repositories/$name/_layers/sha256/$hex/link"; do
		away "$part" try_all
		push_blob layer1
	done
	for part in hythe hythe/tmp hythe/locks; do
		away "$part" try_changes
	done
	request GET blob "$name" "$digest"
	expect_status 200
	push_image latest
}
