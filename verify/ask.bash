# ask.bash - requests outside of the cases, with a login if need be
# SPDX-License-Identifier: ISC

ask_accept='application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json,
	application/vnd.docker.distribution.manifest.v2+json,
	application/vnd.docker.distribution.manifest.list.v2+json'
ask_accept=${ask_accept//[$'\n\t']/}

# ask_each METHOD: the status for every path of the standard input, each of which may want
# a token of its own.  Fails at the first without an answer.
ask_each() (
	set +u
	strict=
	headers=$work/headers body=/dev/null method=$1
	while IFS= read -r path; do
		status=000
		login_ask --path-as-is --request "$method" --output "$body" --dump-header "$headers" \
			-H "Accept: $ask_accept" </dev/null
		printf '%s\n' "$status"
		[[ $status != 000 ]] || return 1
	done
)

# reach: end with the status that says why, if the registry does not answer GET /v2/.
reach() {
	local result=0 said

	said=$(http_curl --output /dev/null --url "$url/v2/" 2>&1) || result=$?
	said=${said#curl: (*) }
	case $result in
	0) ;;
	51 | 60 | 77) stop 4 "the certificate of $url is not trusted: ${said%%$'\n'*}" ;;
	*) stop 3 "no answer from $url/v2/: ${said%%$'\n'*}" ;;
	esac
	# Whoever only reads may find open what is there.
	[[ $(ask_each GET <<</v2/ 2>/dev/null) == 401 && ! ($readonly && ! $username) ]] || return 0
	[[ $username ]] || stop 5 "$url wants a login: --username and --password-stdin"
	stop 5 "$url does not accept this name and password"
}
