# expect.bash - what a test expects of an answer
# SPDX-License-Identifier: ISC

fail() {
	printf '%.2000s\n' "$@" >&2
	return 1
}

# Fail, and show the exchange.
wrong() {
	fail "$@" || :
	{
		printf -- '--- %s %s\n' "$method" "$path"
		printf '%s\n' "${request_headers[@]}"
		printf -- '--- answered %s\n' "$status"
		head -c 4000 "$headers" | tr -d '\r'
		head -c 4000 "$body" | tr -c '[:print:]\n' .
		printf '\n'
		[[ ! -s $BATS_TEST_TMPDIR/log ]] || cat "$BATS_TEST_TMPDIR/log"
	} >&2
	return 1
}

# expect_status 404 [or another]...
expect_status() {
	local wanted

	for wanted; do
		[[ $status != "$wanted" ]] || return 0
	done
	wrong "expected status $*"
}

# Headers that hythe promises and the specification does not ask for: those of the
# first list may be missing from the answer to a push or for a part, but not be wrong;
# of the second anything is right.
may_be_missing=' docker-content-digest '
may_be_anything=' accept-ranges cache-control docker-distribution-api-version docker-upload-uuid
	etag '

# expect_header NAME [VALUE]: it is there, once, with exactly this value.
expect_header() {
	local value=${header[${1,,}]:-}

	if [[ ! $strict ]]; then
		[[ $may_be_anything != *[[:space:]]"${1,,}"[[:space:]]* ]] || return 0
		[[ $value || $status != 20[16] || $may_be_missing != *" ${1,,} "* ]] || return 0
		[[ ${1,,} != content-type ]] || value=${value%%;*}
	fi
	[[ $value ]] || wrong "expected a header $1" || return
	(($# == 1)) || [[ $value == "$2" ]] || wrong "expected $1: $2"
}

# The value matches a pattern of the shell.
expect_header_like() {
	[[ $strict || ${1,,} != cache-control ]] || return 0
	# shellcheck disable=SC2053
	[[ ${header[${1,,}]:-} == $2 ]] || wrong "expected $1 like $2"
}

# expect_location KIND NAME DIGEST: this endpoint, and nothing more; or, of any registry,
# wherever it is, what has this digest.
expect_location() {
	url "$@" || return
	if [[ $strict || ${header[location]:-} == "$url" ]]; then
		expect_header Location "$url"
		return
	fi
	expect_header Location || return
	(
		mkdir -p "$BATS_TEST_TMPDIR/at-location" || exit
		BATS_TEST_TMPDIR+=/at-location
		request GET "${header[location]}" && expect_status 200 || exit
		expect_equal "$(digest_of "$body" "${3%%:*}")" "$3"
	)
}

expect_no_header() {
	[[ ! ${header[${1,,}]+x} ]] || wrong "expected no $1"
}

# The first fault's code.
expect_code() {
	[[ $strict ]] || return 0
	[[ ${codes%% *} == "$1" ]] || wrong "expected code $1"
}

# expect_json FILTER: true of the body.
expect_json() {
	jq -e "$@" "$body" >/dev/null || wrong "expected of the body: $*"
}

# expect_fault FILTER: true of the body of a refusal, of which others may tell less.
expect_fault() {
	[[ ! $strict ]] || expect_json "$@"
}

# The body is this file, byte for byte.
expect_body() {
	cmp -s "$1" "$body" || wrong "expected the bytes of $1"
}

expect_empty() {
	[[ ! -s $body ]] || wrong 'expected no body'
}

expect_equal() {
	[[ $1 == "$2" ]] || fail "expected: $2" "     got: $1"
}

expect_file() {
	[[ -e $1 ]] || fail "expected to exist: $1"
}

expect_no_file() {
	[[ ! -e $1 ]] || fail "expected not to exist: $1"
}

# Where the specification names no status, these do as well.
declare -gA as_good=(
	[400]='400 404 405 409 413 414 415 416 422'
	[405]='405 400 404 501'
	[413]='413 400'
	[414]='414 400 413'
)

# refused STATUS CODE [CODE]...: a client's fault, and the code of every one.
refused() {
	# shellcheck disable=SC2086
	expect_status ${as_good[$strict$1]:-$1} || return
	if [[ $method == HEAD || ! $strict ]]; then
		return
	fi
	shift
	[[ $codes == "$*" ]] || wrong "expected the codes: $*"
}

# [OCI "Error Codes"]
spec_codes=' BLOB_UNKNOWN BLOB_UPLOAD_INVALID BLOB_UPLOAD_UNKNOWN DIGEST_INVALID
	MANIFEST_BLOB_UNKNOWN MANIFEST_INVALID MANIFEST_UNKNOWN NAME_INVALID NAME_UNKNOWN
	SIZE_INVALID UNAUTHORIZED DENIED UNSUPPORTED TOOMANYREQUESTS '
spec_codes=${spec_codes//[[:space:]]/ }

# What is true of every answer.
check_answer() {
	codes=''
	if [[ ! $strict ]]; then
		check_any_answer
		return
	fi
	expect_header Docker-Distribution-API-Version registry/2.0 || return
	expect_header X-Content-Type-Options nosniff || return
	expect_header_like Content-Security-Policy '*sandbox*' || return
	case $method:$status in
	HEAD:* | *:[23]04) expect_empty ;;
	*:4* | *:5*) check_faults ;;
	esac || return
	case $status in
	204 | 304) expect_no_header Content-Length ;;
	*) check_length ;;
	esac
}

# What is true of every answer of any registry.
check_any_answer() {
	case $method:$status in
	*:000 | *:[!1-5]*) wrong 'an answer without a status' ;;
	HEAD:* | *:[23]04) expect_empty ;;
	*:5*) wrong 'an error of the registry itself' ;;
	esac || return
	[[ $status == [23]04 ]] || check_length
}

check_length() {
	local length=${header[content-length]:-}

	if [[ $method != HEAD && $length && $length != "$(stat -c %s "$body")" ]]; then
		wrong 'Content-Length is not the length of the body'
	fi
}

# Set $codes, in order, from a body that has the form it must have.
check_faults() {
	local code

	expect_header Content-Type application/json || return
	codes=$(jq -er 'if (keys == ["errors"]) and (.errors | type == "array" and length > 0) and
			all(.errors[]; (keys - ["code", "detail", "message"] == []) and
			(.message | type == "string" and length > 0) and
			(.detail | type == "object"))
		then [.errors[].code] | join(" ") else error("form") end' "$body") ||
		wrong 'faults of a wrong form' || return
	for code in $codes; do
		if ((status < 500)); then
			[[ $spec_codes == *" $code "* ]] ||
				wrong "$code is none of the spec's" || return
		else
			[[ $code == UNKNOWN || $code == UNAVAILABLE ]] ||
				wrong "$code with $status" || return
		fi
	done
	case $(<"$body") in
	*"$store"* | *docker/registry/v2*) wrong 'the answer tells a path' ;;
	esac
}
