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
($all | lines | map(fields | .[3])) as $known |
{
	report: 1, $registry, $date, tool: "hythe-verify",
	results: (reduce $cases[].result as $result
		({does: 0, wrong: 0, should: 0, differs: 0, "not offered": 0, "not seen": 0}; .[$result] += 1)),
	groups: [$groups | lines[] | fields | {group: .[0], title: .[1], section: .[2]}],
	$cases,
	requirements: [$requirements | lines[] | select(startswith("#") | not) | fields |
		{level: .[0], section: .[1], text: .[2], seen: .[3]} |
		.seen as $seen |
		([$cases[] | select(.name | startswith($seen))] | map(.result)) as $got |
		. + {result: (if $seen | startswith("-") then "cannot be seen"
			elif $got == [] then "not run"
			else first((("wrong", "should", "differs", "not offered", "not seen", "does") as $each |
				$each | select(IN($got[])))) end)}],
	left: ($left | lines | map(split(" ") | {kind: .[0], path: (.[1:] | join(" "))}))
}
