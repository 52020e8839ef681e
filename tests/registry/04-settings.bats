#!/usr/bin/env bats
# 04-settings.bats - settings that refuse, each for every method that changes
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

# Every changing request is refused, with a session, blob and manifest that
# are there.
refuses_changes() {
	local target

	push_image latest
	start_upload
	request_settings=("$3")
	for target in "POST uploads $name" "PATCH $location" "PUT at $location digest=$digest" \
		"PUT manifest $name latest" "DELETE manifest $name latest" \
		"DELETE manifest $name $image_digest" "DELETE blob $name $digest" \
		"DELETE $location" "POST uploads $name digest=$digest" \
		"POST uploads $name mount=$digest from=$name"; do
		request $target --body layer1
		refused "$1" "$2"
	done
}

# ... and all that was there still is.
unharmed() {
	request_settings=()
	request GET manifest "$name" latest
	expect_status 200
	expect_body "$image"
	request GET blob "$name" "$digest"
	expect_status 200
	request GET "$location"
	expect_status 204
	expect_header Range 0-0
}

@test "read_only=yes refuses every change with 405, and pulls work" {
	cgi_only 'other settings'
	refuses_changes 405 UNSUPPORTED HYTHE_READ_ONLY=yes
	request GET manifest "$name" latest
	expect_status 200
	request GET tags "$name"
	expect_status 200
	unharmed
}

@test "a 405 of a switch allows what is left, and so does one of a method" {
	local settings each allowed

	cgi_only 'other settings'
	push_image latest
	start_upload
	while IFS='|' read -r settings each allowed; do
		# shellcheck disable=SC2086
		request $each --set "$settings"
		refused 405 UNSUPPORTED
		expect_equal "${header[allow]-none}" "$allowed"
	done <<-END
	HYTHE_DELETE=no|DELETE manifest $name latest|GET, HEAD, PUT
	HYTHE_DELETE=no|PATCH manifest $name latest|GET, HEAD, PUT
	HYTHE_DELETE=no|DELETE blob $name $digest|GET, HEAD
	HYTHE_READ_ONLY=yes|PUT manifest $name latest|GET, HEAD
	HYTHE_READ_ONLY=yes|DELETE $location|GET, HEAD
	HYTHE_READ_ONLY=yes|POST uploads $name|
	HYTHE_READ_ONLY=yes|GET uploads $name|
	END
	request GET "$location" --set HYTHE_READ_ONLY=yes
	expect_status 204
}

@test "open=no without users refuses every change with 403, and pulls work (CVE-2026-31801, GHSA-85jx-fm8m-x8c6)" {
	cgi_only 'other settings'
	refuses_changes 403 DENIED HYTHE_OPEN=no
	request GET manifest "$name" latest
	expect_status 200
	request GET blob "$name" "$digest"
	expect_status 200
	unharmed
}

@test "nothing is open unless a setting says so" {
	cgi_only 'other settings'
	push_image latest
	request POST uploads "$name"
	expect_status 202
	request POST uploads "$name" --closed
	refused 403 DENIED
}

@test "delete=no refuses deletes of manifests, tags and blobs with 405 (CVE-2026-41888)" {
	local target

	cgi_only 'other settings'
	push_image latest
	request_settings=(HYTHE_DELETE=no)
	for target in "manifest $name latest" "manifest $name $image_digest" \
		"blob $name $digest" "manifest $name none" "blob $name $(absent_digest)"; do
		request DELETE $target
		refused 405 UNSUPPORTED
	done
	request GET manifest "$name" latest
	expect_status 200
}

@test "end-14 delete=no: pushing, and giving up a push, are no deletes" {
	cgi_only 'other settings'
	request_settings=(HYTHE_DELETE=no)
	push_image latest
	start_upload
	request DELETE "$location"
	expect_status 204
}

@test "a bad digest is told before that deletes are off" {
	cgi_only 'other settings'
	request_settings=(HYTHE_DELETE=no)
	request DELETE "/v2/$name/blobs/sha256:x"
	refused 400 DIGEST_INVALID
}

@test "a bad setting: 500 in JSON, and a line in the log that names it" {
	cgi_only 'other settings'
	request GET base --set HYTHE_DELETE=perhaps
	expect_status 500
	expect_json '.errors[0].code == "UNKNOWN"'
	grep -i delete "$BATS_TEST_TMPDIR/log"
}

@test "an unknown variable is logged, and no more" {
	cgi_only 'other settings'
	request GET base --set HYTHE_NO_SUCH=1
	expect_status 200
	grep HYTHE_NO_SUCH "$BATS_TEST_TMPDIR/log"
}

@test "a settings file: read, and overridden by the environment" {
	cgi_only 'other settings'
	printf 'read_only = yes\n' >hythe.conf
	request POST uploads "$name" --set HYTHE_CONFIG="$PWD/hythe.conf"
	refused 405 UNSUPPORTED
	request POST uploads "$name" --set HYTHE_CONFIG="$PWD/hythe.conf" \
		--set HYTHE_READ_ONLY=no
	expect_status 202
}

@test "a settings file with a key that is none: 500, and the log has file and line" {
	cgi_only 'other settings'
	printf '# a comment\n\nsorage = /tmp\n' >hythe.conf
	request GET base --set HYTHE_CONFIG="$PWD/hythe.conf"
	expect_status 500
	grep 'hythe.conf:3' "$BATS_TEST_TMPDIR/log"
}

@test "a store that is not there: 500 or 503 for pushes, never made" {
	cgi_only 'other settings'
	request POST uploads "$name" --set HYTHE_STORAGE="$PWD/absent"
	expect_status 500 503
	expect_no_file absent
}

@test "a store that others may write is refused" {
	cgi_only 'other settings'
	mkdir -m 0777 shared
	chmod 0777 shared
	request POST uploads "$name" --set HYTHE_STORAGE="$PWD/shared"
	expect_status 500 503
	expect_equal "$(ls -A shared)" ''
}

@test "an empty store is an empty registry" {
	cgi_only 'other settings'
	mkdir -m 2750 empty
	request_settings=(HYTHE_STORAGE="$PWD/empty")
	request GET catalog
	expect_status 200
	expect_json '. == {repositories: []}'
	request GET tags "$name"
	refused 404 NAME_UNKNOWN
	request GET manifest "$name" latest
	refused 404 MANIFEST_UNKNOWN
	request GET blob "$name" "$empty_digest"
	refused 404 BLOB_UNKNOWN
	expect_equal "$(ls -A empty)" ''
}
