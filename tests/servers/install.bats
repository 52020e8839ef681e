#!/usr/bin/env bats
# install.bats - hythe-install, as the user of a web host
# SPDX-License-Identifier: ISC
#
# From the archive that HYTHE_ARCHIVE names, of `make portable', or else from
# `make install' in the tree HYTHE_BUILD.  Where root runs this, the user is
# www-data.

bats_require_minimum_version 1.5.0
export LC_ALL=C

fail() {
	printf '%s\n' "$@" >&2
	return 1
}

# The host: $directory is what the user has, $prefix where hythe is.
setup_file() {
	directory=$(mktemp -d "${TMPDIR:-/tmp}/hythe-install.XXXXXX")
	chmod 755 "$directory"
	((EUID)) || chown www-data:www-data "$directory"
	if [[ ${HYTHE_ARCHIVE:-} ]]; then
		as_user tar -C "$directory" -xzf - <"$HYTHE_ARCHIVE"
		prefix=$(echo "$directory"/hythe-*)
	else
		prefix=$directory/prefix
		make -C "$HYTHE_BUILD" -s install prefix="$prefix"
	fi
	export directory prefix
}

teardown_file() {
	rm -rf "$directory"
}

setup() {
	home="$directory/user $BATS_TEST_NUMBER's"
	as_user mkdir "$home" "$home/public_html"
}

teardown() {
	[[ ! ${server_pid:-} ]] || server_stop
}

as_user() {
	local user=()

	((EUID)) || user=(setpriv --reuid www-data --regid www-data --clear-groups)
	"${user[@]}" env "HOME=${home:-/}" "$@"
}

# What docs/servers.md tells the user to do, but for the ways to the host and from it.
told_commands() {
	sed -n '/^## An account/,/^## /{/^```sh/,/^```/p}' "$HYTHE_SOURCE/docs/servers.md" |
		sed -e '/^```/d' -e '/^tar /d' -e '/^curl /d'
}

# The same with options, and the web server that the host has.
install_here() {
	as_user "$prefix/bin/hythe-install" "$@" "$home/public_html"
}

serve() {
	. "$HYTHE_SOURCE/tests/servers/apache.bash"
	server_site=$home/public_html server_home=${1:-$home/hythe} server_storage=$server_home/store
	server_start htaccess "$directory/server"
}

settings_say() {
	as_user tee -a "${2:-$home/hythe}/hythe.conf" <<<"$1"
}

# skopeo's copy, without a policy and TLS.
copy() {
	skopeo --insecure-policy --tmpdir "$BATS_TEST_TMPDIR" copy --quiet \
		--src-tls-verify=false --dest-tls-verify=false "$1" "$2"
}

image() {
	# shellcheck source=tests/clients/images.bash
	. "$HYTHE_SOURCE/tests/clients/images.bash"
	cd "$BATS_TEST_TMPDIR"
	make_layout in 2 30000
}

status_of() {
	curl -sS -o "$BATS_TEST_TMPDIR/body" -w '%{http_code}' "$URL$1"
}

@test "laid out and opened as docs/servers.md tells, pushed to and pulled from with skopeo" {
	local line

	image
	told_commands >commands
	(($(wc -l <commands) == 2))
	while read -r line; do
		grep -qxF -- "$line" "$HYTHE_SOURCE/man/hythe-install.1" || fail "not in the manual: $line"
	done <commands
	run -0 as_user sh -euc "$(sed "s|^hythe-[^/ ]*/|'$prefix'/|" commands)"
	[[ $output == *"$home/hythe/hythe.conf"* ]]
	serve
	[[ $(status_of /v2/) == 200 ]]
	copy oci:in:latest "docker://${URL#http://}/some/image:v1"
	copy "docker://${URL#http://}/some/image:v1" oci:out:latest
	diff -r in/blobs out/blobs
}

@test "as it is laid out everybody may pull and nobody push" {
	image
	install_here
	serve
	[[ $(status_of /v2/) == 200 ]]
	run copy oci:in:latest "docker://${URL#http://}/some/image:v1"
	((status)) || fail 'pushed'
	[[ ! -e $home/hythe/store/docker ]]
}

@test "nothing is written but in the site and beside it, and nobody else may read that" {
	install_here
	[[ $(cd "$home" && find . -maxdepth 2 -not -name . | sort | tr '\n' ' ') == \
		'./hythe ./hythe/.htaccess ./hythe/hythe.conf ./hythe/hythe.log ./hythe/programs ./hythe/store ./public_html ./public_html/.htaccess ./public_html/hythe ' ]]
	[[ $(stat -c %a "$home/hythe") == 700 ]]
	[[ ! $(find "$home" -perm /022 -not -type l) ]]
}

