#!/bin/sh
# manual.sh - the manual pages have every fault, endpoint and setting there is, and the
# documents name no test that there is not
# SPDX-License-Identifier: ISC

cd "${HYTHE_SOURCE:-$(dirname "$0")/..}" || exit 1

number=0
report()
{
	number=$((number + 1))
	echo "$1 $number - $2"
}

# same NAME A B: two lists of lines that must be one.
same()
{
	if test -n "$2" && test "$2" = "$3"; then
		report ok "$1"
	else
		report 'not ok' "$1"
		printf 'the source:\n%s\nthe manual:\n%s\n' "$2" "$3" | sed 's/^/# /'
	fi
}

# CODE STATUS MESSAGE of each fault, in order.
faults_of_source()
{
	sed -n '/^static const struct row rows/,/^};/p' common/error.c | tr -d '\n' |
		sed 's/\[FAULT_/\n&/g' | sed -n 's/^[^"]*"\([A-Z_]*\)", \([0-9]*\), [^"]*"\([^"]*\)".*/\1 \2 \3/p'
}

faults_of_manual()
{
	sed -n '/^\.Sh FAULTS/,/^\.Sh FILES/p' man/hythe.7 |
		sed -n '/^\.It /{ s///; N; s/\n/ /p; }'
}

# METHOD PROGRAM of each action, sorted.
actions_of_source()
{
	for file in fcgi/*.c; do
		program=${file##*/}
		sed -n "s/^	{ ROUTE_[A-Z_]*, METHOD_\([A-Z]*\),.*/\1 ${program%.c}/p" "$file"
	done | sort
}

actions_of_manual()
{
	sed -n '/^\.Sh ENDPOINTS/,/^\.Sh FAULTS/{
		s/^\.It \([A-Z]*\) Ta [^ ]* Ta \([a-z]*\) Ta .*/\1 \2/p
	}' man/hythe.7 | sort
}

settings_of_source()
{
	sed -n 's/^	[A-Z]*("\([a-z_]*\)", .*/\1/p; s/^	{ "\([a-z_]*\)", read_[a-z]* },$/\1/p' \
		common/settings.c | sort
}

settings_of_manual()
{
	sed -n 's/^\.It Cm \([a-z_]*\) No = .*/\1/p' man/hythe.conf.5 | sort
}

same 'hythe(7) has every fault: code, status, message' "$(faults_of_source)" "$(faults_of_manual)"
same 'hythe(7) has every endpoint and its program' "$(actions_of_source)" "$(actions_of_manual)"
same 'hythe.conf(5) has every setting' "$(settings_of_source)" "$(settings_of_manual)"

# What the manual says of a fault is tried there, by its message.
tried=tests/registry/80-faults.bats
missing=$(faults_of_manual | sed 's/^[A-Z_]* [0-9]* //' | while read -r message; do
	grep -q "	told.* '$message'" $tried || echo "# not in $tried: $message"
done)
if test -z "$missing"; then
	report ok 'every fault is produced by a test'
else
	report 'not ok' 'every fault is produced by a test'
	echo "$missing"
fi

# shellcheck disable=SC2016
missing=$(sed -n 's/^|.*| `\([a-z]*\.bats\)` \(.*\) |$/\1 \2/p' docs/servers.md | while read -r file name; do
	grep -qF "@test \"$name\" {" "tests/servers/$file" || echo "# not in $file: $name"
done)
if test -z "$missing" && grep -q 'answers\.bats. each path' docs/servers.md; then
	report ok 'docs/servers.md names tests that there are'
else
	report 'not ok' 'docs/servers.md names tests that there are'
	echo "$missing"
fi
echo "1..$number"
