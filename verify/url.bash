# url.bash - URLs of endpoints, by hythe url
# SPDX-License-Identifier: ISC

url_words=' base catalog extensions repository-extensions tags referrers manifest blob
	uploads session token at '
url_words=${url_words//[[:space:]]/ }

# url KIND [ARGUMENT]... [KEY=VALUE]..., or any words that hythe url takes, none
# of them with a tab or a line's end: sets $url.
url() {
	local line

	[[ ${url_asker:-} ]] || url_start || return
	# The pipes of the test are not its subshells'.
	if [[ $url_asker != "$BASHPID" ]]; then
		url=$("$hythe" url "$@")
		return
	fi
	printf -v line '%s\t' "$@"
	printf '%s\n' "${line%?}" >&"$url_to"
	IFS= read -r -t 60 url <&"$url_from"
	[[ $url ]] || fail "no URL of: $*"
}

# A process for each test, not for each URL.
url_start() {
	hythe_find || return
	url_asker=$BASHPID
	# bats waits for whoever has its descriptor 3.
	coproc url_process { exec "$hythe" url --batch 3>&-; }
	# shellcheck disable=SC2154
	url_from=${url_process[0]} url_to=${url_process[1]}
	# A plain wait is not for this one.
	disown "$!"
}

# $hythe: of the tree, of the directory that $HYTHE_BUILD is, or an installed one.
hythe_find() {
	for hythe in "${HYTHE_BUILD:-}/admin/hythe" "${HYTHE_BUILD:-}/hythe"; do
		[[ ! -x $hythe || -d $hythe ]] || return 0
	done
	hythe=$(type -P hythe) || fail "no hythe in ${HYTHE_BUILD:-HYTHE_BUILD} and PATH: set HYTHE_BUILD"
}
