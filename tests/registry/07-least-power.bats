#!/usr/bin/env bats
# 07-least-power.bats - what the programs ask the system for, and what they give up
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

programs='hythe-blobs hythe-discovery hythe-manifests hythe-token hythe-uploads'

# watch CALLS: from here on requests are made under strace, which writes what they
# call to the files trace.PROGRAM.PID.
watch() {
	local each built=$HYTHE_BUILD

	cgi_only 'the calls of a program'
	need strace
	strace -qq -o probe true 2>/dev/null || skip_because 'strace cannot trace here'
	[[ -x $built/hythe-blobs ]] || built=$built/fcgi
	hythe_find
	mkdir watched
	ln -s "$hythe" watched/hythe
	for each in $programs; do
		printf '#!/bin/sh\nexec strace -f -qq -e trace=%s -o "%s/trace.%s.$$" "%s" "$@"\n' \
			"$1" "$PWD" "$each" "$built/$each" >"watched/$each"
		chmod +x "watched/$each"
	done
	HYTHE_BUILD=$PWD/watched
	# Leaks are not looked for: that needs what strace has taken.
	export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
}

# Each program has been watched.
watched() {
	local each

	for each in $programs; do
		compgen -G "trace.$each.*" >watched/list || fail "$each was not called" || return
	done
}

# never WORDS: no call whose line has this pattern.
never() {
	! grep -E "$1" trace.* >found || fail "called: $(head -n 5 found)"
}

pull() {
	request GET manifest "$name" latest --closed
	expect_status 200
	request GET blob "$name" "$digest" --closed
	expect_status 200
	request GET tags "$name" --closed
	expect_status 200
	request GET catalog --closed
	expect_status 200
	request GET session "$name" none --closed
	refused 403 DENIED
	request GET /v2/_hythe/token
	refused 404 UNSUPPORTED
}

@test "no connection, no other program: whatever is asked, and whatever proxy is named (httpoxy, CVE-2026-33540, GHSA-3p65-76g6-3w7r, CVE-2020-15157, CVE-2026-48978, CVE-2026-50151, GHSA-vh4v-2xq2-g5cg)" {
	local each subject

	watch '%network,execve,execveat,fork,vfork,clone,clone3'
	push_image latest
	subject=$(descriptor "$oci_manifest" "$image")
	request POST uploads "$name/b" "mount=$digest" "from=$name" -H 'Proxy: http://127.0.0.1:9/'
	expect_status 201
	jq -c --argjson subject "$subject" '.subject = $subject |
		.layers[0].urls = ["http://127.0.0.1:9/"]' "$image" >signature
	put_manifest signature signature
	expect_status 201
	request_settings=(HTTP_PROXY=http://127.0.0.1:9/ http_proxy=http://127.0.0.1:9/)
	pull
	for each in "manifest $name signature" "blob $name $digest"; do
		request DELETE $each
		expect_status 202
	done
	watched
	# That standard input is no socket is how a program knows that it is called by CGI.
	grep -hv -e '^[0-9]* *getpeername(0, ' trace.* >calls
	! grep -v ' execve(' calls >found || fail "called: $(head -n 5 found)"
	expect_equal "$(wc -l <calls)" "$(printf '%s\n' trace.* | wc -l)"
}

@test "every program gives up what it does not need, before it looks at the request" {
	local each

	watch '%file,landlock_create_ruleset,landlock_restrict_self,prctl'
	push_image latest
	pull
	watched
	! grep -hq 'landlock_create_ruleset(.* = -1' trace.* ||
		skip_because 'the kernel has no Landlock'
	for each in trace.*; do
		grep -q 'landlock_restrict_self(.* = 0$' "$each" || fail "$each: nothing given up"
		! sed '/landlock_restrict_self(/,$d' "$each" | grep docker/registry >found ||
			fail "$each: too late for $(<found)"
	done
}

@test "who may not change the store opens nothing to write, and makes nothing" {
	push_image latest
	watch '%file,%desc'
	pull
	request DELETE blob "$name" "$digest" --closed
	refused 403 DENIED
	request POST uploads "$name" --closed
	refused 403 DENIED
	watched
	never 'O_WRONLY|O_RDWR|O_CREAT|O_TRUNC'
	# By plain mkdir a sanitizer makes the directory of its reports.
	never '^[0-9]+ +(mkdirat|rename|unlink|rmdir|link|symlink|mknod|utime|chmod|chown|fchmod|fchown|ftruncate|truncate|fallocate)[a-z0-9]*\('
}

@test "every file is made with its mode in so many words" {
	watch 'open,openat,openat2,creat'
	push_image latest
	never 'creat\('
	grep -h O_CREAT trace.* | grep -Ev 'mode=0(640|440)' >found || :
	expect_equal "$(<found)" ''
	grep -hq O_CREAT trace.*
}

@test "nothing is linked in that reads the environment, runs programs, or speaks to a network" {
	local each built=$HYTHE_BUILD

	cgi_only 'the files of the programs'
	need nm
	[[ -x $built/hythe-blobs ]] || built=$built/fcgi
	for each in $programs; do
		nm -D --undefined-only "$built/$each" 2>/dev/null >symbols || :
		[[ -s symbols ]] || skip_because 'for the archive: static programs import nothing'
		! grep -Ew '(secure_)?getenv|putenv|system|popen|v?fork|exec[lv]p?e?|fexecve|posix_spawnp?|dlopen|socket|connect|getaddrinfo|gethostbyname|wordexp|mktemp|tmpnam' \
			symbols >found || fail "$each: $(<found)"
	done
}

@test "a request's own HYTHE_ header sets nothing" {
	local each

	cgi_only 'other settings'
	for each in 'Hythe-Open: yes' 'HYTHE_OPEN: yes' 'Open: yes'; do
		request POST uploads "$name" --closed -H "$each"
		refused 403 DENIED
	done
}
