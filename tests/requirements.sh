#!/bin/sh
# requirements.sh - what the specification asks for, and the tests that show it
# SPDX-License-Identifier: ISC
#
# Reads verify/REQUIREMENTS and the names of all tests.  A requirement
# fails that names no test, or one that there is none of; a code, if no test
# expects it of an answer (`refused STATUS CODE`).

cd "${HYTHE_SOURCE:-$(dirname "$0")/..}/tests" || exit 1

awk '
function finish() {
	if (!requirement)
		return
	if (!shown)
		report = report "# no test shows it\n"
	printf "%sok %d - %s\n%s", good && shown ? "" : "not ", ++number, requirement, report
	requirement = report = ""
}
function begin(text) {
	finish()
	requirement = text
	good = 1
	shown = 0
}

# Note that `who`, a test or a function of a test file, expects these codes with
# this status: `refused 400 CODE CODE`.
function note(who, status, codes,   i, of, each) {
	of = split(codes, each, " ")
	for (i = 1; i <= of; i++)
		expects[who] = expects[who] " " each[i] " " status
}
# Count a test for what it expects, or the function that it calls.
function credit(test, list,   i, of, each) {
	of = split(list, each, " ")
	for (i = 1; i < of; i += 2) {
		if (seen[test, each[i], each[i + 1]]++)
			continue
		if (!count[each[i], each[i + 1]]++) {
			statuses[each[i]] = statuses[each[i]] " " each[i + 1]
			first[each[i], each[i + 1]] = test
		}
	}
}

# The tests.
FNR == 1 {
	file = FILENAME
	sub(/^(registry|\.\.\/verify\/cases)\//, "", file)
	sub(/\.bats$/, "", file)
	who = ""
}
FILENAME ~ /\.bats$/ {
	if (/^@test "/) {
		who = $0
		sub(/^@test "/, file ": ", who)
		sub(/" {$/, "", who)
		gsub(/\\"/, "\"", who)
		tests[who] = order[++ordered] = who
	} else if (/^[a-z_]+\(\) {/) {
		who = file "/" substr($1, 1, length($1) - 2)
	} else if (/^}/) {
		who = ""
	} else if (who) {
		calls[who] = calls[who] " " file "/" $1
		if (match($0, /[45][0-9][0-9]( [A-Z_]+)+/))
			note(who, substr($0, RSTART, 3), substr($0, RSTART + 4, RLENGTH - 4))
	}
	next
}
!credited++ {
	for (i = 1; i <= ordered; i++) {
		credit(order[i], expects[order[i]])
		of = split(calls[order[i]], called, " ")
		for (k = 1; k <= of; k++)
			credit(order[i], expects[called[k]])
	}
}

/^#/ || /^$/ { next }
/^= / { finish(); section = substr($0, 3); sections++; next }
/^\tnone: / { shown = 1; report = report "# " substr($0, 2) "\n"; next }
/^\t/ {
	shown = 1
	if (!tests[substr($0, 2)])
		good = 0
	report = report "# " (tests[substr($0, 2)] ? "" : "THERE IS NO ") substr($0, 2) "\n"
	next
}
/^code-[0-9]+ [A-Z_]+$/ {
	begin($0)
	codes++
	of = split(statuses[$2], each, " ")
	for (i = 1; i <= of; i++)
		report = report sprintf("# %s by %d tests, the first %s\n", each[i],
			count[$2, each[i]], first[$2, each[i]])
	shown = of > 0
	next
}
/^(MUST|MUST-NOT|SHOULD|SHOULD-NOT|MAY) (-|end-[0-9]+[abc]?) / {
	begin(section ": " $0)
	next
}
{ begin("not a requirement: " $0); good = 0 }

END {
	finish()
	printf "%sok %d - %d sections, %d codes\n", sections && codes == 14 ? "" : "not ", ++number,
		sections, codes
	printf "1..%d\n", number
}' ../verify/cases/*.bats registry/*.bats clients/*.bats ../verify/REQUIREMENTS
