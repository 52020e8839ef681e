# tarsum.bash - tar archives, and pushing them by tarsum
# SPDX-License-Identifier: ISC

# The SHA-256 of nothing, of which the tarsum of an empty archive is made.
nothing=${empty_digest#*:}

# tarsums_of FILE: the tarsums of a plain archive, by another program: ${tarsum[v0]},
# ${tarsum[v1]} and ${tarsum[dev]}.
tarsums_of() {
	local sums

	need perl
	perl -MDigest::SHA -e 1 2>/dev/null || skip_because 'no Digest::SHA of perl'
	sums=$(perl "$HYTHE_SOURCE/tests/registry/tarsum.pl" "$1") || return
	unset tarsum
	declare -gA tarsum
	# shellcheck disable=SC2086
	set -- $sums
	tarsum=([v0]=$1 [v1]=$2 [dev]=$3)
}

# make_tar [CONTENT]: the archive `blob`, and its sums.
make_tar() {
	mkdir -p root/dir
	printf %s "${1:-hello}" >root/dir/file
	tar -C root -cf blob .
	digest=$(digest_of blob)
	tarsums_of blob
}

# finish TARSUM [KEY=VALUE]... [option]...: PUT to the session.
finish() {
	request PUT at "$location" "digest=$1" "${@:2}"
}

# push_tar TARSUM [FILE [NAME]]
push_tar() {
	start_upload "${3:-$name}" && finish "$1" --body "${2:-blob}"
}

# The answer to a completed upload.
stored() {
	expect_status 201
	expect_location blob "$name" "$digest"
	expect_header Docker-Content-Digest "$digest"
	expect_empty
}

# found DIGEST-OR-TARSUM [FILE [NAME]]: by GET and HEAD; the digest is the file's.
found() {
	local wanted

	wanted=$(digest_of "${2:-blob}")
	request GET blob "${3:-$name}" "$1"
	expect_status 200
	expect_body "${2:-blob}"
	expect_header Docker-Content-Digest "$wanted"
	request HEAD blob "${3:-$name}" "$1"
	expect_status 200
	expect_header Docker-Content-Digest "$wanted"
	# Apache leaves out a length of 0.
	[[ ${header[server]:-} == Apache* && ! -s ${2:-blob} ]] ||
		expect_header Content-Length "$(stat -c %s "${2:-blob}")"
}

absent() {
	request GET blob "${2:-$name}" "$1"
	refused 404 BLOB_UNKNOWN
	request HEAD blob "${2:-$name}" "$1"
	expect_status 404
}

# The session has so many bytes.
holds() {
	request GET "$location"
	expect_status 204
	expect_header Range "0-$(($1 ? $1 - 1 : 0))"
}
