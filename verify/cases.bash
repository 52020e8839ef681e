# cases.bash - the cases there are, and those that are wanted
# SPDX-License-Identifier: ISC

# Every case: file, number in it, tags (level, endpoints, groups), name; by tabs.
cases_all() {
	awk '
	FNR == 1 { number = 0; file = FILENAME; sub(/.*\//, "", file); tags = "must"; of_file = "" }
	/^# bats file_tags=/ { of_file = substr($0, index($0, "=") + 1) }
	/^# bats test_tags=/ { tags = substr($0, index($0, "=") + 1) }
	/^@test "/ {
		name = substr($0, 8)
		sub(/" \{$/, "", name)
		gsub(/\\/, "", name)
		printf "%s\t%d\t%s\t%s\n", file, ++number, tags "," of_file, name
		tags = "must"
	}' "$library"/cases/*.bats
}

# Those that --only, --skip and --readonly leave.
cases_choose() {
	local IFS=$'\n'

	awk -F '\t' -v only="${only[*]-}" -v skip="${skip[*]-}" -v readonly="$readonly" '
	# All words of one line are tags of the case; or, where not all are tags of some case,
	# the line is in its name.
	function matches(lines,   line, word, n, m, i, j, tags, known) {
		n = split(lines, line, "\n")
		for (i = 1; i <= n; i++) {
			m = split(line[i], word, ",")
			tags = known = 0
			for (j = 1; j <= m; j++) {
				tags += index("," $3 ",", "," word[j] ",") > 0
				known += index(all, "," word[j] ",") > 0
			}
			if (tags == m || (known < m && index($4, line[i])))
				return 1
		}
		return 0
	}
	NR == FNR { all = all "," $3 ","; next }
	(readonly != "") != (index("," $3 ",", ",readonly,") > 0) && readonly != "" { next }
	(only == "" || matches(only)) && !(skip != "" && matches(skip))' \
		<(cases_all) <(cases_all)
}
