#!/usr/bin/env bats
# command.bats - hythe-verify on hythe: what it prints, how it ends, what it leaves
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/verify/helper.bash"

teardown() {
	[[ ! ${server_pid:-} ]] || server_stop
	faulty_stop
	[[ ! ${docker_registry_pid:-} ]] || docker_registry_stop
}

# Ends with this status.
ends() {
	local result=0

	verify "${@:2}" || result=$?
	[[ $result == "$1" ]] || fail "expected to end with $1, not $result: ${*:2}" "$(<err)"
}

# All that a registry's store has but empty directories and the data of blobs.
links() {
	find "$STORAGE" -path '*/repositories/*' -type f \
		! -path '*/_manifests/tags/*/index/*' ! -path '*/hythe/*' | sort
}

# right_of_hythe MODE OPTION...
right_of_hythe() {
	hythe_start "$1" "$PWD/server"
	ends 0 "${@:2}" --report report.json --junit junit.xml --html page.html "$URL"
	jq -e '.results | .does > 10 and .does == ([.[]] | add)' report.json
	jq -e '.left == []' report.json
	grep -qx 'left behind: nothing' out
	[[ -z $(find "$STORAGE" -path '*/_uploads/*' -name data) ]]
	[[ -z $(find "$STORAGE" -path '*/_manifests/tags/*' -name current) ]]
	[[ -z $(find "$STORAGE" -path '*/_layers/*' -name link) ]]
}

@test "hythe by FastCGI: nothing wrong, nothing missing, nothing left; in every form" {
	local count

	right_of_hythe fastcgi ${LONG:---only base --only delete --only readonly}
	count=$(jq '.cases | length' report.json)
	[[ $(grep -c '<testcase ' junit.xml) == "$count" ]]
	grep -q 'failures="0"' junit.xml
	grep -q '^</testsuites>$' junit.xml
	grep -q '^</body></html>$' page.html
	ends 0 --show report.json --format tap
	[[ $(head -n 1 out) == "1..$count" && $(grep -c '^ok' out) == "$count" ]]
	ends 0 --show report.json --format coverage
	grep -q '^does  *MUST ' out
	grep -q '^cannot be seen' out
	ends 0 --show report.json --details 'a tag: only'
	grep -qx 'end-9 a tag: only the tag goes' out
}

@test "hythe by CGI: nothing wrong, nothing missing, nothing left" {
	right_of_hythe cgi ${LONG:---only base --only delete}
}

@test "--list, --only, --skip: tags, several at once, and text" {
	ends 0 --list
	[[ $(wc -l <out) -gt 150 ]]
	[[ -z $(sort out | uniq -d) && -z $(cut -f 3 out | sort | uniq -d) ]]
	# Each has a level and a group.
	[[ -z $(grep -vE $'\t(must|should|offer),' out) ]]
	ends 0 --list --only must,delete
	[[ $(wc -l <out) -gt 3 && -z $(grep -v $'\tmust,.*delete\t' out) ]]
	ends 0 --list --only must,delete --skip end-10
	[[ -s out ]] && ! grep -q end-10 out
	ends 0 --list --only 'HEAD has the headers'
	[[ $(wc -l <out) == 1 ]]
	ends 0 --list --readonly
	[[ $(wc -l <out) -gt 5 && -z $(grep -v 05-given out) ]]
}

@test "wrong usage ends with 2, a registry that is not there with 3" {
	local each

	for each in '' '--nothing' '--only' '--timeout x http://127.0.0.1:1' 'ftp://127.0.0.1' \
		'--format x http://127.0.0.1:1' '--readonly http://127.0.0.1:1' '--compare one'; do
		ends 2 $each
		grep -q ^usage err
	done
	ends 3 --timeout 5 http://127.0.0.1:1
}

@test "a wrong MUST ends with 1, names the case, and has the commands that show it again" {
	local command

	hythe_start fastcgi "$PWD/server"
	faulty_start "${URL##*:}" absent-blob-as-200
	ends 1 --only 'an absent blob' --verbose --report report.json "$faulty"
	grep -q '^  wrong .*end-2 an absent blob: 404' out
	command=$(sed -n 's/^    \(curl -si .*\)   # 200$/\1/p' out | head -n 1)
	eval "$command" >again
	head -n 1 again | grep -q ' 200 '
	ends 1 --show report.json --format tap
	grep -q '^not ok 1 end-2 an absent blob' out
	ends 1 --show report.json --format junit
	grep -q '<failure message=' out
}

@test "the commands of a case, one after the other, do the same again" {
	hythe_start fastcgi "$PWD/server"
	faulty_start "${URL##*:}" put-blob-202
	ends 1 --only 'end-5 end-6 POST, PATCH, PUT with the last' --report report.json --verbose "$faulty"
	jq -r '.cases[0].requests[]' report.json >commands
	[[ $(wc -l <commands) == 3 ]]
	bash commands >again
	grep -q '^HTTP/1.1 202' again
	grep -qi '^docker-content-digest: sha256:' again
}

