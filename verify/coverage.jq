# coverage.jq - the specification's requirements, and what was seen of them
# SPDX-License-Identifier: ISC

include "words";

.requirements[] | (.result | left_to(15)) + (.level | left_to(8)) + .text +
	(if .result == "cannot be seen" then " (\(.seen | ltrimstr("- ")))" else "" end)
