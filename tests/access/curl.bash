# curl.bash - what a client does, by curl: as crane does it, and as oras does
# SPDX-License-Identifier: ISC
#
# crane pings /v2/, does what the challenge there says, and sends it with every
# request; oras sends each request as it is, and reacts to a 401.
#
# $user and $password are those of the client, empty for none.

# ask crane|oras SCOPES METHOD PATH [curl's option]...: $got is the status, the
# files answer and headers the rest.
ask() {
	local -a authorization=()

	if [[ $1 == crane ]]; then
		curl_send GET /v2/ && curl_authorize "$2" || return
		curl_send "$3" "$4" "${authorization[@]}" "${@:5}"
	else
		curl_send "$3" "$4" "${@:5}" || return
		[[ $got == 401 ]] || return 0
		curl_authorize "$2" || return
		((${#authorization[@]} == 0)) || curl_send "$3" "$4" "${authorization[@]}" "${@:5}"
	fi
}

curl_send() {
	local -a method=(-X "$1")

	[[ $1 != HEAD ]] || method=(--head)
	# crane sends no Content-Length for nothing but where POST needs one.
	[[ $1 != POST && $1 != PUT ]] || method+=(-H Content-Length:0)
	[[ " $* " != *' -T '* ]] || method=(-X "$1")
	got=$(curl -sS -m 60 -o answer -D headers -w '%{http_code}' "${method[@]}" -H Expect: \
		"${@:3}" "$URL$2")
}

# challenge_part NAME: of the last answer's challenge.
challenge_part() {
	tr -d '\r' <headers | sed -n "s/^[Ww][Ww][Ww]-[Aa]uthenticate: .*[ ,]$1=\"\([^\"]*\)\".*/\1/p"
}

# Set $authorization by the challenge of the last answer.  Fails if there is a token
# to be had, but not for these credentials.
curl_authorize() {
	local challenge scope
	local -a query=() credentials=()

	challenge=$(tr -d '\r' <headers | sed -n 's/^[Ww][Ww][Ww]-[Aa]uthenticate: //p')
	[[ ! $user ]] || credentials=(-u "$user:$password")
	case $challenge in
	Basic*) authorization=("${credentials[@]}") ;;
	Bearer*)
		for scope in $1; do
			query+=(--data-urlencode "scope=$scope")
		done
		got=$(curl -sS -m 60 -o token.json -w '%{http_code}' -G "${credentials[@]}" "${query[@]}" \
			--data-urlencode "service=$(challenge_part service)" "$(challenge_part realm)")
		[[ $got == 200 ]] || return
		authorization=(-H "Authorization: Bearer $(jq -r .token token.json)")
		;;
	esac
}

curl_location() {
	tr -d '\r' <headers | sed -n 's/^[Ll]ocation: //p'
}

manifest_type='application/vnd.oci.image.manifest.v1+json'

# curl_blob HOW REPOSITORY FILE DIGEST: crane sends PATCH and PUT, oras one PUT.
curl_blob() {
	local scope=repository:$2:push,pull location separator='?'

	ask "$1" "$scope" HEAD "/v2/$2/blobs/$4" && [[ $got != 200 ]] || return 0
	ask "$1" "$scope" POST "/v2/$2/blobs/uploads/" && [[ $got == 202 ]] || return
	location=$(curl_location)
	if [[ $1 == crane ]]; then
		ask "$1" "$scope" PATCH "$location" -T "$3" && [[ $got == 202 ]] || return
		location=$(curl_location)
		ask "$1" "$scope" PUT "$location${separator}digest=${4/:/%3A}" && [[ $got == 201 ]]
	else
		ask "$1" "$scope" PUT "$location${separator}digest=${4/:/%3A}" -T "$3" && [[ $got == 201 ]]
	fi
}

# curl_push HOW REPOSITORY: the image in the layout $image, as REPOSITORY:t.
curl_push() {
	local manifest digest

	manifest=$(layout_digest "$image")
	for digest in $(jq -r '.config.digest, .layers[].digest' "$image/blobs/sha256/${manifest#*:}"); do
		curl_blob "$1" "$2" "$image/blobs/sha256/${digest#*:}" "$digest" || return
	done
	ask "$1" "repository:$2:push,pull" PUT "/v2/$2/manifests/t" \
		-T "$image/blobs/sha256/${manifest#*:}" -H "Content-Type: $manifest_type" &&
		[[ $got == 201 ]]
}

# curl_pull HOW REPOSITORY: all of it is what it was.
curl_pull() {
	local digest

	ask "$1" "repository:$2:pull" GET "/v2/$2/manifests/t" -H "Accept: $manifest_type" &&
		[[ $got == 200 && $(digest_of answer) == "$(layout_digest "$image")" ]] || return
	for digest in $(jq -r '.config.digest, .layers[].digest' answer); do
		ask "$1" "repository:$2:pull" GET "/v2/$2/blobs/$digest" -L &&
			[[ $got == 200 && $(digest_of answer) == "$digest" ]] || return
	done
}

curl_delete() {
	ask "$1" "repository:$2:delete" DELETE "/v2/$2/manifests/$(layout_digest "$image")" &&
		[[ $got == 202 ]]
}

curl_catalog() {
	ask "$1" 'registry:catalog:*' GET /v2/_catalog &&
		[[ $got == 200 ]] && jq -e '.repositories | index("shared/img")' answer >/dev/null
}

# curl_mount HOW REPOSITORY: a layer of shared/img.
curl_mount() {
	local digest

	digest=$(jq -r '.layers[0].digest' "$image/blobs/sha256/$(layout_digest "$image" | cut -d : -f 2)")
	ask "$1" "repository:$2:push,pull repository:shared/img:pull" POST \
		"/v2/$2/blobs/uploads/?mount=${digest/:/%3A}&from=shared/img" && [[ $got == 201 ]]
}