@test "a registry that hangs, or answers nonsense, hangs nothing" {
	local begun=$SECONDS

	hythe_start fastcgi "$PWD/server"
	faulty_start "${URL##*:}" hangs
	ends 1 --timeout 2 --only 'end-3 the given manifest, by' "$faulty"
	faulty_stop
	faulty_start "${URL##*:}" nonsense
	ends 1 --timeout 2 --only 'end-3 the given manifest, by' "$faulty"
	((SECONDS - begun < 200))
}

@test "ended by a signal, it still deletes what it made, and leaves no process" {
	local pid

	hythe_start fastcgi "$PWD/server"
	faulty_start "${URL##*:}" hangs
	hythe_verify --timeout 300 --only 'end-3 the given manifest, by its tag' "$faulty" >out 2>err &
	pid=$!
	# What is pushed is noted, and then the registry hangs.
	wait_for pgrep -f -- "--request GET .*$faulty/v2/" >/dev/null
	kill -TERM "$(pgrep -P "$pid")"
	! wait "$pid"
	[[ -z $(find "$STORAGE" -path '*/_manifests/tags/*' -name current) ]]
	wait_for none_asks
}

none_asks() {
	! pgrep -f "$faulty" >/dev/null
}

# Wait, a minute at most, until a command succeeds.
wait_for() {
	local tries=600

	while ((tries--)); do
		! "$@" || return 0
		sleep 0.1
	done
	fail "in vain waited for: $*"
}

@test "--readonly asks only, for the image that it is given" {
	hythe_start fastcgi "$PWD/server"
	random_image
	links >before
	ends 0 --readonly --repository given/image --tag v1 --digest "$digest" --report report.json "$URL"
	links >after
	diff before after
	jq -e '.results.does == (.cases | length)' report.json
	ends 1 --readonly --repository given/image --tag none --digest "$digest" "$URL"
}

# An image of a config only, as given/image:v1; $digest is its digest.
random_image() {
	local config

	printf '{}' >config
	config=sha256:$(sha256sum <config | cut -d ' ' -f 1)
	curl -sf -o /dev/null --data-binary @config "$URL/v2/given/image/blobs/uploads/?digest=$config"
	printf '{"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s","digest":"%s","size":2},"layers":[]}' \
		application/vnd.oci.image.manifest.v1+json application/vnd.oci.image.config.v1+json \
		"$config" >manifest
	digest=sha256:$(sha256sum <manifest | cut -d ' ' -f 1)
	curl -sf -o /dev/null -T manifest -H 'Content-Type: application/vnd.oci.image.manifest.v1+json' \
		"$URL/v2/given/image/manifests/v1"
}

@test "tokens as a client gets them: one for each repository and action; and cleaned up with them" {
	hythe_start fastcgi "$PWD/server"
	faulty_start "${URL##*:}" token
	HYTHE_VERIFY_USERNAME=user HYTHE_VERIFY_PASSWORD=secret \
		ends 0 --only must,push --report report.json "$faulty"
	jq -e '.results.wrong == 0 and .results.does > 3 and .left == []' report.json
	ends 1 --username user --password-stdin --only 'end-6 the empty blob' "$faulty" <<<wrong
	[[ -z $(find "$STORAGE" -path '*/_layers/*' -name link) ]]
	! grep -rq secret out err report.json
}

@test "a name and a password for docker-registry" {
	local password

	password=$(perl -e 'print crypt("secret", q($2b$05$abcdefghijklmnopqrstuu))')
	printf 'user:%s\n' "${password/2b/2y}" >htpasswd
	REGISTRY_AUTH=htpasswd REGISTRY_AUTH_HTPASSWD_REALM=test REGISTRY_AUTH_HTPASSWD_PATH=$PWD/htpasswd \
		docker_registry_start "$PWD/registry" "$PWD/store"
	ends 0 --username user --password-stdin --only 'end-6 the empty blob' --report report.json \
		"http://$docker_registry" <<<secret
	jq -e '.results.does == 1 and .left == []' report.json
	ends 1 --only 'end-6 the empty blob' "http://$docker_registry"
}

@test "what may not be deleted is told" {
	REGISTRY_STORAGE_DELETE_ENABLED=false docker_registry_start "$PWD/registry" "$PWD/store"
	ends 0 --only 'end-6 the empty blob' --report report.json "http://$docker_registry"
	jq -e '.left | length > 0 and all(.[]; .kind == "blob")' report.json
	grep -q '^left behind, for it could not be deleted:$' out
}

@test "--compare shows two registries side by side" {
	jq -n '{registry: "http://a", results: {does: 1}, groups: [{group: "base", title: "Base"}],
		cases: [{name: "x", group: "base", result: "does"}, {name: "y", group: "base", result: "does"}]}' >a
	jq '.cases[1].result = "wrong" | .registry = "http://b"' a >b
	ends 0 --compare a b
	grep -qx '| y | does | wrong |' out
	! grep -q '^| x ' out
}
