# junit.jq - a report as JUnit's XML
# SPDX-License-Identifier: ISC

include "words";

# Bytes that XML 1.0 has no way to write are left out.
def text: explode | map(select(. == 9 or . == 10 or . >= 32) ) | implode | @html;

def body: if .result == "wrong" then
		"<failure message=\"\(.reason // "" | text)\">\(shown | join("\n") | text)</failure>"
	elif .result == "does" then ""
	else "<skipped message=\"\(.result): \(.reason // "" | text)\"/>" end;

. as $report |
"<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
"<testsuites name=\"\(.registry | text)\" tests=\"\(.cases | length)\" failures=\"\(.results.wrong)\">",
(.groups[] | .group as $group | .title as $title |
	[$report.cases[] | select(.group == $group)] | select(length > 0) |
	"<testsuite name=\"\($title | text)\" tests=\"\(length)\" failures=\"\(count("wrong"))\" skipped=\"\(
		length - count("wrong") - count("does"))\" timestamp=\"\($report.date)\">",
	(.[] | "<testcase classname=\"\($group).\(.level)\" name=\"\(.name | text)\" time=\"\(
		.milliseconds / 1000)\">\(body)</testcase>"),
	"</testsuite>"),
"</testsuites>"
