# clean.bash - delete what the cases made, and find out what stays
# SPDX-License-Identifier: ISC
#
# $work/made has a line for each thing: session, tag, manifest or blob, and its path.
# $work/left gets those that are still there afterwards, and what is at another host,
# where nothing is deleted.

clean() {
	local kind

	clean_failures=0
	sed -n '/^[a-z]* [^/]/p' "$work/made" | sort -u >"$work/left"
	for kind in session tag manifest blob; do
		clean_list "$kind" >"$work/$kind"
		clean_ask "$kind" DELETE
		# What was refused may have gone with something else: ask later.
		awk '$1 !~ /^20[024]$/ && $1 != 404 { print $2 }' "$work/answers" >"$work/$kind"
	done
	for kind in session tag manifest blob; do
		clean_ask "$kind" GET
		awk -v kind="$kind" '$1 != 404 { print kind, $2 }' "$work/answers" >>"$work/left"
	done
}

# The paths of a kind, each once; of a session, the last that was given.
clean_list() {
	sed -n "s/^$1 \\//\\//p" "$work/made" | tac |
		awk '{ path = $0; sub(/[?].*/, "", path) } !seen[path]++'
}

# clean_ask KIND METHOD: $work/answers gets the status and the path for every path in
# $work/KIND.  A registry that does not answer is not waited for more than three times.
clean_ask() {
	local asked=0 all

	all=$(wc -l <"$work/$1")
	: >"$work/statuses"
	while ((asked < all && clean_failures < 3)); do
		tail -n +$((asked + 1)) "$work/$1" >"$work/rest"
		if [[ $(ls -A "$work/tokens") ]]; then
			ask_each "$2" <"$work/rest"
		else
			clean_ask_at_once "$2" <"$work/rest"
		fi >>"$work/statuses" 2>/dev/null || clean_failures=$((clean_failures + 1))
		asked=$(wc -l <"$work/statuses")
	done
	awk 'FILENAME == ARGV[1] { status[++n] = $1; next } { print (FNR in status ? status[FNR] : "000"), $0 }' \
		"$work/statuses" "$work/$1" >"$work/answers"
}

# One curl for all paths; it ends with the first that gets no answer.
clean_ask_at_once() {
	local path

	while IFS= read -r path; do
		path=${path//\\/%5C}
		printf 'url = "%s"\noutput = "/dev/null"\n' "$url${path//\"/%22}"
	done | http_curl --fail-early --request "$1" -H "Accept: $ask_accept" \
		--write-out '%{http_code}\n' --config -
}
