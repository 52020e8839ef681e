#!/usr/bin/env bats
# hostile.bats - hythe-verify asks a registry that means harm
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/verify/helper.bash"

setup_file() {
	hythe_start fastcgi "$BATS_FILE_TMPDIR/server"
}

teardown() {
	faulty_stop
}

teardown_file() {
	server_stop
}

# trap_start: another host, at $other; it notes what it is asked in the file other.log.
trap_start() {
	FAULTY_LOG=$PWD/other.log faulty_start 0 trap
	other=$faulty
	: >other.log
}

# hostile FAULT AIM CASE [OPTION]...: ask for one case, with a name and password; the
# registry notes what it is asked in the file asked.log.
hostile() {
	: >asked.log
	FAULTY_LOG=$PWD/asked.log faulty_start "${URL##*:}" "$1" "$2"
	HYTHE_VERIFY_USERNAME=user HYTHE_VERIFY_PASSWORD=secret \
		verify --timeout 20 --only "$3" --report report.json --verbose "${@:4}" "$faulty" || :
	[[ -s asked.log ]]
}

# Nothing in a file moves a cursor, turns text or rings but what stands in the
# expression of sed.
is_plain() {
	sed "s/\r//g; ${2:-}" "$1" >plain
	! LC_ALL=C grep -aP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]' plain
}

@test "escape sequences, markup and turned text reach no terminal, page or XML as such" {
	local format own='s/\x1b\[[0-9;]*m//g; s/\x1b\[K//g'

	faulty_start "${URL##*:}" escapes
	on_terminal 100 --only 'sorted by byte' --only 'end-3 unknown: 404' --only 'end-6 the empty blob' \
		--verbose --report report.json "$faulty" </dev/null || :
	grep -qF '\u001b]0;evil' out
	grep -q $'\e\[' out
	is_plain out "$own"
	# Whoever made a report may mean harm as well.
	jq '.left += [{kind: "blob\u001b[31m", path: "/v2/\u009b<b>"}] | .date = "<script>\u001b" |
		.cases[0].result = "not offered" | .cases[0].reason = "\u001b<script>]]>"' report.json >bad.json
	for format in table tap junit html json coverage; do
		on_terminal 100 --show bad.json --format "$format" --verbose </dev/null || :
		[[ -s out ]]
		is_plain out "$own"
	done
	hythe_verify --compare bad.json report.json >out
	is_plain out
}

@test "JUnit's XML and the page are what other programs expect" {
	local format

	faulty_start "${URL##*:}" escapes
	verify --only 'sorted by byte' --only 'end-3 unknown: 404' --only 'end-6 the empty blob' \
		--report report.json "$faulty" || :
	jq '.cases[1].result = "not seen" | .cases[1].reason = "\u001b<script>]]>\uffff" |
		.left += [{kind: "blob", path: "/v2/<script>alert(2)</script>"}]' report.json >bad.json
	for format in junit html; do
		verify --show bad.json --format $format || :
		cp out "of.$format"
	done
	xmllint --noout --nonet --relaxng "$verify_tests/junit.rng" of.junit
	[[ $(xmllint --xpath 'count(//testcase)' of.junit) == $(jq '.cases | length' bad.json) ]]
	[[ $(xmllint --xpath 'string(//failure[1])' of.junit) == *'<script>alert(1)</script>'* ]]
	# tidy ends with 1 for a warning.
	tidy -quiet -errors --show-info no of.html
	lacks -i '<script\|<b>' of.html
	grep -qF '&lt;script&gt;alert(1)' of.html
	grep -q "default-src 'none'" of.html
}

@test "what never ends is ended, and fills no disk" {
	hostile endless-body '' 'end-2 the empty blob' --timeout 60
	grep -q 'curl: (23)' out
	hostile endless-header '' 'end-2 the empty blob'
	grep -q 'curl: (56)' out
	hostile endless-redirects '' 'end-2 the empty blob'
	grep -q 'curl: (47)' out
	hostile drips '' 'end-2 the empty blob' --timeout 2
	grep -q 'curl: (28)' out
	hostile endless-json '' 'end-8a sorted by byte'
	jq -e '.results.wrong == 1' report.json
	hostile deaf-to-deletes '' 'end-7 end-3 by tag, and back'
	[[ $(grep -c ^DELETE asked.log) == 3 ]]
	jq -e '[.left[].kind] | unique == ["blob", "manifest", "session", "tag"]' report.json
	hostile endless-pages '' 'by following the Links' --timeout 3
	jq -e '.results.wrong == 1' report.json
}

@test "no other host is asked anything but what a redirection leads to, without credentials" {
	local case='end-2 a blob comes back'

	trap_start
	hostile redirects-away "$other" "$case"
	grep -q '^GET /away' other.log
	lacks -i '^authorization\|/token' other.log
	# With a token that the registry itself gave.
	faulty_start "${faulty##*:}" token
	HYTHE_VERIFY_USERNAME=user HYTHE_VERIFY_PASSWORD=secret verify --only "$case" "$faulty" || :
	grep -qi '^Authorization: Bearer of-' asked.log
	lacks -i '^authorization\|/token' other.log
	: >other.log
	hostile location-away "$other" "$case"
	jq -e '.results."not seen" == 1' report.json
	jq -e --arg other "$other" '.left | map(select(.kind == "session" and (.path | startswith($other)))) |
		length == 1' report.json
	hostile location-is-userinfo "$other" "$case"
	hostile blob-away "$other" "$case"
	hostile link-away "$other" 'by following the Links'
	jq -e '.results."not seen" == 1' report.json
	[[ ! -s other.log ]]
}

@test "no file of this machine is read, written or run" {
	local case='end-2 a blob comes back'

	printf '{"token": "stolen"}' >file
	hostile realm-is-file "$PWD/file" "$case"
	hostile location-is-file "$PWD/file" "$case"
	lacks -r stolen asked.log out report.json
	hostile realm-is-option "$PWD/made" "$case"
	hostile token-injects "$PWD/made" "$case"
	grep -q ' /token' asked.log
	hostile location-is-option "$PWD/made" "$case"
	mkdir "$PWD/made:"
	hostile location-is-option "$PWD/made" "$case"
	rmdir "$PWD/made:"
	hostile location-injects "$PWD/made" "$case"
	hostile range-runs "$PWD/made" 'end-13 resuming: ask'
	[[ ! -e made ]]
}

@test "a path that is a format of printf stays a path, and the next request at the registry" {
	hostile format-in-path '' 'end-2 the empty blob'
	grep -q '^PUT /v2/x/manifests/%n/y' asked.log
	jq -e --arg url "$faulty" '.registry == $url' report.json
	grep -q '^DELETE /v2/x/manifests/%n/x' asked.log
}

@test "what a registry calls its things leads the cleaning nowhere else" {
	hostile digest-upward '' 'end-7 an image without layers'
	lacks upward asked.log
	grep -q '^DELETE /v2/hythe-verify/.*/manifests/sha256:' asked.log
}
