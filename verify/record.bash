# record.bash - the requests of a case as commands, and what they made
# SPDX-License-Identifier: ISC
#
# $HYTHE_VERIFY/requests/FILE/NUMBER has the requests of a case, each as a command of the
# shell; in order they do the same again.  $HYTHE_VERIFY/made has the paths of
# what was made, to delete it at the end: one a line, behind a word for what it is.

record() {
	local directory=$HYTHE_VERIFY/requests/${BATS_TEST_FILENAME##*/}

	mkdir -p "$directory"
	record_command >>"$directory/$BATS_SUITE_TEST_NUMBER"
	record_made >>"$HYTHE_VERIFY/made"
}

# A body is part of the command, unless it is too long for one.
record_body() {
	local each

	if [[ ! $request_body ]]; then
		[[ $method != P* ]] || printf " --data-binary ''"
	elif (($(stat -L -c %s "$request_body") > 6000)); then
		printf ' --data-binary @BODY-OF-%d-BYTES' "$(stat -L -c %s "$request_body")"
	elif LC_ALL=C grep -qz '[^[:print:][:space:]]' "$request_body" ||
		[[ -z $(tail -c 1 "$request_body") ]]; then
		printf ' --data-binary @<(base64 -d <<<%s)' "$(base64 -w 0 "$request_body")"
	else
		each=$(<"$request_body")
		printf ' --data-binary %s' "${each@Q}"
	fi
}

record_command() {
	local each target goes_on=''

	[[ $method != P[OA]* || $status != 202 || ! ${header[location]:-} ]] || goes_on=yes
	# Where a session is differs from run to run.
	target=$(http_url)
	target=${target@Q}
	if [[ ${record_session:-} && $path == "$record_session"* ]]; then
		target=${path#"$record_session"}
		target='"$location"'${target:+${target@Q}}
	fi
	[[ ! $goes_on ]] || printf 'location=$('
	printf 'curl -si --proto =http,https --path-as-is --globoff -X %s' "$method"
	[[ $method != HEAD ]] || printf ' --head'
	[[ ! ${authorization:-} ]] || printf ' -H "Authorization: $authorization"'
	[[ ! $request_chunked ]] || printf " -H 'Transfer-Encoding: chunked'"
	for each in Expect: Accept: Content-Type: "${request_headers[@]}"; do
		printf ' -H %s' "${each@Q}"
	done
	printf ' --url %s' "$target"
	record_body
	if [[ $goes_on ]]; then
		record_session=${header[location]}
		printf %s " | sed -n 's/^location: *\(.*\)\r/\1/Ip'); [[ \$location != /* ]] ||"
		printf ' location=%s$location' "$(http_origin)"
	fi
	printf '   # %s\n' "$status"
}

# What is named at another host is told at the end, but left alone.
record_made() {
	local place=${header[location]:-} own=${path%%\?*} digest=${header[docker-content-digest]:-}
	local -a tags=()

	case $method:$status:$own in
	POST:202:* | PATCH:202:*) [[ ! $place ]] || printf 'session %s\n' "$place" ;;
	P*:201:*/manifests/*)
		[[ $own == */manifests/*:* ]] || printf 'tag %s\n' "$own"
		[[ $digest =~ ^[a-z0-9+._-]+:[A-Za-z0-9=_-]+$ ]] || digest=$(digest_of "$request_body")
		printf 'manifest %s\n' "${own%/*}/$digest"
		IFS=', ' read -ra tags <<<"${header[oci-tag]:-}"
		[[ ! ${tags[*]} ]] || {
			tags=("${tags[@]//[^A-Za-z0-9._-]/_}")
			# What stands in a path is no format.
			printf 'tag %s\n' "${tags[@]/#/"${own%/*}/"}"
		}
		;;
	P*:201:*) [[ ! $place ]] || printf 'blob %s\n' "${place%%\?*}" ;;
	esac
}
