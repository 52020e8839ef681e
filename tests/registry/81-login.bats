#!/usr/bin/env bats
# 81-login.bats - who is there: passwords, and the web server's word
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"
. "$HYTHE_SOURCE/tests/registry/users.bash"

setup_login() {
	cgi_only 'users and rules of its own'
	users_set
	rules_are "allow * $name all" 'allow * {user}/** all'
}

# known USER: whoever sent the last kind of request (in $how) is USER.
known() {
	request POST uploads "$1" "${how[@]}"
	expect_status 202 || return
	request POST uploads "x$1" "${how[@]}"
	refused 403 DENIED
}

@test "/v2/ asks for a login, and takes a right one" {
	setup_login
	request GET base
	refused 401 UNAUTHORIZED
	asked_to_log_in 'Basic realm="hythe"'
	request HEAD base
	asked_to_log_in 'Basic realm="hythe"'
	as alice GET base
	expect_status 200
	expect_no_header WWW-Authenticate
	expect_json '. == {}'
}

@test "a wrong password or user is 401 everywhere, also where nobody need log in" {
	local each target

	setup_login
	rules_are 'allow anonymous ** all'
	for target in 'GET base' 'GET catalog' "GET manifest $name latest" \
		"HEAD blob $name $empty_digest" "POST uploads $name" \
		"DELETE manifest $name latest" "GET referrers $name $empty_digest"; do
		for each in alice:Alice-pw alice: alice:bob-pw nobody:alice-pw :alice-pw \
			alice:alice-pw: Alice:alice-pw; do
			request $target -H "$(basic "$each")"
			asked_to_log_in 'Basic realm="hythe"'
		done
	done
}

@test "a failed login is a line of the log, with user and address, without the password" {
	setup_login
	request GET base -H "$(basic 'mallory:pass word')"
	asked_to_log_in
	grep "login failed for 'mallory' from 192.0.2.7" "$BATS_TEST_TMPDIR/log"
	run ! grep 'pass word' "$BATS_TEST_TMPDIR/log"
	request GET base -H "$(basic $'mal\nhythe: forged:x')"
	asked_to_log_in
	expect_equal "$(wc -l <"$BATS_TEST_TMPDIR/log")" 1
	# 0x9b begins commands of a terminal, as a byte and in UTF-8.
	request GET base -H "$(basic $'mal\xc2\x9b2J\x9b2J\xc3\x9b\x1b[2J:x')"
	asked_to_log_in
	grep -F $'for \'mal??2J?2J\xc3\x9b?[2J\' from' "$BATS_TEST_TMPDIR/log"
}

@test "Basic Og== is nobody, not a wrong password" {
	setup_login
	rules_are "allow anonymous $name/public pull" "allow alice $name/public all"
	push_image_as alice latest "$name/public"
	request GET manifest "$name/public" latest -H 'Authorization: Basic Og=='
	expect_status 200
	request GET manifest "$name" latest -H 'Authorization: Basic Og=='
	asked_to_log_in
	request GET base -H 'Authorization: Basic Og=='
	asked_to_log_in
}

@test "more than one Authorization is refused, in whatever form it comes" {
	local alice bob each

	setup_login
	alice=$(basic alice:alice-pw) bob=$(basic bob:bob-pw)
	for each in "$alice, ${bob#*: }" "$alice,${bob#*: }" "$alice ${bob#*: }" \
		"$alice, Basic Og==" 'Authorization: Basic Og==, '"${alice#*: }" "$alice,"; do
		request GET base -H "$each"
		asked_to_log_in
	done
}

@test "headers that are no credentials are refused" {
	local each

	setup_login
	for each in Basic 'Basic ' 'Basic !' 'Basic YWxpY2U' 'Basic YWxpY2U=' 'Bearer x' \
		'Negotiate x' "Basic $(printf 'alice:alice-pw\0' | base64)" \
		"Basic $(printf 'a%.0s' {1..9000})"; do
		request GET base -H "Authorization: $each"
		asked_to_log_in 'Basic realm="hythe"'
	done
}

@test "REDIRECT_HTTP_AUTHORIZATION stands in for a header that was taken away" {
	setup_login
	header=$(basic alice:alice-pw)
	request GET base --set "REDIRECT_HTTP_AUTHORIZATION=${header#*: }"
	expect_status 200
	request GET base --set "REDIRECT_HTTP_AUTHORIZATION=${header#*: }" \
		-H "$(basic alice:wrong)"
	expect_status 401
}

