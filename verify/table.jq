# table.jq - a report as a table, and what is to be said of its cases
# SPDX-License-Identifier: ISC

include "words";

def cell($result; $n): ($n | if . == 0 then "." else tostring end | right_to(13)) |
	if $n == 0 then . else coloured($result; $colour) end;

def row($title; $cases): ($title | left_to(26)) +
	([order[] as $result | cell($result; $cases | count($result))] | join(""));

def wanted: if $details != "" then (.name | contains($details))
	else $verbose != "" and (is_right | not) end;

def line: "  " + (.result | left_to(12) ) + .name +
	(if .reason then ": " + (.reason | split("\n")[0]) else "" end);

. as $report |
"\(.registry), \(.date)",
"",
(" " * 26) + ([order[] | right_to(13)] | join("")),
(.groups[] | .group as $group | .title as $title |
	[$report.cases[] | select(.group == $group)] | select(length > 0) | row($title; .)),
row("all"; .cases),
([.cases[] | select(is_right | not) | select(.result != "not offered" and .result != "not seen")] |
	sort_by(.result as $result | order | index($result)) |
	if length > 0 then "", (.[] | line as $line | .result as $result |
		$line | coloured($result; $colour)) else empty end),
([.cases[] | select(.result == "not offered") | .reason] | unique |
	if length > 0 then "", "not offered: " + join(", ") else empty end),
([.cases[] | select(wanted)][] | "", .name, (shown[] | "    " + .)),
"",
if .left == [] then "left behind: nothing" else
	"left behind, for it could not be deleted:", (.left[] | "  \(.kind) \(.path)") end
