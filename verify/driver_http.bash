# driver_http.bash - ask a registry with curl
# SPDX-License-Identifier: ISC

http_request() {
	local each
	local -a options=(
		--silent --show-error --path-as-is --globoff
		--max-time "${VERIFY_TIMEOUT:-120}" ${VERIFY_CACERT:+--cacert "$VERIFY_CACERT"}
		--output "$body" --dump-header "$headers" --write-out '%{http_code}'
		-H Expect: -H User-Agent: -H Accept: -H Content-Type:
	)

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

# http_ask CURL-OPTION...: one request; the answer's status is $status.
http_ask() {
	status=$(curl "$@" "$(http_url)" 3>&-) || fail "curl failed for $method $path"
}

# Clients ask for manifests by their types.
http_accept() {
	[[ $path == */manifests/* && ($method == GET || $method == HEAD) ]] || return 0
	[[ ${request_headers[*]} != *Accept:* ]] || return 0
	request_headers+=("Accept: $oci_manifest, $oci_index, $docker_manifest, $docker_list")
}

http_url() {
	if [[ $path == *://* && ! $strict ]]; then
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
	local address=${REGISTRY_URL#http://}

	[[ ! $strict || $REGISTRY_URL == http:* ]] || skip 'for the http driver: a connection without TLS'
	[[ $address != */* && ! ${VERIFY_USER:-} ]] ||
		not_seen 'a connection to cut, with TLS or a login'
	[[ $address == *:* ]] || address+=:80
	exec 8<>"/dev/tcp/${address%:*}/${address##*:}"
	printf '%s\r\n' "$3 HTTP/1.1" 'Host: registry.test' "${@:4}" >&8
	head -c "$2" "$1" >&8
	sleep 0.3
	exec 8>&-
}
