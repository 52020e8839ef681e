#!/bin/sh
# client.sh - a client's program, with the library and header as installed
# SPDX-License-Identifier: ISC
#
# Installs into a temporary directory, if CLIENT_DESTDIR does not name one where
# hythe is installed.
# shellcheck disable=SC2317

number=0
failed=0

# check NAME COMMAND...: one test, the command's output its diagnostics.
check()
{
	name=$1
	shift
	number=$((number + 1))
	if "$@" >"$work/output" 2>&1; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		sed 's/^/# /' "$work/output"
		failed=1
	fi
}

installed()
{
	test -n "$CLIENT_DESTDIR" && return
	CLIENT_DESTDIR=$work/root
	# What the make above us wants of its parts is not for this one.
	MAKEFLAGS='' "$MAKE" -s -C "$HYTHE_BUILD" install DESTDIR="$CLIENT_DESTDIR"
}

# The flags of the installed library, where it is now.
flags()
{
	PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 \
		PKG_CONFIG_SYSROOT_DIR=${CLIENT_DESTDIR%/} \
		PKG_CONFIG_LIBDIR=${CLIENT_DESTDIR%/}$CLIENT_PKGCONFIG \
		"$PKG_CONFIG" "$@" hythe-url
}

# As C of 1999, which is all that the header may ask for.
compiled()
{
	cflags=$(flags --cflags) && libs=$(flags --libs) || return
	# shellcheck disable=SC2086
	$CC -std=c99 -pedantic -Wall -Wextra -Werror $CLIENT_FLAGS $cflags \
		-o "$work/client" "$HYTHE_SOURCE/tests/client/client.c" $libs
}

prefixed()
{
	directory=$(flags --libs-only-L) || return
	directory=${directory#-L}
	"$NM" -g --defined-only "${directory% }/libhythe-url.a" | awk '
		NF == 3 && $2 ~ /^[A-Z]$/ { count++ }
		NF == 3 && $3 !~ /^_*hythe_/ && $3 !~ /^(__)?(asan|odr_asan)/ { print; bad = 1 }
		END { exit bad || !count }'
}

work=$(mktemp -d "${TMPDIR:-/tmp}/hythe.XXXXXX") || exit
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
check 'it is installed' installed
check 'a client of it compiles' compiled
check 'no name in it is one that a client may have' prefixed
check 'the client builds and parses URLs' "$work/client"
echo "1..$number"
exit $failed
