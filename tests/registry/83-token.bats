#!/usr/bin/env bats
# 83-token.bats - the token endpoint, and requests with its tokens
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"
. "$HYTHE_SOURCE/tests/registry/users.bash"

endpoint=/v2/_hythe/token

setup_tokens() {
	cgi_only 'users and rules of its own'
	users_set HYTHE_TOKENS=yes HYTHE_TOKEN_KEYS="$PWD/keys" "$@"
	rules_are "allow anonymous $name/public/** pull" "allow alice $name/** all" \
		"allow bob $name/bob/** pull push"
}

# granted JSON: what $token says of access.
granted() {
	expect_equal "$(claims | jq -c .access)" "$1"
}

@test "the web server leads to hythe-token" {
	request DELETE "$endpoint"
	refused 405 UNSUPPORTED
	expect_header Allow 'GET, HEAD, POST'
}

@test "/v2/ asks for a token, without a scope; its place is this host's" {
	setup_tokens
	request GET base -H 'Host: registry.example:5000'
	asked_to_log_in
	expect_header WWW-Authenticate \
		'Bearer realm="http://registry.example:5000/v2/_hythe/token",service="hythe"'
}

@test "the realm: by scheme, by host, by setting; never what a client makes up (CVE-2026-33540, CVE-2026-48978, CVE-2026-50151)" {
	local each

	setup_tokens
	request GET base -H 'Host: [2001:db8::1]:5000' --set HTTPS=on
	asked_to_log_in 'realm="https://[2001:db8::1]:5000/v2/_hythe/token"'
	request GET base -H 'Host: r.example' --set REQUEST_SCHEME=https
	asked_to_log_in 'realm="https://r.example/v2/_hythe/token"'
	request GET base -H 'Host: r.example' -H 'X-Forwarded-Proto: https'
	asked_to_log_in 'realm="https://r.example/v2/_hythe/token"'
	request GET base -H 'Host: r.example' -H 'X-Forwarded-Proto: HTTPS, http'
	asked_to_log_in 'realm="https://r.example/v2/_hythe/token"'
	request GET base -H 'Host: r.example' -H 'X-Forwarded-Proto: http,https'
	asked_to_log_in 'realm="http://r.example/v2/_hythe/token"'
	request GET base -H 'Host: r.example' -H 'X-Forwarded-Proto: gopher'
	asked_to_log_in 'realm="http://r.example/v2/_hythe/token"'
	for each in 'evil"x' 'evil/path' 'evil@x' 'a b' 'evil:port' 'evil:' ':80' '[::1' '[g]:1' \
		$'evil\r\nX-Evil: 1' ''; do
		request GET base -H "Host: $each"
		asked_to_log_in 'realm="http://registry.test/v2/_hythe/token"'
		expect_no_header X-Evil
	done
	request GET base --set HYTHE_TOKEN_REALM=https://auth.example/token \
		--set HYTHE_TOKEN_SERVICE=registry.example
	expect_header WWW-Authenticate \
		'Bearer realm="https://auth.example/token",service="registry.example"'
}

@test "the scope that a request needs is in the challenge" {
	local target scope

	setup_tokens
	while IFS=: read -r target scope; do
		request $target
		asked_to_log_in ",scope=\"$scope\""
		[[ ${header[www-authenticate]} != *error* ]] || wrong 'an error without a token'
	done <<-END
	GET manifest $name latest:repository:$name:pull
	GET tags $name:repository:$name:pull
	POST uploads $name:repository:$name:pull,push
	POST uploads $name from=a/b:repository:$name:pull,push repository:a/b:pull
	PATCH session $name x:repository:$name:pull,push
	DELETE session $name x:repository:$name:pull,push
	PUT manifest $name latest:repository:$name:pull,push
	DELETE manifest $name latest:repository:$name:delete
	GET catalog:registry:catalog:*
	END
}

@test "GET: a token for what was asked and is allowed, and no more" {
	setup_tokens
	get_token alice "repository:$name/x:pull,push"
	granted "[{\"type\":\"repository\",\"name\":\"$name/x\",\"actions\":[\"pull\",\"push\"]}]"
	get_token bob "repository:$name/bob/x:pull,push,delete"
	granted "[{\"type\":\"repository\",\"name\":\"$name/bob/x\",\"actions\":[\"pull\",\"push\"]}]"
	get_token bob "repository:$name/x:pull,push"
	granted '[]'
	get_token nobody "repository:$name/public/x:pull,push"
	granted "[{\"type\":\"repository\",\"name\":\"$name/public/x\",\"actions\":[\"pull\"]}]"
	get_token alice "repository:$name/x:*" registry:catalog:*
	granted "[{\"type\":\"repository\",\"name\":\"$name/x\",\"actions\":[\"pull\",\"push\",\"delete\"]},{\"type\":\"registry\",\"name\":\"catalog\",\"actions\":[\"*\"]}]"
	get_token bob registry:catalog:*
	granted '[]'
	get_token alice
	granted '[]'
}

