#!/bin/sh
# advisories.sh - each advisory that SECURITY.md answers is a test, and the other way round
# SPDX-License-Identifier: ISC

cd "${HYTHE_SOURCE:-$(dirname "$0")/..}" || exit 1

number=0
report()
{
	number=$((number + 1))
	echo "$1 $number - $2"
}

advisories()
{
	grep -aEo '(CVE-[0-9]{4}-[0-9]+|GHSA(-[0-9a-z]{4}){3})' | sort -u
}

answered=$(grep '^|' SECURITY.md | advisories)
tested=$(cat verify/cases/*.bats tests/*/*.bats | grep '^@test ' | advisories)
for each in $answered; do
	case "
$tested
" in
	*"
$each
"*) report ok "$each has a test" ;;
	*) report 'not ok' "$each has a test" ;;
	esac
done
for each in $tested; do
	case "
$answered
" in
	*"
$each
"*) ;;
	*) report 'not ok' "$each is in the table of SECURITY.md" ;;
	esac
done
echo "1..$number"
test $number -gt 0
