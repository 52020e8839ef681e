#!/usr/bin/env bats
# 03-routes.bats - which path is what, and for whom
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

@test "end-4a uploads with and without the last slash" {
	request POST "/v2/$name/blobs/uploads"
	expect_status 202
	url uploads "$name"
	expect_header_like Location "$url?*"
	request POST uploads "$name"
	expect_status 202
}

@test "unknown paths: 404 UNSUPPORTED" {
	local target

	for target in /v2/_nothing "/v2/$name" "/v2/$name/" "/v2/$name/tags" "/v2/$name/tags/" \
		"/v2/$name/tags/list/" "/v2/$name/tags/lists" "/v2/$name/manifests" \
		"/v2/$name/manifests/" "/v2/$name/blobs" "/v2/$name/blobs/" \
		"/v2/$name/referrers" "/v2/$name/referrers/" "/v2/$name/uploads/x" \
		/v2/manifests/latest /v2/tags/list "/v2/blobs/$empty_digest" /v2/blobs/uploads/ \
		/v2/_catalog/ /v2/_oci/ext /v2/_oci/ext/discover/ "/v2/$name/blobs/uploads/x/y/" \
		"/v2/$name/_oci/ext/nothing"; do
		request GET "$target"
		refused 404 UNSUPPORTED
	done
}

@test "outside of /v2/: 404" {
	local target

	cgi_only 'the web server answers there'
	for target in / /v1/search /v2x /V2/ /v1/_ping '' '?' v2/ '*'; do
		request GET "$target" --program hythe-discovery
		refused 404 UNSUPPORTED
	done
}

@test "dot segments, plain and encoded, are nobody's: 404" {
	local target

	make_image && put_manifest latest "$image"
	for target in "/v2/x/../$name/manifests/latest" "/v2/$name/../t/manifests/latest" \
		"/v2/./$name/manifests/latest" "/v2/$name/./manifests/latest" \
		"/v2/x/%2e%2e/$name/manifests/latest" "/v2/x/.%2E/$name/manifests/latest" \
		"/v2/%2e/$name/manifests/latest" "/v2/$name/manifests/x/../latest" \
		"/v2/$name/manifests/.." "/v2/$name/blobs/.." "/v2/$name/blobs/uploads/.." \
		"/v2/foo/../../blobs/uploads/x" "/v2/$name/blobs/uploads/%2e%2e" \
		"/v2/$name/blobs/../../../../blobs/$digest" "/../v2/$name/manifests/latest" \
		"/v2/$name/manifests/latest/." "/v2/$name/manifests/latest/.."; do
		request GET "$target" --unchecked
		expect_status 404 400
		[[ $DRIVER == http ]] || refused 404 UNSUPPORTED
	done
}

@test "slashes twice or encoded, and control bytes, are nobody's: 404" {
	local target

	make_image && put_manifest latest "$image"
	for target in "/v2//$name/manifests/latest" "//v2/$name/manifests/latest" \
		"/v2/$name//manifests/latest" "/v2/$name/manifests//latest" \
		"/v2/${name/\//%2f}/manifests/latest" "/v2/${name/\//%2F}/manifests/latest" \
		"/v2/$name%2Fmanifests/latest" "/v2/$name/manifests%2flatest" \
		"/v2/$name/manifests/latest%00" "/v2/$name%00/manifests/latest" \
		"/v2/$name/manifests/latest%0a" "/v2/$name%0a/manifests/latest" \
		"/v2/$name/manifests/%01" "/v2/$name/manifests/%0d%0aX-Injected:%20yes" \
		"/v2/$name/manifests/%7f" "/v2/$name/blobs/$digest%0a" \
		"/v2/$name/blobs/$digest%00.txt"; do
		request GET "$target" --unchecked
		expect_status 404 400
		expect_no_header X-Injected
		[[ $DRIVER == http ]] || refused 404 UNSUPPORTED
	done
}

@test "control bytes in the target itself: 404" {
	local target

	cgi_only 'no web server passes them on'
	for target in $'/v2/a\001/tags/list' $'/v2/a\n/tags/list' $'/v2/a/manifests/latest\n' \
		$'/v2/a\177/tags/list' $'/v2/a\r\nX-Injected: yes/tags/list'; do
		request GET "$target" --program hythe-discovery
		refused 404 UNSUPPORTED
		expect_no_header X-Injected
	done
}

@test "broken percent-encoding is nobody's: 404 or a part that does not parse" {
	local target

	for target in '%' '%4' '%zz' '%-1' 'a%'; do
		request GET "/v2/$name/manifests/$target" --unchecked
		expect_status 400 404
	done
}

