#!/usr/bin/env bats
# command.bats - hythe-verify on hythe: what it prints, how it ends, what it leaves
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/verify/helper.bash"

teardown() {
	[[ ! ${server_pid:-} ]] || server_stop
	faulty_stop
	[[ ! ${docker_registry_pid:-} ]] || docker_registry_stop
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
	[[ -s out ]] && lacks end-10 out
	ends 0 --list --only 'HEAD has the headers'
	[[ $(wc -l <out) == 1 ]]
	ends 0 --list --readonly
	[[ $(wc -l <out) -gt 5 && -z $(grep -v 05-given out) ]]
}

@test "wrong usage ends with 2, a registry that is not there with 3" {
	local each

	for each in '' '--nothing' '--only' '--timeout x http://127.0.0.1:1' 'ftp://127.0.0.1' \
		'--format x http://127.0.0.1:1' '--readonly http://127.0.0.1:1' '--compare one' \
		'--list --only nosuch' '--only nosuch http://127.0.0.1:1'; do
		ends 2 $each
		grep -q ^usage err
	done
	ends 3 --timeout 5 http://127.0.0.1:1
	TMPDIR=$PWD/none ends 2 http://127.0.0.1:1
}

@test "a repository that cannot be one, or have others below it, ends with 2 and one line" {
	local long each

	long=$(printf '%0210d' 0)
	for each in 'A B' a//b -x $'a\nb' "$long"; do
		ends 2 --only base --repository "$each" http://127.0.0.1:1
		[[ $(wc -l <err) == 1 && ! -s out ]]
		grep -q ^hythe-verify: err
	done
	# To ask for one that is there, a name may be as long as names are.
	ends 3 --timeout 5 --readonly --repository "$long" --tag v1 --digest x http://127.0.0.1:1
	ends 3 --timeout 5 --only base --repository a/b http://127.0.0.1:1
}

@test "a registry below a path: by whole, absolute and relative Locations and Links" {
	local each cases=(--only base --only 'end-5 end-6 POST, PATCH, PUT with the last'
		--only 'by following the Links')

	hythe_start fastcgi "$PWD/server"
	for each in whole absolute relative; do
		FAULTY_LOG=$PWD/asked.log faulty_start "${URL##*:}" below-path $each
		ends 0 "${cases[@]}" --verbose --report report.json "$faulty/some/path/"
		jq -e '.results.does == (.cases | length) and .left == []' report.json
		# Nothing is asked elsewhere.
		lacks -E '^[A-Z]+ (/some/path/some|/v2|/some/path/\S*\.\.)' asked.log
		faulty_stop
	done
	faulty_start "${URL##*:}" put-blob-202
	faulty_start "${faulty##*:}" below-path absolute
	ends 1 --only 'end-5 end-6 POST, PATCH, PUT with the last' --report report.json "$faulty/some/path"
	jq -r '.cases[0].requests[]' report.json >commands
	bash commands >again
	grep -qi '^docker-content-digest: sha256:' again
}

@test "a registry at an address of IPv6, in brackets" {
	grep -qs '^0*1 ' /proc/net/if_inet6 || skip 'no IPv6 here'
	hythe_start fastcgi "$PWD/server"
	FAULTY_HOST=::1 faulty_start "${URL##*:}" none
	[[ $faulty == 'http://[::1]:'* ]]
	ends 0 --only base --only 'end-5 end-6 POST, PATCH, PUT with the last' \
		--only 'mid-body, with a length' --report report.json "$faulty"
	jq -e '.results.does == (.cases | length) and .left == []' report.json
}

@test "--show and --compare of what is no report end with 2, and say so" {
	local each

	: >empty
	echo '{"results": "x"}' >odd
	for each in empty odd; do
		ends 2 --show $each --format json
		grep -q "no report: $each" err
		ends 2 --compare $each $each
	done
}

@test "a TMPDIR below the working directory is as good as any" {
	hythe_start fastcgi "$PWD/server"
	mkdir below
	TMPDIR=below ends 0 --only 'end-2 the empty blob' "$URL"
	[[ -z $(ls -A below) ]]
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
	! wait "$pid" || fail 'ended with 0'
	[[ -z $(find "$STORAGE" -path '*/_manifests/tags/*' -name current) ]]
	wait_for none_asks
}

