# users.bash - users, passwords and rights for a test
# SPDX-License-Identifier: ISC
#
# alice, bob and carol have the passwords alice-pw, bob-pw and carol-pw.

# users_set [SETTING]...: settings for all requests from here on, with the
# passwords in $users and the rules in $rules, which start without a line.
users_set() {
	users=$PWD/htpasswd rules=$PWD/access
	# bcrypt, as cheap as there is
	cat >"$users" <<-'END'
	alice:$2y$04$TLCQuVj91IO69v9N3fcJ5uzrwCNoF7i40.JCUNGg9ZO2XePWpMkwG
	bob:$2y$04$A/OgYsZfrnrPwL12lsTYHu1PiHHhkixhx7vuagzc0ywtJr14DGARa
	carol:$2y$04$nTiKAAWlyjaxPaZ2C/q8cuJHBu8uMg6Nj9RDeiW8u3hIgtVNyI3Wy
	END
	: >"$rules"
	request_settings=("HYTHE_ACCESS=$rules" "HYTHE_HTPASSWD=$users" "$@")
}

# rules_are LINE...
rules_are() {
	printf '%s\n' "$@" >"$rules"
}

# basic USER:PASSWORD: the header.
basic() {
	printf 'Authorization: Basic %s' "$(printf %s "$1" | base64 -w0)"
}

# as USER METHOD PATH [option]...: a request with the right password, or, for
# USER nobody, with none, or with the token $token, for USER token.
as() {
	case $1 in
	nobody) request "${@:2}" ;;
	token) request "${@:2}" -H "Authorization: Bearer $token" ;;
	*) request "${@:2}" -H "$(basic "$1:$1-pw")" ;;
	esac
}

# get_token USER SCOPE...: $token, by GET.
get_token() {
	local query=service=hythe scope

	for scope in "${@:2}"; do
		query+="&scope=${scope//:/%3A}"
	done
	as "$1" GET "/v2/_hythe/token?$query" || return
	expect_status 200 || return
	token=$(json .token)
}

# The decoded claims of $token.
claims() {
	local part=${token#*.}

	part=${part%.*} part=${part//-/+} part=${part//_//}
	while ((${#part} % 4)); do part+='='; done
	base64 -d <<<"$part"
}

# start_upload_as USER [NAME]: a new session; $location and $session.
start_upload_as() {
	as "$1" POST uploads "${2:-$name}" || return
	expect_status 202 || return
	location=${header[location]} session=${header[location]##*/}
}

# push_blob_as USER FILE [NAME]: push it whole; $digest is its digest.
push_blob_as() {
	digest=$(digest_of "$2")
	start_upload_as "$1" "${3:-$name}" || return
	as "$1" PUT at "$location" "digest=$digest" --body "$2" || return
	expect_status 201
}

# push_image_as USER TAG [NAME]: an image of one layer; $image, $image_digest.
push_image_as() {
	printf '{"architecture":"amd64","os":"linux"}' >config
	random_file layer1 1001
	push_blob_as "$1" config "${3:-$name}" && push_blob_as "$1" layer1 "${3:-$name}" || return
	image=$BATS_TEST_TMPDIR/image
	printf '{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}' \
		"$oci_manifest" "$(descriptor "$oci_config" config)" \
		"$(descriptor "$oci_layer" layer1)" >"$image"
	image_digest=$(digest_of "$image")
	put_manifest_as "$1" "$2" "$image" "${3:-$name}" && expect_status 201
}

# put_manifest_as USER REFERENCE FILE [NAME]
put_manifest_as() {
	as "$1" PUT manifest "${4:-$name}" "$2" --body "$3" -H "Content-Type: $oci_manifest"
}

# asked_to_log_in [PART]: 401, with one challenge that has this in it.
asked_to_log_in() {
	expect_status 401 || return
	[[ $method == HEAD ]] || expect_code UNAUTHORIZED || return
	expect_header WWW-Authenticate || return
	[[ $(grep -ci '^www-authenticate:' "$headers") == 1 ]] || wrong 'expected one challenge' || return
	[[ ${header[www-authenticate]} == *"${1:-}"* ]] || wrong "expected a challenge with: ${1:-}"
}
