#!/usr/bin/env bats
# login.bats - hythe-verify by TLS, and with credentials
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/verify/helper.bash"

teardown() {
	[[ ! ${server_pid:-} ]] || server_stop
	faulty_stop
	[[ ! ${docker_registry_pid:-} ]] || docker_registry_stop
}

# An authority of one's own, as authority.pem; and what it has signed for the server in
# DIRECTORY, which would make one of its own otherwise.
authority() {
	mkdir -p "$1/run"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
		-subj '/CN=an authority' -keyout authority.key -out authority.pem
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=registry.test \
		-addext 'subjectAltName=IP:127.0.0.1' -keyout "$1/run/key.pem" -out request.pem
	openssl x509 -req -in request.pem -CA authority.pem -CAkey authority.key -CAcreateserial \
		-copy_extensions copy -days 2 -out "$1/run/certificate.pem"
	cp "$1/run/certificate.pem" "$1"
}

# What is told of a certificate that is not trusted: one line, and no case was run.
not_trusted() {
	ends 4 --only base "$@"
	grep -q "^hythe-verify: the certificate of https://.* is not trusted: SSL" err
	[[ $(wc -l <err) == 1 && ! -s out ]]
}

@test "by TLS with an authority of one's own, by option and by variable" {
	authority "$PWD/server" 2>/dev/null
	unset VERIFY_CACERT
	hythe_start fastcgi-tls "$PWD/server"
	ends 0 --cacert authority.pem --only base --only 'end-6 the empty blob' --report report.json "$URL"
	jq -e '.results.does == (.cases | length) and .left == []' report.json
	CURL_CA_BUNDLE=authority.pem ends 0 --only base --only 'end-6 the empty blob' "$URL"
	grep -qx 'left behind: nothing' out
}

@test "a certificate that is not trusted, or another's: told, with a status of its own" {
	authority "$PWD/server" 2>/dev/null
	hythe_start fastcgi-tls "$PWD/server"
	not_trusted "$URL"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=other \
		-keyout other.key -out other.pem 2>/dev/null
	not_trusted --cacert other.pem "$URL"
	# Not even where the variable names a good one, and the option what looks like options.
	cp other.pem ./-other.pem
	CURL_CA_BUNDLE=authority.pem not_trusted --cacert -other.pem "$URL"
	not_trusted --cacert authority.pem "https://localhost:${URL##*:}"
	ends 2 --cacert none.pem "$URL"
	grep -q 'cannot read none.pem' err
	# Where there is no TLS at all.
	docker_registry_start "$PWD/registry" "$PWD/store"
	ends 3 "https://$docker_registry"
	grep -q '^hythe-verify: no answer from https' err
}

@test "tokens as a client gets them: one for each repository and action; and cleaned up with them" {
	hythe_start fastcgi "$PWD/server"
	faulty_start "${URL##*:}" token
	HYTHE_VERIFY_USERNAME=user HYTHE_VERIFY_PASSWORD=secret \
		ends 0 --only must,push --report report.json "$faulty"
	jq -e '.results.wrong == 0 and .results.does > 3 and .left == []' report.json
	[[ -z $(find "$STORAGE" -path '*/_layers/*' -name link) ]]
}

@test "a login that fails is told, with a status of its own, and no case is run" {
	hythe_start fastcgi "$PWD/server"
	faulty_start "${URL##*:}" token
	ends 5 --username user --password-stdin "$faulty" <<<wrong
	grep -qx "hythe-verify: $faulty does not accept this name and password" err
	ends 5 "$faulty"
	grep -q "^hythe-verify: $faulty wants a login" err
	[[ $(wc -l <err) == 1 && ! -s out ]]
}

# Whatever hythe-verify runs notes its arguments in the file arguments.
note_arguments() {
	local each path=$HYTHE_BUILD/admin:${PATH//"${BATS_LIBEXEC:-/nowhere}:"/}

	mkdir noting
	for each in curl jq bats base64 sed awk timeout hythe; do
		printf '#!/bin/sh\nprintf "%%s\\n" "%s $*" >>"%s"\nexec "%s" "$@"\n' "$each" "$PWD/arguments" \
			"$(PATH=$path type -P "$each")" >"noting/$each"
		chmod +x "noting/$each"
	done
}

@test "a password is in no argument, report or command, by Basic and by token" {
	local password='se"cr\et&$x' each

	note_arguments
	printf 'user:%s\n' "$(PASSWORD=$password perl -e 'print crypt($ENV{PASSWORD}, q($2y$05$abcdefghijklmnopqrstuu))')" >htpasswd
	REGISTRY_AUTH=htpasswd REGISTRY_AUTH_HTPASSWD_REALM=test REGISTRY_AUTH_HTPASSWD_PATH=$PWD/htpasswd \
		docker_registry_start "$PWD/registry" "$PWD/store"
	# One case is right, and the other is wrong there.
	PATH=$PWD/noting:$PATH ends 1 --username user --password-stdin --only 'end-6 the empty blob' \
		--only 'end-8a sorted by byte' --verbose --report report.json --html page "http://$docker_registry" <<<"$password"
	jq -e '.results.does == 1 and .results.wrong == 1 and .left == []' report.json
	hythe_start fastcgi "$PWD/server"
	FAULTY_LOG=$PWD/asked faulty_start "${URL##*:}" token
	PATH=$PWD/noting:$PATH ends 0 --username user --password-stdin --only 'end-6 the empty blob' \
		--verbose --report again.json "$faulty" <<<secret
	grep -q '^curl .*--config' arguments
	for each in 'se"cr' 'cr\et' "$(printf %s "user:$password" | base64)" dXNlcjpzZWNyZXQ= secret 'Bearer of'; do
		lacks -F -e "$each" arguments out err report.json again.json page || fail "shown: $each"
	done
	# But it was used.
	grep -q 'Authorization: Basic dXNlcjpzZWNyZXQ=' asked
}