@test "encoded once more it is another thing" {
	printf hello >blob
	push_blob blob
	request GET "/v2/$name/blobs/${digest/:/%253A}"
	refused 400 DIGEST_INVALID
}

@test "a target in absolute form" {
	push_image latest
	if [[ $DRIVER == http ]]; then
		url --root "$REGISTRY_URL" manifest "$name" latest
		curl -sS --http1.1 ${VERIFY_CACERT:+--cacert "$VERIFY_CACERT"} \
			--request-target "$url" -o got "$REGISTRY_URL"
		cmp got "$image"
		return
	fi
	url --root http://registry.test manifest "$name" latest
	request GET "$url"
	expect_status 200
	expect_body "$image"
	url --root https://registry.test:5000 tags "$name" n=5
	request GET "$url"
	expect_status 200
	url --root http://registry.test base
	request GET "$url"
	expect_status 200
	expect_equal "$(<"$body")" '{}'
}

# allows METHODS KIND [ARGUMENT]..., or METHODS PATH: what it does not allow is 405, and says so.
allows() {
	local each allowed

	for each in GET HEAD POST PUT PATCH DELETE; do
		[[ " $1 " != *" $each "* ]] || continue
		request "$each" "${@:2}"
		refused 405 UNSUPPORTED
		allowed=$(printf %s "${header[allow]:-}" | tr -d ' ' | tr , '\n' | sort | xargs)
		expect_equal "$allowed" "$(tr ' ' '\n' <<<"$1" | sort | xargs)"
	done
}

@test "end-1 other methods: 405 and Allow" {
	allows 'GET HEAD' base
}

@test "end-2 end-10 other methods for blobs: 405 and Allow" {
	allows 'GET HEAD DELETE' blob "$name" "$empty_digest"
}

@test "end-3 end-7 end-9 other methods for manifests: 405 and Allow" {
	allows 'GET HEAD PUT DELETE' manifest "$name" latest
	allows 'GET HEAD PUT DELETE' manifest "$name" "$empty_digest"
}

@test "end-4a other methods for uploads/: 405 and Allow" {
	allows POST uploads "$name"
	allows POST "/v2/$name/blobs/uploads"
}

@test "end-5 end-6 end-13 end-14 other methods for a session: 405 and Allow" {
	start_upload
	allows 'GET HEAD PATCH PUT DELETE' "$location"
}

@test "end-8a other methods for lists: 405 and Allow" {
	allows 'GET HEAD' tags "$name"
	allows 'GET HEAD' catalog
}

@test "a method that nobody knows: 405" {
	local each

	cgi_only 'web servers refuse them'
	for each in OPTIONS BREW get TRACE CONNECT 'GET ' ''; do
		request "$each" tags "$name"
		refused 405 UNSUPPORTED
	done
}

@test "the wrong method is told before a wrong name" {
	request POST /v2/BAD/tags/list
	refused 405 UNSUPPORTED
}

@test "a program refuses what is another's, whatever the web server meant" {
	local each

	cgi_only 'the web server chooses'
	push_image latest
	for each in hythe-blobs hythe-uploads hythe-discovery; do
		request GET manifest "$name" latest --program "$each"
		refused 404 UNSUPPORTED
	done
	for each in hythe-manifests hythe-uploads hythe-discovery; do
		request GET blob "$name" "$digest" --program "$each"
		refused 404 UNSUPPORTED
	done
	request POST uploads "$name" --program hythe-blobs
	refused 404 UNSUPPORTED
	request GET base --program hythe-manifests
	refused 404 UNSUPPORTED
}

@test "what the web server made of the path proves nothing: SCRIPT_NAME, PATH_INFO" {
	cgi_only 'a web server of our own'
	push_image latest
	request GET manifest "$name" latest --set SCRIPT_NAME=/v2/other/manifests/x \
		--set PATH_INFO=/v2/other/blobs/x --set QUERY_STRING=n=1
	expect_status 200
	expect_body "$image"
}

@test "a very long path is refused, not crashed on" {
	local long refusals=(400 404 414 431)

	# Where Apache looks for a file before it reads our rules, and none can have this name.
	[[ ! ${server_account:-} ]] || refusals+=(403)
	printf -v long '%*s' 7000 ''
	long=${long// /a}
	request GET "/v2/$long/manifests/latest" --unchecked
	expect_status "${refusals[@]}"
	request GET "/v2/$name/manifests/$long" --unchecked
	expect_status "${refusals[@]}"
}
