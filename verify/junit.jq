# junit.jq - a report as JUnit's XML
# SPDX-License-Identifier: ISC

include "words";

def text: tostring | @html;
def seconds: map(.milliseconds) | add / 1000;

def body: if .result == "wrong" then
		"<failure message=\"\(.reason // "" | text)\">\(shown | join("\n") | text)</failure>"
	elif .result == "does" then ""
	else "<skipped message=\"\(.result | text): \(.reason // "" | text)\"/>" end;

all_plain | . as $report |
"<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
"<testsuites name=\"\(.registry | text)\" tests=\"\(.cases | length)\" failures=\"\(.results.wrong | text)\" errors=\"0\">",
(.groups[] | .group as $group | .title as $title |
	[$report.cases[] | select(.group == $group)] | select(length > 0) |
	"<testsuite name=\"\($title | text)\" tests=\"\(length)\" failures=\"\(count("wrong"))\" errors=\"0\" skipped=\"\(
		length - count("wrong") - count("does"))\" time=\"\(seconds)\" timestamp=\"\($report.date | text)\">",
	(.[] | "<testcase classname=\"\($group | text).\(.level | text)\" name=\"\(.name | text)\" time=\"\(
		.milliseconds / 1000)\">\(body)</testcase>"),
	"</testsuite>"),
"</testsuites>"
