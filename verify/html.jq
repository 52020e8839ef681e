# html.jq - a report as a page
# SPDX-License-Identifier: ISC

include "words";

def classes: gsub("[^a-z]"; "-");

# Nothing on the page may run or be fetched, should anything of a registry ever get through.
def head: "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">";

def case: "<tr class=\"\(.result | classes)\"><td>\(.result | @html)</td><td>\(.level | @html)</td><td>\(.name | @html)" +
	(if .reason then "<br><small>\(.reason | @html)</small>" else "" end) +
	(if .details then "<details><summary>exchange</summary><pre>\(shown | join("\n") | @html)</pre></details>"
	else "" end) + "</td></tr>";

all_plain | . as $report |
"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\(head)<title>\(.registry | @html)</title><style>",
"body{font-family:sans-serif;max-width:70em;margin:2em auto}td,th{padding:.2em .6em;text-align:left;",
"vertical-align:top}pre{overflow:auto;max-width:60em}.does td:first-child{color:#060}",
".wrong td:first-child{color:#b00;font-weight:bold}.should td:first-child{color:#a60}",
".differs td:first-child,.not-offered td:first-child{color:#06a}.not-seen td:first-child{color:#777}",
"</style></head><body><h1>\(.registry | @html)</h1><p>\(.date | @html)</p>",
"<table><tr><th></th>\([order[] | "<th>\(.)</th>"] | join(""))</tr>",
(.groups[] | .group as $group | .title as $title |
	[$report.cases[] | select(.group == $group)] | select(length > 0) | . as $cases |
	"<tr><td><a href=\"#\($group | @html)\">\($title | @html)</a></td>\([order[] as $result | $cases |
		"<td>\(count($result))</td>"] | join(""))</tr>"),
"</table>",
(.groups[] | .group as $group | .title as $title | .section as $section |
	[$report.cases[] | select(.group == $group)] | select(length > 0) |
	"<h2 id=\"\($group | @html)\">\($title | @html)</h2><p>\($section | @html)</p><table>", (.[] | case), "</table>"),
"<h2>The specification's requirements</h2><table>",
(.requirements[] | "<tr class=\"\(.result | classes)\"><td>\(.result | @html)</td><td>\(.level | @html)</td><td>\(.section | @html): \(.text | @html)</td></tr>"),
"</table><h2>Left behind</h2>",
if .left == [] then "<p>Nothing.</p>" else "<ul>", (.left[] | "<li>\(.kind | @html) \(.path | @html)</li>"), "</ul>" end,
"</body></html>"