# Its cases are in process groups of their own, that ^C does not reach.
@test "^C on the terminal: told, cleaned up, and ended as by the signal" {
	local result=0

	hythe_start fastcgi "$PWD/server"
	faulty_start "${URL##*:}" hangs
	mkfifo keyboard
	{
		wait_for pgrep -f -- "--request GET .*$faulty/v2/" >/dev/null
		printf '\003'
		wait_for none_asks
	} 3>&- >keyboard &
	on_terminal 60 --timeout 300 --only 'end-3 the given manifest, by its tag' "$faulty" <keyboard || result=$?
	wait $!
	[[ $result == 130 ]]
	grep -q 'interrupted, deletes what it made' out
	[[ -z $(find "$STORAGE" -path '*/_manifests/tags/*' -name current) ]]
}

# The longest line of a file, without colours.
widest() {
	sed 's/\x1b\[[0-9;]*[mK]//g; s/\r$//; s/.*\r//' "$1" | awk '{ if (length > most) most = length } END { print most + 0 }'
}

@test "as wide as the terminal, with colours unless NO_COLOR or piped" {
	hythe_start fastcgi "$PWD/server"
	on_terminal 80 --only base --only must,names --report report.json "$URL" </dev/null
	grep -q $'\e\[32m' out
	grep -qF '[1/' out
	[[ $(widest out) -gt 40 && $(widest out) -lt 80 ]]
	grep -q 'the API as such .* [1-9]' out
	on_terminal 40 --only base "$URL" </dev/null
	[[ $(widest out) -lt 40 ]]
	sed 's/\x1b\[[0-9;]*m//g; s/\r$//' out | grep -qx 'the API as such: 6 does'
	NO_COLOR=1 on_terminal 80 --show report.json </dev/null
	lacks $'\e' out
	ends 0 --show report.json
	lacks $'\e' out
	[[ ! -s err && $(widest out) -lt 80 ]]
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

@test "what may not be deleted is told, each, and nothing else" {
	local kind path

	REGISTRY_STORAGE_DELETE_ENABLED=false docker_registry_start "$PWD/registry" "$PWD/store"
	ends 0 --only 'end-7 end-3 by tag, and back' --only 'end-6 the empty blob' --report report.json \
		"http://$docker_registry"
	jq -e '[.left[].kind] | unique == ["blob", "manifest", "tag"]' report.json
	grep -q '^left behind, for it could not be deleted:$' out
	jq -r '.left[] | .kind + " " + .path' report.json | sort >told
	diff told <(sed -n 's/^  \([a-z]* \/v2\/\)/\1/p' out | sort)
	while read -r kind path; do
		curl -sf -o /dev/null -H "Accept: application/vnd.oci.image.manifest.v1+json" \
			"http://$docker_registry$path"
	done <told
	[[ $(grep -c ^tag told) == $(find store -path '*/tags/*/current' -type d | wc -l) ]]
	[[ $(grep -c ^manifest told) == $(find store -path '*/revisions/*' -name link | wc -l) ]]
	[[ $(grep -c ^blob told) == $(find store -path '*/_layers/*' -name link | wc -l) ]]
	# The sessions were ended.
	[[ -z $(find store -path '*/_uploads/*' -name data) ]]
}

@test "--compare shows two registries side by side" {
	jq -n '{registry: "http://a", results: {does: 1}, groups: [{group: "base", title: "Base"}],
		cases: [{name: "x", group: "base", result: "does"}, {name: "y", group: "base", result: "does"}]}' >a
	jq '.cases[1].result = "wrong" | .registry = "http://b"' a >b
	ends 0 --compare a b
	grep -qx '| y | does | wrong |' out
	lacks '^| x ' out
	jq '.cases[1].name = "\\<img src=x>![p](q)"' a >c
	jq '.cases[1].result = "wrong"' c >d
	ends 0 --compare c d
	grep -qF '| \\\<img src=x>!\[p](q) | does | wrong |' out
}
