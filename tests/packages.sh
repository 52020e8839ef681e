#!/bin/sh
# packages.sh - install Debian packages that are missing
# SPDX-License-Identifier: ISC
#
# packages.sh PACKAGE...
#
# Quiet if all are there.  Services that come with a package are neither
# started nor enabled.  Needs root or sudo; else it says what to run.

set -u

missing=
for package; do
	case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
	*' installed') ;;
	*) missing="$missing $package" ;;
	esac
done
test -n "$missing" || exit 0

if ! command -v apt-get >/dev/null; then
	echo "This is not Debian or Ubuntu. Please install what these packages are here:$missing" >&2
	exit 1
fi
if test "$(id -u)" != 0; then
	if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || test -t 0; }; then
		# shellcheck disable=SC2086
		exec sudo sh "$0" $missing
	fi
	echo "Some packages are missing. As root, run: apt-get install -y --no-install-recommends$missing" >&2
	exit 1
fi

# Present only while packages are installed: 101 forbids to start services.
policy=/usr/sbin/policy-rc.d
ours=
child=
# shellcheck disable=SC2317
clean()
{
	if test -n "$child"; then
		kill -TERM "$child" 2>/dev/null && wait "$child"
	fi
	test -z "$ours" || rm -f "$policy"
}
trap clean EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# In the background, since a shell answers no signal before a child in the
# foreground has ended.
apt()
{
	DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 \
		-o Dpkg::Use-Pty=0 "$@" </dev/null >"$log" 2>&1 &
	child=$!
	wait "$child"
	result=$?
	child=
	return $result
}

log=$(mktemp) || exit 1
if ! test -e "$policy"; then
	ours=yes
	printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
fi
echo "Installing:$missing"
# shellcheck disable=SC2086
if ! apt install -y --no-install-recommends $missing; then
	# The lists of packages may be absent or old.
	if ! { apt update && apt install -y --no-install-recommends $missing; }; then
		cat "$log" >&2
		rm -f "$log"
		exit 1
	fi
fi
rm -f "$log"
for service in lighttpd nginx apache2 haproxy; do
	case $missing in
	*"$service"*) { systemctl disable $service || update-rc.d $service disable; } >/dev/null 2>&1 ;;
	esac
done
exit 0
