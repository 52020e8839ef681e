#!/usr/bin/env bats
# 09-memory.bats - the memory of one request, whatever size an attack is of
# SPDX-License-Identifier: ISC
#
# Each attack twice, the second a lot larger: it may take no more memory.  Where the size
# of the body would tell, both are padded to the same.

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

# More than two runs of the same differ by.
slack_kib=1024
# Little below the limit for manifests.
padded=4000000

eval "registry_$(declare -f setup)"

setup() {
	cgi_only 'other settings'
	need time perl
	registry_setup
	program=hythe-manifests
	cgi_find
	! grep -qa __asan_init "$program" || skip 'a sanitizer needs terabytes of addresses'
	request_settings=(HYTHE_DURABILITY=none)
}

# peak STATUS METHOD PATH [option]...: $kib, the most memory that the program had.
peak() {
	request_parse "${@:2}" && cgi_prepare || return
	headers=$PWD/headers body=$PWD/body
	env -i "${variables[@]}" "$(type -P time)" -f %M -o kib "$program" \
		<"${request_body:-/dev/null}" >answer 2>log 3>&- || fail "$program: $(<log)" || return
	cgi_answer answer && expect_status "$1" || return
	kib=$(tail -n 1 kib)
}

# flat STATUS SMALL LARGE METHOD PATH [option]...: `attack`, an option's value, is the one
# file and then the other.
flat() {
	local small

	cp "$2" attack
	peak "$1" "${@:4}" || return
	small=$kib
	cp "$3" attack
	peak "$1" "${@:4}" || return
	echo "# ${3}: $small KiB, and $kib for the larger" >&3
	((kib < small + slack_kib)) || fail "$3 took $kib KiB, and $2 $small"
}

# times TEXT COUNT
times() {
	perl -e 'print $ARGV[0] x $ARGV[1]' "$@"
}

# pad FILE...: with spaces, in front.
pad() {
	local file

	for file; do
		{
			times ' ' $((padded - $(stat -c %s "$file")))
			cat "$file"
		} >wide
		mv wide "$file"
	done
}

put=(PUT manifest memory latest --body attack)

@test "manifests larger than the limit, of known length and of none" {
	truncate -s 5M small-manifest
	truncate -s 300M large-manifest
	flat 413 small-manifest large-manifest "${put[@]}" -H "Content-Type: $oci_manifest"
	flat 413 small-manifest large-manifest "${put[@]}" -H "Content-Type: $oci_manifest" \
		--chunked
}

@test "blobs larger than the limit, and blobs that are taken" {
	truncate -s 2M small-blob
	truncate -s 300M large-blob
	start_upload
	flat 202 small-blob large-blob PATCH at "$location" --body attack
	flat 202 small-blob large-blob PATCH at "$location" --body attack --chunked
	request DELETE at "$location"
	start_upload
	request_settings+=(HYTHE_BLOB_LIMIT=1m)
	flat 413 small-blob large-blob PATCH at "$location" --body attack
	flat 413 small-blob large-blob PATCH at "$location" --body attack --chunked
}

@test "a blob whose digest has to be made of what came before" {
	local size small

	for size in 2M 300M; do
		truncate -s "$size" "blob$size"
		start_upload
		truncate -s "$size" "$v2/repositories/$name/_uploads/$session/data"
		peak 201 PUT at "$location" "digest=$(digest_of "blob$size")"
		[[ $size == 300M ]] || small=$kib
	done
	echo "# $small KiB, and $kib for the larger" >&3
	((kib < small + slack_kib)) || fail "300 MB took $kib KiB, and 2 MB $small"
}

# sessions COUNT: so many are open.
sessions() {
	perl -e '
		my ($uploads, $count) = @ARGV;
		for my $i (1 .. $count) {
			my $id = sprintf "%s/%08x-0000-4000-a000-000000000000", $uploads, $i;
			mkdir $id, 0750;
			open my $started, ">", "$id/startedat" or die "$id: $!\n";
		}' "$v2/repositories/$name/_uploads" "$1"
}

@test "sessions, many more than may be open" {
	local few

	start_upload
	sessions 1000
	peak 429 POST uploads "$name"
	few=$kib
	sessions 30000
	peak 429 POST uploads "$name"
	echo "# sessions: $few KiB, and $kib for thirty times as many" >&3
	((kib < few + slack_kib)) || fail "30000 sessions took $kib KiB, and 1000 $few"
}

# make_repositories FROM TO: made in the store itself.
make_repositories() {
	perl -e '
		my ($repositories, $from, $to) = @ARGV;
		for my $i ($from .. $to) {
			my $name = sprintf "%s/r%07d", $repositories, $i;
			mkdir $name and mkdir "$name/_manifests" or die "$name: $!\n";
		}' "$v2/repositories" "$1" "$2"
}

@test "a page of repositories, of many more than it shows" {
	local few

	make_image
	make_repositories 1 2000
	program=${program%manifests}discovery
	peak 200 GET catalog n=100
	few=$kib
	make_repositories 2001 40000
	peak 200 GET catalog n=100
	echo "# repositories: $few KiB, and $kib for twenty times as many" >&3
	((kib < few + slack_kib)) || fail "40000 repositories took $kib KiB, and 2000 $few"
}

# json NAME TEXT COUNT [END]: `large-NAME`, a manifest with COUNT times the text, and
# `small-NAME`, with a fifth of that, which is over the limit, too.
json() {
	local file count

	for file in small large; do
		count=$3
		[[ $file == large ]] || count=$(($3 / 5))
		{
			printf '{"schemaVersion":2,"mediaType":"%s","manifests":[' "$oci_index"
			times "$2" "$count"
			printf %s "${4:-}"
			printf ']}'
		} >"$file-$1"
	done
	pad "small-$1" "large-$1"
}

@test "JSON of any depth, of many values, and with many descriptors" {
	local child='{"digest":"","size":1,"mediaType":"a/b"}'

	child=${child/'""'/"\"sha256:$(times 0 64)\""}
	json depth '[' 3000000
	json values '0,' 1900000 0
	json keys '{"a":0},' 450000 0
	json descriptors "$child," 32000 "$child"
	for each in depth values keys descriptors; do
		flat 400 "small-$each" "large-$each" "${put[@]}" -H "Content-Type: $oci_index"
	done
}
