# report.jq - of the chosen cases and their results: the report
# SPDX-License-Identifier: ISC

# What a failed case of a level means.
{must: "wrong", should: "should", offer: "differs"} as $failed |
def lines: split("\n") | map(select(length > 0));
def fields: split("\t");
# The reason for a failure: the first line that an expectation wrote.
def reason: map(select(test("^ ?[(]?(from function|in test file)|^ *`|^---|^ *$") | not)) | first;
def level($tags): ["should", "offer"] | map(select(IN($tags[]))) | first // "must";
($groups | lines | map(fields | {key: .[0], value: {title: .[1], section: .[2]}}) | from_entries) as $group |
($results[0] // {}) as $results |
[inputs | fields | {file: .[0], tags: (.[2] | split(",")), name: .[3]} |
	level(.tags) as $level |
	([.tags[] | select($group[.])] | last // "base") as $in |
	($results[.file + "/" + .name] //
		{result: "failed", reason: "no result", details: [], milliseconds: 0}) as $got |
	{
		name, file, $level, group: $in, section: $group[$in].section,
		endpoints: [.tags[] | select(startswith("end-"))], tags,
		result: (if $got.result == "failed" then $failed[$level] else $got.result end),
		reason: ($got.reason // ($got.details | reason)),
		milliseconds: $got.milliseconds
	} + if $got.result == "failed" then {
		details: $got.details,
		requests: ($requests[0][.file + "/" + ($got.number // "")] // [])
	} else {} end] as $cases |
# The name under which a requirement names a case.
def named: (.file | sub("[.]bats$"; "")) + ": " + .name;
($all | lines | map(fields | {key: ({file: .[0], name: .[3]} | named), value: true}) | from_entries) as $known |
($cases | map({key: named, value: .result}) | from_entries) as $result_of |
# The requirements, each with the cases that are named below it, and what became of them.
def requirements: reduce ($requirements | lines[]) as $line ({section: null, all: []};
	if $line | startswith("#") then .
	elif $line | startswith("= ") then .section = $line[2:]
	elif $line | startswith("\tnone: ") then .all[-1].unseen = $line[7:]
	elif $line | startswith("\t") then
		if $known[$line[1:]] then .all[-1].by += [$line[1:]] else . end
	else .section as $section | ($line | capture("^(?<level>[^ ]+) (?<endpoint>[^ ]+) (?<text>.*)$") // null) as $of |
		if $of then .all += [$of + {section: $section, by: []}]
		else .all += [{level: null, by: []}] end
	end) | .all | map(select(.level) | . + {result:
		(if .by == [] then "cannot be seen" else
			[.by[] | $result_of[.] // empty] as $got |
			first((("wrong", "should", "differs", "does", "not offered", "not seen") | select(IN($got[]))), "not run")
		end)});
{
	report: 1, $registry, $date, tool: "hythe-verify",
	results: (reduce $cases[].result as $result
		({does: 0, wrong: 0, should: 0, differs: 0, "not offered": 0, "not seen": 0}; .[$result] += 1)),
	groups: [$groups | lines[] | fields | {group: .[0], title: .[1], section: .[2]}],
	$cases,
	requirements: requirements,
	left: ($left | lines | map(split(" ") | {kind: .[0], path: (.[1:] | join(" "))}))
}
