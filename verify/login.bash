# login.bash - answer a registry's challenge as a client does
# SPDX-License-Identifier: ISC
#
# VERIFY_USER and VERIFY_PASSWORD are the credentials, if there are any.  Tokens are kept
# in $HYTHE_VERIFY/tokens, one for each repository and action.

# login_ask CURL-OPTION...: http_ask, and once more with what the challenge asks for.
login_ask() {
	local cache

	login_cache
	authorization=''
	[[ ! -s $cache ]] || authorization=$(<"$cache")
	login_ask_with "$@" || return
	# Behind a redirection somebody else may ask: no credentials for them.
	[[ $status == 401 && $answered == "$REGISTRY_URL"/* ]] || return 0
	read_headers
	login_meet || return 0
	[[ $authorization ]] || return 0
	(umask 077 && printf '%s\n' "$authorization" >"$cache")
	: >"$headers"
	: >"$body"
	login_ask_with "$@"
}

# Redirections of reads are followed, as clients do, without the credentials: curl
# gives them to no other host.
login_ask_with() {
	local -a more=()

	[[ $method != GET && $method != HEAD ]] || more=(--location --max-redirs 5)
	# Not an argument: those can be read by every process.
	http_ask "$@" "${more[@]}" --config <([[ ! $authorization ]] ||
		printf 'header = "Authorization: %s"\n' "$authorization")
}

# $cache, the file of what was right for this repository and action.
login_cache() {
	local of=${path%%\?*}

	case $of in
	*/blobs/* | */manifests/* | */tags/* | */referrers/*)
		of=${of%/blobs/*} of=${of%/manifests/*} of=${of%/tags/*} of=${of%/referrers/*}
		;;
	*) of=none ;;
	esac
	cache=$HYTHE_VERIFY/tokens/${of//\//,}
	# Some file systems end names at 255 bytes.
	cache=${cache:0:${#HYTHE_VERIFY}+8+200}:$method
}

# Set $authorization as the challenge in the headers wants it.
login_meet() {
	local challenge=${header[www-authenticate]:-}

	authorization=''
	case ${challenge,,} in
	bearer*) login_token "$challenge" ;;
	basic*)
		[[ ${VERIFY_USER:-} ]] || return
		authorization="Basic $(printf %s "$VERIFY_USER:$VERIFY_PASSWORD" | base64 -w 0)"
		;;
	*) return 1 ;;
	esac
}

# One parameter of a challenge.
login_parameter() {
	local pattern="(^|[ ,])$2=\"([^\"]*)\""

	[[ $1 =~ $pattern ]] || return
	printf %s "${BASH_REMATCH[2]}"
}

login_token() {
	local realm each token
	local -a options=(--get)

	realm=$(login_parameter "$1" realm) || return
	# No file of this machine, and no password in clear where the registry has TLS.
	[[ $realm == https://* || ($realm == http://* && $REGISTRY_URL == http://*) ]] ||
		fail "no realm to ask for a token: $realm" || return
	for each in service scope; do
		! token=$(login_parameter "$1" $each) || options+=(--data-urlencode "$each=$token")
	done
	token=$(http_curl "${options[@]}" --config <(login_user) --url "$realm" | head -c 100000 |
		jq -er '.token // .access_token') || return
	# It becomes a line of a configuration of curl's.
	[[ $token =~ ^[A-Za-z0-9._~+/=:-]+$ ]] || fail 'a token with characters that no token has' || return
	authorization="Bearer $token"
}

login_user() {
	local user=${VERIFY_USER:-}:${VERIFY_PASSWORD:-}

	[[ ${VERIFY_USER:-} ]] || return 0
	user=${user//\\/\\\\}
	printf 'user = "%s"\n' "${user//\"/\\\"}"
}
