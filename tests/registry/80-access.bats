#!/usr/bin/env bats
# 80-access.bats - who may do what: the access file
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"
. "$HYTHE_SOURCE/tests/registry/users.bash"

setup_access() {
	cgi_only 'users and rules of its own'
	users_set "$@"
}

# may USER STATUS METHOD KIND [ARGUMENT]... [option]...
may() {
	as "$1" "${@:3}" || return
	expect_status "$2"
}

@test "each right is one of its own" {
	setup_access
	rules_are "allow alice $name/** all" "allow bob $name/pull pull" \
		"allow bob $name/push push" "allow bob $name/delete delete"
	for each in delete push pull; do
		push_image_as alice latest "$name/$each"
	done
	may bob 200 GET manifest "$name/pull" latest
	may bob 200 GET blob "$name/pull" "$digest"
	may bob 200 GET tags "$name/pull"
	may bob 200 GET referrers "$name/pull" "$image_digest"
	may bob 403 POST uploads "$name/pull"
	may bob 403 PUT manifest "$name/pull" latest --body "$image"
	may bob 403 DELETE manifest "$name/pull" latest
	may bob 403 DELETE blob "$name/pull" "$digest"
	may bob 404 GET manifest "$name/push" latest
	may bob 404 GET blob "$name/push" "$(digest_of config)"
	may bob 403 DELETE manifest "$name/push" latest
	push_image_as bob other "$name/push"
	may bob 404 GET manifest "$name/delete" latest
	may bob 403 POST uploads "$name/delete"
	may bob 202 DELETE blob "$name/delete" "$(digest_of config)"
	may bob 202 DELETE manifest "$name/delete" latest
}

@test "end-14 giving up an upload needs no more than push" {
	setup_access
	rules_are "allow alice $name push"
	start_upload_as alice
	may alice 204 DELETE "$location"
	may alice 404 GET "$location"
}

@test "groups, own namespaces, everybody who logs in, everybody" {
	setup_access
	rules_are "group team alice carol" "allow @team $name/team/* all" \
		'allow * {user}/** all' "allow * $name/known pull" \
		"allow anonymous $name/public/** pull" "allow alice $name/** all"
	for each in team/one known public/x; do
		push_image_as alice latest "$name/$each"
	done
	may carol 200 GET manifest "$name/team/one" latest
	may bob 404 GET manifest "$name/team/one" latest
	may carol 403 POST uploads "$name/team/one/two"
	may bob 202 POST uploads "bob/$name"
	may bob 403 POST uploads "alice/$name"
	may bob 403 POST uploads bob
	may bob 200 GET manifest "$name/known" latest
	may nobody 401 GET manifest "$name/known" latest
	may nobody 200 GET manifest "$name/public/x" latest
	may bob 200 GET manifest "$name/public/x" latest
	may nobody 401 POST uploads "$name/public/x"
}

@test "who leaves a group has its rights no longer, from the next request on (GHSA-c9p4-xwr9-rfhx)" {
	setup_access
	rules_are 'group team alice carol' "allow @team $name all"
	push_image_as alice latest "$name"
	may carol 200 GET manifest "$name" latest
	rules_are 'group team alice' "allow @team $name all"
	may carol 404 GET manifest "$name" latest
	may alice 200 GET manifest "$name" latest
	rules_are 'group team carol' "allow @team $name all"
	may carol 200 GET manifest "$name" latest
	may alice 404 GET manifest "$name" latest
}

@test "the first line that fits decides" {
	setup_access
	rules_are "allow carol $name/** all" "deny * $name/fixed/** push delete" \
		"allow * $name/** all"
	may alice 202 POST uploads "$name/open"
	may alice 403 POST uploads "$name/fixed/x"
	may carol 202 POST uploads "$name/fixed/x"
	rules_are "allow * $name/** all" "deny * $name/fixed/** push delete"
	may alice 202 POST uploads "$name/fixed/x"
}

