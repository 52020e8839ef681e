# driver_http.bash - ask a registry with curl
# SPDX-License-Identifier: ISC

# http_curl CURL-OPTION...: as little as possible of this machine and its user goes into a
# request, and it ends.  What a registry names as a URL is HTTP or nothing.
http_curl() {
	curl --disable --silent --show-error --globoff --proto '=http,https' \
		--max-time "${VERIFY_TIMEOUT:-120}" \
		${VERIFY_CACERT:+--cacert "$VERIFY_CACERT"} "$@" 3>&-
}

http_request() {
	local each
	local -a options=(
		--path-as-is --output "$body" --dump-header "$headers"
		-H Expect: -H User-Agent: -H Accept: -H Content-Type:
	)

	http_here || return
	case $REGISTRY_URL in
	https:*) options+=(--http2) ;;
	*) options+=(--http1.1) ;;
	esac
	[[ $strict ]] || http_accept
	for each in "${request_headers[@]}"; do
		options+=(-H "$each")
	done
	if [[ $method == HEAD ]]; then
		options+=(--head)
	else
		options+=(--request "$method")
	fi
	if [[ $request_body ]]; then
		options+=(--data-binary "@$request_body")
	elif [[ $method == P* ]]; then
		options+=(--data-binary '')
	fi
	[[ ! $request_chunked ]] || options+=(-H 'Transfer-Encoding: chunked')
	if [[ $strict ]]; then
		http_ask "${options[@]}" || return
	else
		login_ask "${options[@]}" || return
	fi
	# --head and --output: the headers again, not a body
	[[ $method != HEAD ]] || : >"$body"
	read_headers
	[[ $strict ]] || read_location
}

# http_ask CURL-OPTION...: one request; the answer's status is $status, and $answered
# the URL that it came from.
http_ask() {
	local answer

	answer=$(http_curl --write-out '%{http_code} %{url_effective}' "$@" --url "$(http_url)") ||
		fail "curl failed for $method $path" || return
	status=${answer%% *} answered=${answer#* }
}

# Clients ask for manifests by their types.
http_accept() {
	[[ $path == */manifests/* && ($method == GET || $method == HEAD) ]] || return 0
	[[ ${request_headers[*]} != *Accept:* ]] || return 0
	request_headers+=("Accept: $oci_manifest, $oci_index, $docker_manifest, $docker_list")
}

# A Location or Link may lead to another host; but no registry has others asked, and
# things deleted there, in its name.
http_here() {
	local origin

	origin=$(http_origin)
	[[ ! $strict && $path != /* && $path != "$origin"/* ]] || return 0
	[[ $path != *"://${origin#*://}/"* ]] || fail "not with the scheme of the registry: $path" || return
	not_seen "what is at another host: ${path:0:80}"
}

# The registry's URL without a path.
http_origin() {
	[[ ! ${REGISTRY_URL:-} =~ ^[^:/]+://[^/]* ]] || printf %s "${BASH_REMATCH[0]}"
}

http_url() {
	if [[ $path != /* && ! $strict ]]; then
		printf %s "$path"
	elif [[ $path == *://* ]]; then
		printf %s "$REGISTRY_URL/${path#*://*/}"
	else
		printf %s "$REGISTRY_URL$path"
	fi
}

# http_cut FILE BYTES 'METHOD PATH' LINE...: send the head of a request, line by
# line (the empty one, and the first of a chunk, too), then the first bytes of a
# file, and go away without waiting for an answer.
http_cut() {
	local address=${REGISTRY_URL#http://} host

	[[ ! $strict || $REGISTRY_URL == http:* ]] || skip 'for the http driver: a connection without TLS'
	[[ $address != */* && ! ${VERIFY_USER:-} ]] ||
		not_seen 'a connection to cut, with TLS or a login'
	[[ $address == *:* && $address != *] ]] || address+=:80
	# An address of IPv6 is in brackets in a URL, and only there.
	host=${address%:*}
	host=${host#[} host=${host%]}
	exec 8<>"/dev/tcp/$host/${address##*:}"
	printf '%s\r\n' "$3 HTTP/1.1" 'Host: registry.test' "${@:4}" >&8
	head -c "$2" "$1" >&8
	sleep 0.3
	exec 8>&-
}
