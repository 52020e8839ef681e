#!/usr/bin/env bats
# 84-token-attacks.bats - tokens that must not be believed, and another issuer's
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"
. "$HYTHE_SOURCE/tests/registry/users.bash"

secret=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff

# Keys are made once for the file: RSA and P-256, with openssl.
setup_file() {
	type -P openssl >/dev/null || return 0
	cd "$BATS_FILE_TMPDIR" || return
	openssl genrsa -out rsa.pem 2048
	openssl ecparam -name prime256v1 -genkey -noout -out ec.pem
	openssl genrsa -out other.pem 2048
} 2>/dev/null

setup_issuer() {
	cgi_only 'users and rules of its own'
	need openssl
	cp "$BATS_FILE_TMPDIR"/*.pem .
	make_jwks >jwks
	printf 'first %s\n' "$secret" >keys
	chmod 600 keys
	users_set HYTHE_TOKENS=yes HYTHE_TOKEN_KEYS="$PWD/keys" HYTHE_ISSUER=https://other.example \
		HYTHE_ISSUER_KEYS="$PWD/jwks" HYTHE_TOKEN_SERVICE=registry.example
	rules_are "allow alice $name/** all"
	now=$(date +%s)
}

base64url() {
	base64 -w0 | tr '+/' '-_' | tr -d =
}

# The numbers of the public keys, as openssl prints them.
make_jwks() {
	local modulus point

	modulus=$(openssl rsa -in rsa.pem -noout -modulus)
	point=$(openssl ec -in ec.pem -pubout -outform DER 2>/dev/null | tail -c 64 |
		od -An -v -tx1 | tr -d ' \n')
	cat <<-END
	{"keys":[{"kty":"RSA","kid":"rsa","n":"$(unhex "${modulus#*=}" | base64url)","e":"AQAB"},
	{"kty":"EC","kid":"ec","crv":"P-256","x":"$(unhex "${point:0:64}" | base64url)",
	"y":"$(unhex "${point:64}" | base64url)"}]}
	END
}

unhex() {
	printf %b "$(sed 's/../\\x&/g' <<<"$1")"
}

# sign KEY HEADER CLAIMS: $token.  KEY is a file, or hmac:SECRET, or none.
sign() {
	local text signature=''

	text=$(printf %s "$2" | base64url).$(printf %s "$3" | base64url)
	case $1 in
	none) ;;
	hmac:*) signature=$(printf %s "$text" |
		openssl dgst -sha256 -mac HMAC -macopt "hexkey:$(printf %s "${1#hmac:}" |
			od -An -v -tx1 | tr -d ' \n')" -binary | base64url) ;;
	ec.pem) signature=$(printf %s "$text" | openssl dgst -sha256 -sign ec.pem | raw_signature) ;;
	*) signature=$(printf %s "$text" | openssl dgst -sha256 -sign "$1" | base64url) ;;
	esac
	token=$text.$signature
}

# Two numbers of 32 bytes, from the DER that openssl writes.
raw_signature() {
	openssl asn1parse -inform DER |
		sed -n 's/.*INTEGER *:\([0-9A-F]*\)$/0000000000000000000000000000000000000000000000000000000000000000\1/p' |
		sed 's/.*\(.\{64\}\)$/\1/' | while read -r number; do unhex "$number"; done | base64url
}

# claims_of [JQ]: good ones for ISSUER's carol, or changed.
claims_of() {
	jq -cn --argjson now "$now" --arg name "$name/x" '{iss: "https://other.example", sub: "carol",
		aud: "registry.example", exp: ($now + 300), nbf: ($now - 10), iat: $now,
		access: [{type: "repository", name: $name, actions: ["pull", "push"]}]}'" | ${1:-.}"
}

ours() {
	claims_of ".iss = \"hythe\" | .sub = \"alice\"${1:+ | $1}"
}

accepted() {
	as token POST uploads "$name/x"
	expect_status 202
}

not_accepted() {
	as token POST uploads "$name/x"
	asked_to_log_in 'error="invalid_token"'
}

@test "RS256 and ES256 of the other issuer, and its grants alone" {
	setup_issuer
	sign rsa.pem '{"alg":"RS256","kid":"rsa"}' "$(claims_of)"
	accepted
	as token POST uploads "$name/y"
	asked_to_log_in 'error="insufficient_scope"'
	as token DELETE manifest "$name/x" latest
	asked_to_log_in 'error="insufficient_scope"'
	as token GET catalog
	asked_to_log_in 'error="insufficient_scope"'
	sign ec.pem '{"alg":"ES256","kid":"ec"}' "$(claims_of)"
	accepted
	sign ec.pem '{"typ":"JWT","alg":"ES256"}' "$(claims_of)"
	accepted
	sign rsa.pem '{"alg":"RS256","kid":"rsa"}' \
		"$(claims_of '.access = [{type: "registry", name: "catalog", actions: ["*"]}]')"
	as token GET catalog
	expect_status 200
	sign rsa.pem '{"alg":"RS256","kid":"rsa"}' "$(claims_of '.aud = ["x", "registry.example"]')"
	accepted
}

@test "of ours: what can be signed is believed" {
	setup_issuer
	sign "hmac:$secret" '{"alg":"HS256","kid":"first"}' "$(ours)"
	accepted
}

@test "no signature, or none that counts" {
	local algorithm

	setup_issuer
	for algorithm in none None NONE nOnE '' HS256 RS256 ES256; do
		sign none "{\"alg\":\"$algorithm\",\"kid\":\"first\"}" "$(ours)"
		not_accepted
		token=${token%.}
		not_accepted
		sign none "{\"alg\":\"$algorithm\",\"kid\":\"rsa\"}" "$(claims_of)"
		not_accepted
	done
	sign none '{"typ":"JWT"}' "$(ours)"
	not_accepted
	token=..
	not_accepted
}

@test "a public key is no secret, whatever the header says" {
	local key header

	setup_issuer
	openssl rsa -in rsa.pem -pubout -out rsa.pub 2>/dev/null
	openssl ec -in ec.pem -pubout -out ec.pub 2>/dev/null
	for key in "$(<rsa.pub)"$'\n' "$(<rsa.pub)" "$(<ec.pub)"$'\n' "$(jq -r '.keys[0].n' jwks)" \
		"$(<jwks)"; do
		for header in '{"alg":"HS256","kid":"rsa"}' '{"alg":"HS256","kid":"ec"}' \
			'{"alg":"HS256"}' '{"alg":"HS256","kid":"first"}'; do
			sign "hmac:$key" "$header" "$(claims_of)"
			not_accepted
			sign "hmac:$key" "$header" "$(ours)"
			not_accepted
		done
	done
}

@test "a key that comes with the token is not used" {
	local jwk

	setup_issuer
	jwk=$(openssl rsa -in other.pem -noout -modulus)
	jwk="{\"kty\":\"RSA\",\"kid\":\"rsa\",\"n\":\"$(unhex "${jwk#*=}" | base64url)\",\"e\":\"AQAB\"}"
	sign other.pem "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"jwk\":$jwk}" "$(claims_of)"
	not_accepted
	sign other.pem '{"alg":"RS256","kid":"rsa","jku":"https://evil.example/jwks"}' "$(claims_of)"
	not_accepted
	sign other.pem '{"alg":"RS256"}' "$(claims_of)"
	not_accepted
	sign other.pem '{"alg":"RS256","kid":"../../../dev/null"}' "$(claims_of)"
	not_accepted
}

@test "another key, another algorithm for the key" {
	setup_issuer
	sign ec.pem '{"alg":"ES256","kid":"rsa"}' "$(claims_of)"
	not_accepted
	sign rsa.pem '{"alg":"RS256","kid":"ec"}' "$(claims_of)"
	not_accepted
	sign rsa.pem '{"alg":"ES256","kid":"rsa"}' "$(claims_of)"
	not_accepted
	sign rsa.pem '{"alg":"RS512","kid":"rsa"}' "$(claims_of)"
	not_accepted
	sign "hmac:${secret^^}" '{"alg":"HS256","kid":"first"}' "$(ours)"
	not_accepted
	sign "hmac:$secret" '{"alg":"HS256","kid":"second"}' "$(ours)"
	not_accepted
	sign "hmac:$secret" '{"alg":"HS256"}' "$(ours)"
	not_accepted
	sign "hmac:" '{"alg":"HS256","kid":""}' "$(ours)"
	not_accepted
}

@test "neither issuer can speak for the other" {
	setup_issuer
	sign rsa.pem '{"alg":"RS256","kid":"rsa"}' "$(ours)"
	not_accepted
	sign "hmac:$secret" '{"alg":"HS256","kid":"first"}' "$(claims_of)"
	not_accepted
	sign rsa.pem '{"alg":"RS256","kid":"rsa"}' "$(claims_of 'del(.iss)')"
	not_accepted
}

@test "another service, out of date, not yet, without a time" {
	local each

	setup_issuer
	for each in '.aud = "other"' '.aud = ["other"]' 'del(.aud)' '.aud = []' '.aud = null' \
		'.aud = "registry.example.evil"' '.exp = $now - 61' '.exp = 0' '.exp = -1' \
		'del(.exp)' '.exp = null' '.exp = "9999999999"' '.exp = 1e300' \
		'.nbf = $now + 300' '.nbf = "0"' '.sub = 7' '.sub = "a b"' '.sub = "*"' '.access = {}' \
		'.access[0].actions = [1]' '.access[0].name = null'; do
		sign rsa.pem '{"alg":"RS256","kid":"rsa"}' "$(claims_of "$each")"
		not_accepted
		sign "hmac:$secret" '{"alg":"HS256","kid":"first"}' "$(ours "$each")"
		not_accepted
	done
}

@test "a header that asks for more than is known, or says something twice" {
	local header

	setup_issuer
	for header in '{"alg":"HS256","kid":"first","crit":["exp"]}' \
		'{"alg":"HS256","kid":"first","b64":false,"crit":["b64"]}' \
		'{"alg":"none","alg":"HS256","kid":"first"}' '{"alg":"HS256","kid":"first"' \
		'["HS256"]' '{"ALG":"HS256","kid":"first"}'; do
		sign "hmac:$secret" "$header" "$(ours)"
		not_accepted
	done
	sign "hmac:$secret" '{"alg":"HS256","kid":"first"}' \
		"$(ours | sed 's/{/{"sub":"bob",/')"
	not_accepted
	sign "hmac:$secret" '{"alg":"HS256","kid":"first"}' '[]'
	not_accepted
}

@test "a token that is not written as it must be (CVE-2025-30204)" {
	local good

	setup_issuer
	sign "hmac:$secret" '{"alg":"HS256","kid":"first"}' "$(ours)"
	good=$token
	for token in "$good=" "=$good" "$good." ".$good" "$good.x" "${good/./..}" "${good%?}" "${good#?}" \
		"${good}A" "${good//_/\/}x" "${good^^}" "$good,$good" "$(printf 'a.%.0s' {1..4000})" \
		"$good$(printf 'A%.0s' {1..9000})" ' ' x; do
		as token GET base
		expect_status 401
	done
	token=$good
	accepted
}

@test "a claim that was changed after the signature" {
	local good

	setup_issuer
	sign "hmac:$secret" '{"alg":"HS256","kid":"first"}' "$(ours '.sub = "bob"')"
	good=$token
	as token POST uploads "$name/x"
	refused 403 DENIED
	sign none '{"alg":"HS256","kid":"first"}' "$(ours)"
	token=${token%.}.${good##*.}
	not_accepted
}

@test "rules are not asked about the other issuer's grants, and its nobody is nobody" {
	setup_issuer
	rules_are "deny carol ** all"
	sign rsa.pem '{"alg":"RS256","kid":"rsa"}' "$(claims_of)"
	accepted
	sign rsa.pem '{"alg":"RS256","kid":"rsa"}' "$(claims_of '.sub = ""')"
	accepted
	as token GET base
	expect_status 200
}

@test "a wrong access file denies the other issuer's grants too" {
	setup_issuer
	sign rsa.pem '{"alg":"RS256","kid":"rsa"}' "$(claims_of)"
	rules_are "allow alice $name/** al"
	as token POST uploads "$name/x"
	refused 403 DENIED
	rm "$rules"
	as token POST uploads "$name/x"
	refused 403 DENIED
	: >"$rules"
	accepted
}

@test "a key set that is wrong, or gone, makes no token good" {
	setup_issuer
	sign rsa.pem '{"alg":"RS256","kid":"rsa"}' "$(claims_of)"
	echo '{"keys":[]}' >jwks
	not_accepted
	grep "$PWD/jwks" "$BATS_TEST_TMPDIR/log"
	rm jwks
	not_accepted
	make_jwks >jwks
	accepted
}