@test "open=yes counts for nothing beside an access file" {
	setup_access HYTHE_OPEN=yes
	may alice 403 POST uploads "$name"
	may nobody 401 POST uploads "$name"
	may alice 404 GET manifest "$name" latest
	may nobody 401 GET manifest "$name" latest
}

@test "an access file without any way to log in: rules for everybody alone" {
	cgi_only 'rules of its own'
	printf 'allow anonymous %s/open all\nallow * ** all\n' "$name" >rules
	request_settings=(HYTHE_ACCESS="$PWD/rules")
	request GET base
	expect_status 200
	expect_no_header WWW-Authenticate
	start_upload "$name/open"
	request POST uploads "$name" -H "$(basic alice:alice-pw)"
	refused 403 DENIED
	expect_no_header WWW-Authenticate
	request GET manifest "$name" latest
	refused 404 MANIFEST_UNKNOWN
}

@test "a wrong access file denies everything, and the log says which line" {
	setup_access
	rules_are "allow alice $name all" "allow bob $name pul"
	may alice 403 POST uploads "$name"
	grep "$rules:2: .*'pul'" "$BATS_TEST_TMPDIR/log"
	may alice 404 GET manifest "$name" latest
	may nobody 401 GET manifest "$name" latest
	rules_are "allow alice $name all"
	may alice 202 POST uploads "$name"
}

@test "an access file that is not there denies everything" {
	setup_access
	rm "$rules"
	may alice 403 POST uploads "$name"
	grep "$rules" "$BATS_TEST_TMPDIR/log"
	may alice 404 GET manifest "$name" latest
	may nobody 401 GET catalog
}

@test "ways to log in without an access file are a bad setting" {
	local each

	cgi_only 'other settings'
	for each in HYTHE_HTPASSWD=/x HYTHE_REMOTE_USER=yes HYTHE_TOKENS=yes; do
		request GET base --set "$each"
		expect_status 500
		grep 'need access' "$BATS_TEST_TMPDIR/log"
	done
}

@test "the catalog lists what the caller may pull, page by page" {
	local each

	setup_access
	rules_are "allow carol $name/** all" "allow alice $name/a/** pull" \
		"allow * $name/*/** catalog" "allow anonymous $name/c/** pull catalog"
	for each in a/1 a/2 b/1 c/1 a/3; do
		push_image_as carol latest "$name/$each"
	done
	as alice GET catalog n=2
	expect_status 200
	expect_json --arg n "$name" '.repositories == [$n + "/a/1", $n + "/a/2"]'
	expect_header Link
	as alice GET catalog n=2 "last=$name/a/2"
	expect_json --arg n "$name" '.repositories == [$n + "/a/3", $n + "/c/1"]'
	expect_no_header Link
	as bob GET catalog
	expect_json --arg n "$name" '.repositories == [$n + "/c/1"]'
	request GET catalog
	expect_json --arg n "$name" '.repositories == [$n + "/c/1"]'
	rules_are "allow carol $name/** all" "allow alice $name/** pull"
	may alice 403 GET catalog
	may nobody 401 GET catalog
}

@test "a mount needs pull on its source, and is an upload without (CVE-2024-39897, GHSA-55r9-5mx9-qq7r)" {
	setup_access
	rules_are "allow alice $name/alice/** all" "allow * $name/public pull" \
		"allow * $name/bob all" "allow alice $name/public push" "allow carol $name/drop push"
	printf x >blob
	push_blob_as alice blob "$name/alice/x"
	as bob POST uploads "$name/bob" "mount=$digest" "from=$name/alice/x"
	expect_status 202
	as bob GET blob "$name/bob" "$digest"
	expect_status 404
	push_blob_as alice blob "$name/public"
	as bob POST uploads "$name/bob" "mount=$digest" "from=$name/public"
	expect_status 201
	as carol POST uploads "$name/drop" "mount=$digest"
	expect_status 202
}
