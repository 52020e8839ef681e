# run.bash - run the chosen cases, file by file
# SPDX-License-Identifier: ISC
#
# $work/cases has the cases; $work/tap/FILE gets what bats says of FILE's.

# No answer is longer than this, whatever a registry sends: in KiB.
run_most=16384

run_prepare() {
	mkdir -p "$work"/{tap,tokens,requests}
	: >"$work/made"
	: >"$work/progress"
	run_environment
}

run_cases() {
	local file

	# Each file in a process group of its own, to be ended as one.
	set -m
	while IFS= read -r file; do
		while (($(jobs -pr | wc -l) >= jobs)); do
			wait -n || :
		done
		run_file "$file" </dev/null &
	done < <(cut -f 1 "$work/cases" | uniq)
	wait
	set +m
	run_progress_end
}

run_environment() {
	local random

	random=$(od -An -N5 -tx1 /dev/urandom | tr -d ' \n')
	unset HYTHE_SOURCE REGISTRY_STORAGE
	export DRIVER=http HYTHE_VERIFY=$work REGISTRY_URL=$url VERIFY_CACERT=$cacert \
		VERIFY_USER=$username VERIFY_PASSWORD=$password VERIFY_TIMEOUT=$timeout \
		VERIFY_REPOSITORY=${repository:-hythe-verify/$random} \
		VERIFY_TAG=$tag VERIFY_DIGEST=$digest VERIFY_READONLY=$readonly \
		BATS_TEST_TIMEOUT=$((4 * timeout))
	# bats ends a case with one of these.
	type -P ps pkill >/dev/null || unset BATS_TEST_TIMEOUT
}

# One line for each case: it ends, whatever the registry and bats do.
run_file() {
	local line count

	count=$(cut -f 1 "$work/cases" | grep -cxF -e "$1")
	trap '' XFSZ
	ulimit -f $run_most
	timeout --foreground -k 10 $((count * (4 * timeout + 20) + 60)) \
		bats --tap --timing --filter "$(run_filter "$1")" "$library/cases/$1" 2>&1 |
		while IFS= read -r line; do
			printf '%s\n' "$line" >>"$work/tap/$1"
			[[ $line != ok* && $line != 'not ok'* ]] || run_progress "$line"
		done
}

# The names of the file's chosen cases, as bats wants them.
run_filter() {
	awk -F '\t' -v file="$1" '$1 == file {
		name = $4
		gsub(/[][\\.*^$+?(){}|]/, "\\\\&", name)
		names = names (names == "" ? "" : "|") name
	}
	END { print "^(" names ")$" }' "$work/cases"
}

run_progress() {
	local line columns

	[[ -t 2 ]] || return 0
	printf . >>"$work/progress"
	line=${1#*ok }
	printf -v line '[%d/%d] %s' "$(wc -c <"$work/progress")" "$(wc -l <"$work/cases")" \
		"${line//[![:print:]]/?}"
	terminal_columns 2
	printf '\r\033[K%.*s' $((columns - 1)) "$line" >&2
}

run_progress_end() {
	[[ ! -t 2 ]] || printf '\r\033[K' >&2
}

run_stop() {
	local pid

	for pid in $(jobs -pr); do
		kill -TERM -- "-$pid" 2>/dev/null || :
	done
}
