# compare.jq - two reports side by side, in Markdown
# SPDX-License-Identifier: ISC

include "words";

def by_name: map({key: .name, value: .}) | from_entries;
def cell: gsub("\\|"; "\\|") | gsub("\n"; " ");
def title: .title // .registry;

$a[0] as $a | $b[0] as $b |
($a.cases | by_name) as $of_a | ($b.cases | by_name) as $of_b |
def said($case): if $case then $case.result else "not run" end;
def row($name): "| \($name | cell) | \(said($of_a[$name])) | \(said($of_b[$name])) |";
def names($group): [($a.cases, $b.cases)[] | select(.group == $group) | .name] | unique;

"| | \($a | title) | \($b | title) |", "|---|---|---|",
(order[] as $result | "| \($result) | \($a.results[$result]) | \($b.results[$result]) |"),
($a.groups[] | .group as $group | .title as $title | names($group) |
	map(select(said($of_a[.]) != said($of_b[.]))) | select(length > 0) |
	"", "## \($title)", "", "| case | \($a | title) | \($b | title) |", "|---|---|---|",
	(.[] | row(.)))
