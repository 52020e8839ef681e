# report.bash - the report, and the forms in which it can be read
# SPDX-License-Identifier: ISC
#
# A report is JSON; every other form is made of it by the jq program of its name.

report_make() {
	local file

	while IFS= read -r file; do
		[[ ! -e $work/tap/$file ]] || sed "s/^/$file	/" "$work/tap/$file"
	done < <(cut -f 1 "$work/cases" | uniq) |
		jq -Rn -f "$library/results.jq" >"$work/results.json"
	(cd "$work/requests" && find . -type f -printf '%P\n' | sort | while IFS= read -r file; do
		sed "s,^,$file	," "$file"
	done) | jq -Rn 'reduce (inputs | capture("^(?<of>[^\t]*)\t(?<text>.*)$")) as $line
		({}; .[$line.of] += [$line.text])' >"$work/requests.json"
	jq -Rn --slurpfile results "$work/results.json" --slurpfile requests "$work/requests.json" \
		--rawfile groups "$library/groups" --rawfile left "$work/left" \
		--rawfile requirements "$library/REQUIREMENTS" --rawfile all <(cases_all) \
		--arg registry "$url" --arg date "$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
		-f "$library/report.jq" <"$work/cases" | jq -L "$library" 'include "words"; all_plain'
}

# report_write REPORT: as --format wants it, and into the files that were named.
# Its status is that of the command.
report_write() {
	report_is "$1" || exit 2
	[[ ! $report_file ]] || cp -- "$1" "$report_file" || exit 2
	[[ ! $junit_file ]] || report_as junit "$1" >"$junit_file" || exit 2
	[[ ! $html_file ]] || report_as html "$1" >"$html_file" || exit 2
	report_as "$format" "$1" || exit 2
	jq -e '.results.wrong == 0' "$1" >/dev/null
}

# report_is FILE: one report, of the form that the programs of jq expect.
report_is() {
	[[ -s $1 ]] && jq -en '[inputs] | length == 1 and (first | type == "object" and .report == 1 and
		(.results | type == "object") and (.results.wrong | type == "number") and
		all(.groups, .cases, .requirements, .left; type == "array"))' "$1" >/dev/null && return
	printf 'hythe-verify: no report: %s\n' "${1//[![:print:]]/?}" >&2
	return 2
}

report_as() {
	local colour='' columns

	[[ ! -t 1 || ${NO_COLOR:-} ]] || colour=yes
	terminal_columns 1
	jq -r -L "$library" --arg colour "$colour" --arg verbose "$verbose" --arg details "$details" \
		--argjson width "$columns" -f "$library/$1.jq" "$2"
}

# terminal_columns DESCRIPTOR: set $columns to how many it has, or would have.
terminal_columns() {
	local size=''

	# Within $(...) the descriptor 1 is another.
	[[ ! -t $1 ]] || { size=$(stty size <&9 2>/dev/null); } 9<&"$1"
	columns=${size#* }
	[[ $columns =~ ^[1-9][0-9]*$ ]] || columns=80
}

report_compare() {
	jq -rn -L "$library" --slurpfile a "$1" --slurpfile b "$2" -f "$library/compare.jq" || exit 2
}