@test "the answer: both names of the token, its time, nothing to store" {
	setup_tokens
	as alice GET "$endpoint?service=hythe&scope=repository:$name/x:pull&account=alice&offline_token=true&client_id=docker"
	expect_status 200
	expect_header Content-Type application/json
	expect_header Cache-Control no-store
	expect_json 'keys == ["access_token", "expires_in", "issued_at", "token"]'
	expect_json '.token == .access_token and .expires_in == 300'
	expect_json '(now - (.issued_at | fromdate)) | . > -5 and . < 60'
	token=$(json .token)
	claims >claims.json
	jq -e '.iss == "hythe" and .aud == "hythe" and .sub == "alice" and
		.exp == .iat + 300 and .nbf == .iat and (.jti | length == 32)' claims.json
	as alice GET "$endpoint" --set HYTHE_TOKEN_LIFETIME=1h --set HYTHE_TOKEN_SERVICE=r.example
	expect_json '.expires_in == 3600'
	token=$(json .token)
	claims | jq -e '.aud == "r.example" and .exp == .iat + 3600'
	run ! grep -r 'alice-pw\|2y' claims.json
	as alice HEAD "$endpoint"
	expect_status 200
}

@test "GET: scopes come apart, together, encoded, or make no sense" {
	local scopes

	setup_tokens
	scopes="[{\"type\":\"repository\",\"name\":\"$name/a\",\"actions\":[\"pull\"]},{\"type\":\"repository\",\"name\":\"$name/b\",\"actions\":[\"pull\"]}]"
	for query in "scope=repository:$name/a:pull&scope=repository:$name/b:pull" \
		"scope=repository:$name/a:pull%20repository:$name/b:pull" \
		"scope=repository:$name/a:pull+repository:$name/b:pull" \
		"scope=repository%3A${name/\//%2F}%2Fa%3Apull&service=hythe&scope=repository%3A${name/\//%2F}%2Fb%3Apull" \
		"scope=repository(plugin):$name/a:pull&scope=&scope=x&scope=a:b:c&scope=repository:A:pull&scope=repository:$name/b:pull,fly"; do
		as alice GET "$endpoint?$query"
		expect_status 200
		token=$(json .token)
		granted "$scopes"
	done
}

@test "GET: wrong questions" {
	local many='' i

	setup_tokens
	as alice GET "$endpoint?service=other"
	refused 400 UNSUPPORTED
	as alice GET "$endpoint?scope=%zz"
	refused 400 UNSUPPORTED
	for i in {1..17}; do many+="&scope=repository:$name/$i:pull"; done
	as alice GET "$endpoint?$many"
	refused 400 UNSUPPORTED
	request PUT "$endpoint"
	refused 405 UNSUPPORTED
	request GET "$endpoint/"
	refused 404 UNSUPPORTED
	as alice GET "$endpoint" --set HYTHE_TOKENS=no
	refused 404 UNSUPPORTED
}

