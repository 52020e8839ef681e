# tap.jq - a report as TAP
# SPDX-License-Identifier: ISC

include "words";

all_plain |
"1..\(.cases | length)",
(.cases | to_entries[] | (.key + 1) as $number | .value |
	if .result == "wrong" then "not ok \($number) \(.name)"
	elif .result == "does" then "ok \($number) \(.name)"
	elif .result == "should" or .result == "differs" then
		"not ok \($number) \(.name) # TODO \(.level)"
	else "ok \($number) \(.name) # SKIP \(.result): \(.reason)" end,
	(if .result == "does" then empty else shown[] | "# " + gsub("\n"; " ") end)),
(.left[] | "# left behind: \(.kind) \(.path)")
