# coverage.jq - the specification's requirements, and what was seen of them
# SPDX-License-Identifier: ISC

include "words";

all_plain | .requirements[] | (.result | left_to(15)) + (.level | left_to(11)) + .section + ": " + .text +
	(if .result == "cannot be seen" then " (\(.unseen // "only where hythe can be looked into"))" else "" end),
	(if $verbose != "" then .by[] | (" " * 26) + . else empty end)