@test "a home inside the site is closed to the web" {
	local path

	install_here --home "$home/public_html/images"
	settings_say 'open = yes' "$home/public_html/images"
	serve "$home/public_html/images"
	chmod 755 "$home/public_html/images"
	curl -sSf -X POST --data-binary hello -o /dev/null \
		"$URL/v2/a/blobs/uploads/?digest=sha256:$(printf hello | sha256sum | cut -d ' ' -f 1)"
	path=$(cd "$home/public_html" && find images -name data)
	[[ -s $home/public_html/$path ]]
	for path in "/$path" /images/hythe.conf /images/hythe.log /images/programs/hythe-blobs /images/; do
		[[ $(status_of "$path") == 403 ]] || fail "$path: $(<"$BATS_TEST_TMPDIR/body")"
	done
}

@test "again: settings, images and the rules of the site stay, ours are there once" {
	as_user tee "$home/public_html/.htaccess" <<<'RewriteRule ^old$ new [L]'
	install_here
	settings_say 'delete = no'
	as_user touch "$home/hythe/store/kept"
	as_user tee -a "$home/public_html/.htaccess" <<<'RewriteRule ^older$ newer [L]'
	install_here
	grep -qx 'delete = no' "$home/hythe/hythe.conf"
	[[ -e $home/hythe/store/kept ]]
	[[ $(grep -c '^# hythe begin' "$home/public_html/.htaccess") == 1 ]]
	[[ $(grep -c 'hythe-blobs.cgi' "$home/public_html/.htaccess") == 1 ]]
	[[ $(tail -n 2 "$home/public_html/.htaccess") == \
		$'RewriteRule ^old$ new [L]\nRewriteRule ^older$ newer [L]' ]]
	[[ $(head -n 1 "$home/public_html/.htaccess") == '# hythe begin'* ]]
}

@test "a site whose rules cannot be told from ours, or not be read, keeps them" {
	local rules=$home/public_html/.htaccess

	install_here
	sed -i '/^# hythe end/d' "$rules"
	as_user tee -a "$rules" <<<'RewriteRule ^old$ new [L]'
	cp "$rules" before
	run -1 as_user "$prefix/bin/hythe-install" "$home/public_html"
	cmp "$rules" before
	chmod 000 "$rules"
	run -1 as_user "$prefix/bin/hythe-install" "$home/public_html"
	cmp "$rules" before
}

@test "programs that do not run here are told" {
	local each

	as_user mkdir "$home/programs"
	for each in blobs discovery manifests token uploads; do
		as_user tee "$home/programs/hythe-$each" <<<$'#!/bin/sh\nexit 1' >/dev/null
		as_user chmod +x "$home/programs/hythe-$each"
	done
	run ! install_here --programs "$home/programs"
	[[ $output == *'do not run here'* ]]
}

@test "settings that are wrong are told" {
	install_here
	settings_say 'threads = many'
	run ! install_here
	[[ $output == *'do not run here'* ]]
	grep -q threads "$home/hythe/hythe.log"
}

@test "what is asked for wrongly changes nothing" {
	run -2 as_user "$prefix/bin/hythe-install"
	run -2 as_user "$prefix/bin/hythe-install" --what "$home/public_html"
	run -2 as_user "$prefix/bin/hythe-install" "$home/public_html" "$home/other"
	run -2 as_user "$prefix/bin/hythe-install" "$home/public_html" --home
	run -1 as_user "$prefix/bin/hythe-install" --programs /nonexistent "$home/public_html"
	for each in '' /hythe /hythe/errors; do
		run -1 as_user "$prefix/bin/hythe-install" --home "$home/public_html$each" \
			"$home/public_html"
	done
	[[ ! $(find "$home" -type f) ]]
	run -0 as_user "$prefix/bin/hythe-install" --help
}

@test "the programs need no libraries" {
	[[ ${HYTHE_ARCHIVE:-} ]] || skip 'for the archive: its programs are static'
	local each root=$directory/bare

	mkdir "$root"
	for each in "$prefix"/libexec/hythe/* "$prefix/bin/hythe"; do
		! readelf -l "$each" | grep INTERP || fail "$each"
	done
	((EUID == 0)) || return 0
	cp "$prefix/libexec/hythe/hythe-discovery" "$root"
	mkdir "$root/store"
	env -i GATEWAY_INTERFACE=CGI/1.1 REQUEST_METHOD=GET REQUEST_URI=/v2/ HYTHE_STORAGE=/store \
		"$(PATH=$PATH:/usr/sbin type -P chroot)" "$root" /hythe-discovery </dev/null | grep -q '^Status: 200'
}
