#!/bin/sh
# headers.sh - each header compiles alone
# SPDX-License-Identifier: ISC

cd "${HYTHE_SOURCE:-$(dirname "$0")/..}" || exit 1

number=0
for header in common/*.h fcgi/*.h admin/*.h client/hythe/*.h; do
	number=$((number + 1))
	# shellcheck disable=SC2086
	if ${CC:-cc} ${CPPFLAGS:--D_GNU_SOURCE} -std=gnu11 -Icommon -fsyntax-only \
		-Wall -Wextra -Wpedantic -Werror -x c - <<END
#include "$header"
typedef int not_empty;
END
	then
		echo "ok $number - $header"
	else
		echo "not ok $number - $header"
	fi
done 2>&1
echo "1..$number"
