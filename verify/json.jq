# json.jq - a report as it is
# SPDX-License-Identifier: ISC

include "words";

all_plain