@test "sixteen scopes of long names make a token that is still accepted" {
	local long query='' i

	setup_tokens
	long=$name/$(printf 'a%.0s' {1..200})
	for i in {10..25}; do query+="&scope=repository:$long/$i:pull,push,delete"; done
	as alice GET "$endpoint?$query"
	expect_status 200
	token=$(json .token)
	((${#token} < 8192))
	as token POST uploads "$long/25"
	expect_status 202
}

@test "a token that would be too long to be accepted is not given" {
	local long query='' i user

	setup_tokens
	user=$(printf '\xc3\xbc%.0s' {1..127})
	sed "s/^alice:/$user:/;q" "$users" >>"$users.new"
	cat "$users.new" >>"$users"
	rules_are 'allow * ** all'
	long=$name/$(printf 'a%.0s' {1..255})
	for i in {10..25}; do query+="&scope=repository:${long:0:252}/$i:pull,push,delete"; done
	request GET "$endpoint?$query" -H "$(basic "$user:alice-pw")"
	refused 400 UNSUPPORTED
	expect_json '.errors[0].detail.field == "scope"'
	request GET "$endpoint?${query%&*}" -H "$(basic "$user:alice-pw")"
	expect_status 200
	token=$(json .token)
	as token POST uploads "${long:0:252}/10"
	expect_status 202
}

@test "a wrong password is 401, with Basic, by GET and by POST" {
	setup_tokens
	request GET "$endpoint?service=hythe" -H "$(basic alice:wrong)"
	asked_to_log_in 'Basic realm="hythe"'
	grep "login failed for 'alice'" "$BATS_TEST_TMPDIR/log"
	request POST "$endpoint" --data 'grant_type=password&username=alice&password=wrong'
	asked_to_log_in 'Basic realm="hythe"'
	grep "login failed for 'alice'" "$BATS_TEST_TMPDIR/log"
	request GET "$endpoint" -H 'Authorization: Basic Og=='
	expect_status 200
}

@test "POST: the form that containerd sends" {
	setup_tokens
	request POST "$endpoint" -H 'Content-Type: application/x-www-form-urlencoded; charset=utf-8' \
		--data "client_id=containerd-client&grant_type=password&password=alice-pw&scope=repository%3A${name/\//%2F}%2Fx%3Apull%2Cpush+repository%3A${name/\//%2F}%2Fy%3Apull&service=hythe&username=alice"
	expect_status 200
	expect_json '.access_token == .token and .expires_in == 300 and (has("refresh_token") | not)'
	token=$(json .access_token)
	granted "[{\"type\":\"repository\",\"name\":\"$name/x\",\"actions\":[\"pull\",\"push\"]},{\"type\":\"repository\",\"name\":\"$name/y\",\"actions\":[\"pull\"]}]"
	request POST "$endpoint" --chunked --data 'grant_type=password&username=alice&password=alice-pw'
	expect_status 200
}

@test "POST: special characters in a password; other forms are refused" {
	local each

	setup_tokens
	need htpasswd
	htpasswd -nbB -C 4 dora 'a+b c&d=é%' >>"$users"
	request POST "$endpoint" \
		--data 'grant_type=password&username=dora&password=a%2Bb+c%26d%3D%C3%A9%25'
	expect_status 200
	for each in '' 'grant_type=refresh_token&refresh_token=x' 'username=alice&password=alice-pw' \
		'grant_type=password&username=alice' 'grant_type=password&password=alice-pw' \
		'grant_type=password&username=&password='; do
		request POST "$endpoint" --data "$each"
		asked_to_log_in 'Basic'
	done
	request POST "$endpoint" --data 'grant_type=password&username=%zz'
	refused 400 UNSUPPORTED
	printf 'a\0b' >form
	request POST "$endpoint" --body form
	refused 400 UNSUPPORTED
	random_file form 20000
	request POST "$endpoint" --body form
	refused 400 UNSUPPORTED
	printf 'grant_type=password&username=alice&password=alice-pw' >form
	request POST "$endpoint" --body form --length 100
	refused 400 SIZE_INVALID
}

@test "a token is pulled and pushed with, within its scope" {
	setup_tokens
	get_token alice "repository:$name/public/x:pull,push"
	push_image_as token latest "$name/public/x"
	as token GET base
	expect_status 200
	as token GET manifest "$name/y" latest
	asked_to_log_in "scope=\"repository:$name/y:pull\",error=\"insufficient_scope\""
	as token DELETE manifest "$name/public/x" latest
	asked_to_log_in 'error="insufficient_scope"'
	get_token nobody "repository:$name/public/x:pull,push"
	as token GET base
	expect_status 200
	as token GET manifest "$name/public/x" latest
	expect_status 200
	as token POST uploads "$name/public/x"
	asked_to_log_in "scope=\"repository:$name/public/x:pull,push\",error=\"insufficient_scope\""
}

@test "a user who may not is told so, whatever the token covers" {
	setup_tokens
	get_token bob "repository:$name/bob/x:pull,push" "repository:$name/x:pull,push"
	as token POST uploads "$name/bob/x"
	expect_status 202
	as token POST uploads "$name/x"
	refused 403 DENIED
	expect_no_header WWW-Authenticate
	as token GET manifest "$name/x" latest
	refused 404 MANIFEST_UNKNOWN
}

@test "a mount needs pull on the source in the token too" {
	setup_tokens
	printf x >blob
	push_blob_as alice blob "$name/x"
	get_token alice "repository:$name/y:pull,push"
	as token POST uploads "$name/y" "mount=$digest" "from=$name/x"
	expect_status 202
	get_token alice "repository:$name/y:pull,push" "repository:$name/x:pull"
	as token POST uploads "$name/y" "mount=$digest" "from=$name/x"
	expect_status 201
}

@test "rights, users and passwords that go, go at once, tokens or not (GHSA-c9p4-xwr9-rfhx)" {
	setup_tokens
	get_token bob "repository:$name/bob/x:pull,push"
	as token POST uploads "$name/bob/x"
	expect_status 202
	rules_are "allow bob $name/bob/** pull"
	as token POST uploads "$name/bob/x"
	refused 403 DENIED
	rules_are "allow bob $name/bob/** pull push"
	as token POST uploads "$name/bob/x"
	expect_status 202
	sed -i.old 's|^bob:.*|bob:$5$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA|' "$users"
	as token POST uploads "$name/bob/x"
	asked_to_log_in 'error="invalid_token"'
	sed -i '/^bob:/d' "$users"
	as token POST uploads "$name/bob/x"
	asked_to_log_in 'error="invalid_token"'
	mv "$users.old" "$users"
	as token POST uploads "$name/bob/x"
	expect_status 202
}

@test "the key is made on first use, mode 0600, in the store or where a setting says" {
	setup_tokens
	expect_no_file keys
	get_token alice
	expect_equal "$(stat -c %a keys)" 600
	mkdir -m 2750 empty
	as alice GET "$endpoint" --set HYTHE_STORAGE="$PWD/empty" --set HYTHE_TOKEN_KEYS=
	expect_status 500
	request_settings=("HYTHE_ACCESS=$rules" "HYTHE_HTPASSWD=$users" HYTHE_TOKENS=yes
		"HYTHE_STORAGE=$PWD/empty")
	get_token alice "repository:$name/x:pull,push"
	expect_equal "$(stat -c %a empty/docker/registry/v2/hythe/token-keys)" 600
	expect_equal "$(find empty -type f)" empty/docker/registry/v2/hythe/token-keys
	as token POST uploads "$name/x"
	expect_status 202
}

@test "of many who need the first key at once all use the same" {
	local i

	setup_tokens
	request_parse GET "$endpoint?scope=repository:$name/x:push" -H "$(basic alice:alice-pw)"
	cgi_prepare
	for i in {1..8}; do
		env -i "${variables[@]}" "$program" </dev/null >"answer-$i" 2>/dev/null 3>&- &
	done
	wait
	for i in {1..8}; do
		token=$(tail -n 1 "answer-$i" | jq -er .token)
		as token POST uploads "$name/x"
		expect_status 202
	done
	expect_equal "$(grep -vc '^#' keys)" 1
	[[ $(find . -name '.keys*') == '' ]]
}

@test "a key file that others may read is no key file; nor one that is wrong" {
	setup_tokens
	get_token alice
	chmod 640 keys
	as token GET base
	expect_status 401
	grep 'keys.*0700' "$BATS_TEST_TMPDIR/log"
	as alice GET "$endpoint"
	expect_status 500
	chmod 600 keys
	as token GET base
	expect_status 200
	echo x >>keys
	as token GET base
	expect_status 401
	grep 'keys:3' "$BATS_TEST_TMPDIR/log"
}

@test "a second key: the old one's tokens stay good until it is taken away" {
	local before

	setup_tokens
	get_token alice
	before=$token
	printf 'second %064x\n' 7 >>keys
	as token GET base
	expect_status 200
	get_token alice
	[[ $token != "$before" ]]
	as token GET base
	expect_status 200
	sed -i '2d' keys
	as token GET base
	expect_status 200
	token=$before
	as token GET base
	asked_to_log_in 'error="invalid_token"'
}

@test "the web server's login gets a token; a token gets none" {
	setup_tokens
	request_settings=(HYTHE_ACCESS="$rules" HYTHE_REMOTE_USER=yes HYTHE_TOKENS=yes
		HYTHE_TOKEN_KEYS="$PWD/keys")
	request GET "$endpoint?scope=repository:$name/x:pull,push" --set REMOTE_USER=alice
	expect_status 200
	token=$(json .token)
	as token POST uploads "$name/x"
	expect_status 202
	as token GET "$endpoint?scope=repository:$name/x:pull,push"
	asked_to_log_in 'Basic'
	request POST "$endpoint" --data 'grant_type=password&username=alice&password=alice-pw'
	asked_to_log_in 'Basic'
}

@test "passwords are good for the API itself too, where tokens are asked for" {
	setup_tokens
	as alice POST uploads "$name/x"
	expect_status 202
	request GET base -H "$(basic alice:wrong)"
	asked_to_log_in 'Bearer realm='
}