@test "hashes as htpasswd and openssl make them; others are named in the log" {
	local each

	need htpasswd openssl
	setup_login
	{
		htpasswd -nbm apr1 secret
		htpasswd -nbB -C 4 bcrypt secret
		htpasswd -nb2 sha256 secret
		htpasswd -nb5 sha512 secret
		echo "apr1-openssl:$(openssl passwd -apr1 secret)"
		echo "sha256-openssl:$(openssl passwd -5 secret)"
		echo "sha512-openssl:$(openssl passwd -6 secret)"
		htpasswd -nbs sha1 secret
		htpasswd -nbd des secret
		echo "md5:$(openssl passwd -1 secret)"
		echo plain:secret
	} >"$users" 2>/dev/null
	for each in apr1 bcrypt sha256 sha512 apr1-openssl sha256-openssl sha512-openssl; do
		request GET base -H "$(basic "$each:secret")"
		expect_status 200
		request GET base -H "$(basic "$each:Secret")"
		expect_status 401
	done
	for each in sha1 des md5 plain; do
		request GET base -H "$(basic "$each:secret")"
		expect_status 401
		grep "of '$each' is of a kind" "$BATS_TEST_TMPDIR/log"
	done
	grep "'sha1'.*{SHA}" "$BATS_TEST_TMPDIR/log"
}

@test "a change of the file counts from the next request on (GHSA-c9p4-xwr9-rfhx)" {
	setup_login
	as alice GET base
	expect_status 200
	sed -i /^alice:/d "$users"
	as alice GET base
	expect_status 401
	as bob GET base
	expect_status 200
	rm "$users"
	as bob GET base
	expect_status 401
	grep "$users" "$BATS_TEST_TMPDIR/log"
}

@test "REMOTE_USER is nothing unless a setting trusts it" {
	setup_login
	request GET base --set REMOTE_USER=alice
	expect_status 401
	request_settings=(HYTHE_ACCESS="$rules")
	request POST uploads "$name" --set REMOTE_USER=alice
	refused 403 DENIED
	request_settings=()
	request POST uploads "$name" --set REMOTE_USER=alice --closed
	refused 403 DENIED
}

@test "REMOTE_USER, where it is trusted, is the user; a header beside it is not ours" {
	setup_login
	request_settings=(HYTHE_ACCESS="$rules" HYTHE_REMOTE_USER=yes)
	how=(--set REMOTE_USER=alice)
	known alice/x
	how=(--set REMOTE_USER=alice -H "$(basic bob:bob-pw)")
	known alice/x
	how=(--set REMOTE_USER=alice --set AUTH_TYPE=Negotiate -H 'Authorization: Negotiate x')
	known alice/x
	request GET base --set REMOTE_USER=
	asked_to_log_in 'Basic realm="hythe"'
	request GET base -H "$(basic alice:alice-pw)"
	asked_to_log_in 'Basic realm="hythe"'
	request GET base -H 'Remote-User: alice' -H 'Remote_User: alice'
	asked_to_log_in
}

@test "REMOTE_USER that cannot be a user is refused, and said" {
	local each

	setup_login
	request_settings=(HYTHE_ACCESS="$rules" HYTHE_REMOTE_USER=yes)
	for each in 'two words' '*' - anonymous @team $'a\nb' "$(printf 'a%.0s' {1..256})"; do
		request GET base --set "REMOTE_USER=$each"
		expect_status 401
		grep 'cannot be a user' "$BATS_TEST_TMPDIR/log"
	done
}

@test "a session is its user's, and nobody else's of the same repository (CVE-2024-22278, CVE-2022-31667, CVE-2022-31670)" {
	local each

	setup_login
	start_upload_as alice
	for each in GET HEAD PATCH DELETE; do
		as bob "$each" "$location" --data x
		expect_status 404
	done
	as bob PUT at "$location" "digest=$empty_digest" --data x
	refused 404 BLOB_UPLOAD_UNKNOWN
	as alice GET "$location"
	expect_status 204
	as alice PATCH "$location" --data abc
	expect_status 202
	expect_header Range 0-2
}

@test "a session that its user is working on is not even locked for another" {
	setup_login
	start_upload_as alice
	slow_start PATCH "$location" --chunked -H "$(basic alice:alice-pw)"
	printf abc >&9
	sleep 0.3
	as alice PATCH "$location" --data x
	refused 429 TOOMANYREQUESTS
	as bob PATCH "$location" --data x
	refused 404 BLOB_UPLOAD_UNKNOWN
	slow_finish
	expect_status 202
	expect_header Range 0-2
}
