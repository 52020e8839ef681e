#!/usr/bin/env bats
# readme.bats - what README says of users, done as it says
# SPDX-License-Identifier: ISC

bats_require_minimum_version 1.5.0

HYTHE_SOURCE=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
HYTHE_BUILD=$(cd "${HYTHE_BUILD:-$HYTHE_SOURCE}" && pwd)
export HYTHE_SOURCE HYTHE_BUILD LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

. "$HYTHE_SOURCE/tests/servers/lighttpd.bash"
. "$HYTHE_SOURCE/tests/clients/images.bash"
. "$HYTHE_SOURCE/verify/expect.bash"

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	[[ ! ${server_pid:-} ]] || server_stop
}

# The commands of the section that begins with this line, but for where they write,
# to which group, and that there is a service.
commands_of() {
	sed -n "/^## $1/,/^## /p" "$HYTHE_SOURCE/README.md" | sed -n '/^```sh/,/^```/p' |
		sed -e '/^```/d' -e "s|/usr/local/etc|$PWD/etc|g" -e "s/-g www-data/-g $(id -gn)/" \
			-e '/^service lighttpd/d'
}

# Give the password as somebody at a terminal would.
hythe() {
	if [[ $1 == passwd ]]; then
		"$HYTHE_BUILD/admin/hythe" passwd --stdin "${@:2}" <<<secret
	else
		"$HYTHE_BUILD/admin/hythe" "$@"
	fi
}

skopeo() {
	command skopeo --insecure-policy --tmpdir "$BATS_TEST_TMPDIR" "$@"
}

@test "everybody pulls, some push: ten lines at most, and they do it" {
	local lines to key value

	type -P skopeo >/dev/null || skip 'no skopeo here'
	commands_of Users >commands
	lines=$(wc -l <commands)
	((lines >= 5 && lines <= 10))
	eval "$(<commands)"
	cd "$BATS_TEST_TMPDIR"
	server_settings=()
	while read -r key _ value; do
		server_settings+=("${key^^}=$value")
	done <etc/hythe/hythe.conf
	server_start fastcgi "$PWD/server"
	make_layout in 1 5000
	to=docker://${URL#http://}/a/b:v1
	skopeo copy --dest-tls-verify=false --dest-creds alice:secret oci:in:latest "$to"
	skopeo copy --src-tls-verify=false "$to" oci:out
	expect_equal "$(layout_digest out)" "$(layout_digest in)"
	run ! skopeo copy --dest-tls-verify=false oci:in:latest "${to%:*}:v2"
	[[ $output == *denied* || $output == *nauthorized* || $output == *'authentication required'* ]]
	run ! skopeo copy --dest-tls-verify=false --dest-creds alice:wrong oci:in:latest "${to%:*}:v2"
	run ! skopeo delete --tls-verify=false --creds alice:secret "$to"
	HYTHE_CONFIG=$PWD/etc/hythe/hythe.conf hythe access check alice a/b push >said
	grep "^allowed by $PWD/etc/hythe/access:2: " said
}
