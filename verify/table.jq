# table.jq - a report as a table, and what is to be said of its cases
# SPDX-License-Identifier: ISC

include "words";

# 75 columns in all.  A terminal with fewer gets a line of words for each group.
def first_width: 28;
def widths: {does: 5, wrong: 6, should: 7, differs: 8, "not offered": 12, "not seen": 9};
def is_narrow: $width < first_width + ([widths[]] | add);

def cell($result; $n): ($n | if . == 0 then "." else tostring end | right_to(widths[$result])) |
	if $n == 0 then . else coloured($result; $colour) end;

def row($title; $cases): if is_narrow then
		"\($title): " + ([order[] as $result | $cases | count($result) | select(. > 0) |
			"\(.) \($result)" | coloured($result; $colour)] | join(", "))
	else ($title | left_to(first_width)) +
		([order[] as $result | cell($result; $cases | count($result))] | join(""))
	end;

def wanted: if $details != "" then (.name | contains($details))
	else $verbose != "" and (is_right | not) end;

def line: "  " + (.result | left_to(if is_narrow then 0 else 12 end)) +
	(if is_narrow then ": " else "" end) + .name +
	(if .reason then ": " + (.reason | split("\n")[0]) else "" end);

all_plain | . as $report |
if is_narrow then .registry, .date else "\(.registry), \(.date)" end,
"",
if is_narrow then empty else
	(" " * first_width) + ([order[] | right_to(widths[.])] | join("")) end,
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
