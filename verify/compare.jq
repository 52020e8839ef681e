# compare.jq - two reports side by side, in Markdown
# SPDX-License-Identifier: ISC

include "words";

def by_name: map({key: .name, value: .}) | from_entries;
def cell: tostring | gsub("(?<sign>[\\\\|<`\\[])"; "\\\(.sign)") | gsub("\n"; " ");
def title: .title // .registry | cell;

($a[0] | all_plain) as $a | ($b[0] | all_plain) as $b |
($a.cases | by_name) as $of_a | ($b.cases | by_name) as $of_b |
def said($case): if $case then $case.result else "not run" end;
def row($name): "| \($name | cell) | \(said($of_a[$name]) | cell) | \(said($of_b[$name]) | cell) |";
def names($group): [($a.cases, $b.cases)[] | select(.group == $group) | .name] | unique;

"| | \($a | title) | \($b | title) |", "|---|---|---|",
(order[] as $result | "| \($result) | \($a.results[$result] | cell) | \($b.results[$result] | cell) |"),
($a.groups[] | .group as $group | .title as $title | names($group) |
	map(select(said($of_a[.]) != said($of_b[.]))) | select(length > 0) |
	"", "## \($title | cell)", "", "| case | \($a | title) | \($b | title) |", "|---|---|---|",
	(.[] | row(.)))
