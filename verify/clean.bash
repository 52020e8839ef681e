# clean.bash - delete what the cases made, and find out what stays
# SPDX-License-Identifier: ISC
#
# $work/made has a line for each thing: session, tag, manifest or blob, and its path.
# $work/left gets those that are still there afterwards.

clean() {
	local kind

	: >"$work/left"
	for kind in session tag manifest blob; do
		clean_list "$kind" >"$work/$kind"
		[[ -s $work/$kind ]] || continue
		clean_ask "$kind" DELETE >"$work/$kind.deleted"
		# What was refused may have gone with something else: ask later.
		awk '$1 !~ /^20[024]$/ && $1 != 404 { print $2 }' "$work/$kind.deleted" >"$work/$kind"
	done
	for kind in session tag manifest blob; do
		[[ -s $work/$kind ]] || continue
		clean_ask "$kind" GET | awk -v kind="$kind" '$1 != 404 { print kind, $2 }' >>"$work/left"
	done
}

# The paths of a kind, each once; of a session, the last that was given.
clean_list() {
	sed -n "s/^$1 //p" "$work/made" | tac | awk '{ path = $0; sub(/[?].*/, "", path) } !seen[path]++'
}

# clean_ask KIND METHOD: for every path in $work/KIND, the status and the path.
clean_ask() {
	if [[ -n $(ls -A "$work/tokens") ]]; then
		clean_ask_each "$2" <"$work/$1"
		return
	fi
	while IFS= read -r path; do
		[[ $path == *://* ]] || path=$url$path
		printf 'url = "%s"\noutput = "/dev/null"\n' "$path"
	done <"$work/$1" | curl --silent --globoff --request "$2" --max-time "$timeout" \
		${cacert:+--cacert "$cacert"} -H "Accept: $clean_accept" \
		--write-out '%{http_code} %{url_effective}\n' --config - |
		sed "s,^\(... \)$url,\1,"
}
clean_accept='application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json,
	application/vnd.docker.distribution.manifest.v2+json,
	application/vnd.docker.distribution.manifest.list.v2+json'
clean_accept=${clean_accept//[$'\n\t']/}

# With a login, which each repository may want another token for.
clean_ask_each() (
	set +u
	strict=
	. "$library/headers.bash"
	. "$library/expect.bash"
	. "$library/driver_http.bash"
	. "$library/login.bash"
	headers=$work/headers body=$work/body method=$1
	while IFS= read -r path; do
		status=000
		login_ask --silent --globoff --path-as-is --max-time "$timeout" --request "$method" \
			${cacert:+--cacert "$cacert"} --output "$body" --dump-header "$headers" \
			--write-out '%{http_code}' -H "Accept: $clean_accept" </dev/null 2>/dev/null
		printf '%s %s\n' "$status" "$path"
	done
)
