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
	cd "$BATS_TEST_TMPDIR" || return
	home="$directory/user $BATS_TEST_NUMBER's"
	as_user mkdir "$home" "$home/public_html"
}

teardown() {
	[[ ! ${server_pid:-} ]] || server_stop
}

user=()
((EUID)) || user=(setpriv --reuid www-data --regid www-data --clear-groups)

as_user() {
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

# All that the user has, with modes, and where links lead.
snapshot() {
	find "$home" -printf '%P %y %m %l\n' -type f -exec sha256sum {} + | sort
}

# refused WORDS [hythe-install's argument]...: in one line of ours that has these, and
# nothing is changed.
refused() {
	local before

	before=$(snapshot)
	run -1 as_user "$prefix/bin/hythe-install" "${@:2}"
	[[ $(grep -c '^hythe-install: ' <<<"$output") == 1 && $output == *"$1"* ]] || fail "$output"
	diff <(echo "$before") <(snapshot) || fail "$output"
}

other_programs() {
	local each

	as_user mkdir "$home/programs"
	for each in blobs discovery manifests token uploads; do
		as_user tee "$home/programs/hythe-$each" <<<"$1" >/dev/null
		as_user chmod +x "$home/programs/hythe-$each"
	done
}

@test "programs that do not run here are told, and not put in the place of others" {
	other_programs $'#!/bin/sh\nexit 1'
	refused 'do not run here' --programs "$home/programs" "$home/public_html"
	install_here
	refused 'do not run here' --programs "$home/programs" "$home/public_html"
}

@test "settings that are wrong are told" {
	install_here
	settings_say 'threads = many'
	refused 'do not run here' "$home/public_html"
	[[ $output == *threads* ]]
}

@test "a link in the place of what is ours is neither followed nor replaced" {
	local link

	as_user tee "$home/precious" <<<'RewriteRule ^old$ new [L]'
	as_user mkdir -p "$home/hythe" "$home/public_html/hythe" "$home/elsewhere"
	for link in public_html/.htaccess hythe/.htaccess public_html/hythe/.htaccess; do
		for each in precious nowhere; do
			as_user ln -s "$home/$each" "$home/$link"
			refused "'$home/$link' is a symbolic link" "$home/public_html"
			as_user rm "$home/$link"
		done
	done
	as_user rmdir "$home/public_html/hythe"
	for link in public_html/hythe hythe/programs; do
		as_user ln -s "$home/elsewhere" "$home/$link"
		refused "'$home/$link' is a symbolic link" "$home/public_html"
		as_user rm "$home/$link"
	done
	install_here
	as_user mv "$home/public_html/hythe/errors" "$home/public_html/hythe/pages"
	as_user ln -s pages "$home/public_html/hythe/errors"
	refused 'is a symbolic link' "$home/public_html"
}

@test "what is not by hythe-install is neither overwritten nor closed to the web" {
	local each

	for each in hythe public_html/hythe public_html/images; do
		as_user mkdir "$home/$each"
		as_user tee "$home/$each/.htaccess" <<<'Require valid-user'
		as_user chmod 640 "$home/$each/.htaccess"
	done
	refused "'$home/public_html/hythe' has files" --home "$home/other" "$home/public_html"
	as_user rm -r "$home/public_html/hythe"
	refused "'$home/hythe' has files" "$home/public_html"
	refused "'$home/public_html/images' has files" --home "$home/public_html/images" \
		"$home/public_html"
	as_user mv "$home/public_html/images/.htaccess" "$home/public_html/images/cat.png"
	refused "'$home/public_html/images' has files" --home "$home/public_html/images" \
		"$home/public_html"
	refused 'choose another --home' --home "$home" "$home/public_html"
	as_user mkdir "$home/public_html/hythe"
	as_user touch "$home/public_html/hythe/index.html"
	refused "'$home/public_html/hythe' has files" --home "$home/other" "$home/public_html"
}

@test "the rules of the site keep their mode, and if they may not be written stay" {
	local rules=$home/public_html/.htaccess

	as_user tee "$rules" <<<'RewriteRule ^old$ new [L]'
	as_user chmod 640 "$rules"
	install_here
	[[ $(stat -c %a "$rules") == 640 ]]
	as_user chmod 440 "$rules"
	refused "'$rules' is no file" "$home/public_html"
	as_user rm -f "$rules"
	as_user mkdir "$rules"
	refused "'$rules' is no file" "$home/public_html"
}

@test "rules that came by way of another system, or were moved about, stay" {
	local rules=$home/public_html/.htaccess

	install_here
	as_user sed -i 's/$/\r/' "$rules"
	as_user tee -a "$rules" <<<'# hythe end'
	as_user tee -a "$rules" <<<'RewriteRule ^old$ new [L]'
	install_here
	[[ $(grep -c 'hythe-blobs.cgi' "$rules") == 1 ]]
	[[ $(tail -n 1 "$rules") == 'RewriteRule ^old$ new [L]' ]]
	as_user sed -i '1i # hythe end' "$rules"
	as_user sed -i '2,${/^# hythe end/d}' "$rules"
	refused 'where do our rules end' "$home/public_html"
}

@test "whatever the directories are called, it is laid out; served and pushed to" {
	local odd='a "b" '\''c'\'' $HOME `id` ${d} \n\ %41%% #e = f;g&h|i*? [j]{k}~!'$'\t\xe4''ö '

	for each in site home; do
		as_user mkdir "$home/$odd$each"
	done
	as_user "$prefix/bin/hythe-install" --home "$home/${odd}home" "$home/${odd}site"
	[[ $(grep '^storage' "$home/${odd}home/hythe.conf") == "storage = $home/${odd}home/store" ]]
	settings_say 'open = yes' "$home/${odd}home"
	# The names are ours to understand, not the test's configuration's.
	rmdir "$home/public_html"
	ln -s "${odd}site" "$home/public_html"
	ln -s "${odd}home" "$home/hythe"
	serve
	image
	copy oci:in:latest "docker://${URL#http://}/some/image:v1"
	copy "docker://${URL#http://}/some/image:v1" oci:out:latest
	diff -r in/blobs out/blobs
	[[ -d $home/${odd}home/store/docker && ! -s $home/${odd}home/hythe.log ]]
}

@test "a directory with an end of a line in its path is refused" {
	local odd=$'odd\nname'

	as_user mkdir "$home/$odd" "$home/end"$'\n'
	as_user ln -s "$odd" "$home/link"
	as_user ln -s "end"$'\n' "$home/end"
	refused 'end of a line' "$home/$odd"
	refused 'end of a line' "$home/new/$odd"
	refused 'end of a line' --home "$home/$odd" "$home/public_html"
	refused 'end of a line' "$home/link"
	refused 'end of a line' "$home/end"
	refused 'end of a line' --home "$home/new/../link" "$home/public_html"
	cd "$home/$odd"
	refused 'end of a line' site
}

@test "relative, with slashes, and nothing in the environment: the same" {
	cd "$home"
	as_user env -u HOME TMPDIR=/nonexistent sh -c 'umask 0; exec "$1" --home ./a//b/ public_html//' \
		- "$prefix/bin/hythe-install"
	[[ -e $home/a/b/hythe.conf && -e $home/public_html/hythe/hythe-blobs.cgi ]]
	[[ $(stat -c %a a a/b a/b/store) == $'700\n700\n700' ]]
	as_user env -i sh -c 'umask 0; exec "$1" new/site' - "$prefix/bin/hythe-install"
	[[ ! $(find "$home" -perm /022 -not -type l) ]]
	[[ -e $home/new/hythe/hythe.conf && -e $home/new/site/hythe/hythe-blobs.cgi ]]
}

@test "where it may not write nothing is left, and what was laid out stays" {
	local each

	as_user mkdir "$home/closed"
	as_user chmod 555 "$home/closed"
	refused "cannot make '$home/closed/site'" "$home/closed/site"
	refused "cannot make '$home/closed/home'" --home "$home/closed/home" "$home/public_html"
	refused "cannot write in '$home/closed'" "$home/closed"
	as_user touch "$home/file"
	refused "cannot make '$home/file'" "$home/file"
	refused "cannot make '$home/file'" --home "$home/file/home" "$home/public_html"
	as_user ln -s nowhere "$home/dangling"
	refused "cannot make '$home/dangling'" "$home/dangling"
	install_here
	for each in hythe public_html; do
		as_user chmod 555 "$home/$each"
		refused "cannot write in '$home/$each'" "$home/public_html"
		as_user chmod 755 "$home/$each"
	done
	((EUID)) || {
		run -1 "$prefix/bin/hythe-install" "$home/public_html"
		[[ $output == *"not root's"* ]]
	}
}

# install_on_disk KIB: on a file system of that size, of which ./left has what is there in
# the end.
install_on_disk() {
	# shellcheck disable=SC2016
	"${unshare[@]}" "$BASH" -c 'mount -t tmpfs -o "size=$1k,mode=777" none "$2" && cd "$2" || exit 99
		exec 3>"$3/left"
		"${@:4}"
		result=$?
		find . -mindepth 1 >&3
		exit "$result"' - "$1" "$home" "$PWD" "${user[@]}" "$prefix/bin/hythe-install" public_html
}

@test "where the disk is full nothing is left" {
	local kib unshare=(unshare -m)

	((!EUID)) || unshare+=(-r)
	"${unshare[@]}" mount -t tmpfs none "$home" || skip 'no file systems to fill'
	for kib in 40 100 1000 3000; do
		run -1 install_on_disk "$kib"
		[[ $output == *'No space left'* ]]
		[[ ! -s left ]] || fail "$kib KiB: $(<left)"
	done
	run -0 install_on_disk 60000
	grep -q '^./hythe/programs/hythe-blobs' left
}

@test "ended in the middle, it leaves nothing" {
	other_programs $'#!/bin/sh\nexit 1'
	as_user rm "$home/programs/hythe-token"
	as_user mkfifo -m 755 "$home/programs/hythe-token"
	snapshot >before
	run -124 as_user timeout 1 "$prefix/bin/hythe-install" --programs "$home/programs" \
		"$home/public_html"
	snapshot >after
	diff before after
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
