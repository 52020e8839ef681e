# results.jq - of FILE, tab and a line of TAP: what became of each case, by FILE/NAME
# SPDX-License-Identifier: ISC

def verdict($ok; $rest):
	if $ok == "not ok" then
		{result: "failed", reason: (if $rest | test("# timeout") then "out of time" else null end)}
	elif $rest | test(" # skip not offered: ") then
		{result: "not offered", reason: ($rest | sub(".* # skip not offered: "; ""))}
	elif $rest | test(" # skip") then
		{result: "not seen", reason: ($rest | sub(".* # skip (not seen: )?"; ""))}
	else {result: "does", reason: null} end;

reduce (inputs | capture("^(?<file>[^\t]*)\t(?<line>.*)$")) as {$file, $line} ({last: null, of: {}};
	($line | capture("^(?<ok>ok|not ok) (?<number>[0-9]+) (?<rest>.*)$") // null) as $case |
	if $case then
		($case.rest | capture("^(?<name>.*) in (?<ms>[0-9]+)ms(?<more> #.*)?$")
			// {name: ($case.rest | sub(" # (skip|timeout).*"; "")), ms: "0"}) as $named |
		.last = $file + "/" + $named.name |
		.of[.last] = verdict($case.ok; $case.rest) +
			{number: $case.number, milliseconds: ($named.ms | tonumber), details: []}
	elif .last and ($line | startswith("#")) then
		.of[.last].details += [$line | sub("^# ?"; "")]
	else . end) | .of
