#!/usr/bin/env bats
# 61-store-odd.bats - what is odd in the store, and how it is read
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

setup_file() {
	fault_build
}

@test "end-2 a link without data behind it: 404, not 500" {
	random_file blob 1000
	push_blob blob
	local hex=${digest#*:}
	rm -r "$v2/blobs/sha256/${hex:0:2}/$hex"
	request GET blob "$name" "$digest"
	refused 404 BLOB_UNKNOWN
	request HEAD blob "$name" "$digest"
	expect_status 404
}

@test "end-8a a tag's directory without current is no tag" {
	tag a b
	mkdir -p "$v2/repositories/$name/_manifests/tags/ghost/index"
	lists '' a b
	request GET manifest "$name" ghost
	refused 404 MANIFEST_UNKNOWN
}

@test "end-8a a thousand tags" {
	local i tags

	cgi_only 'made in the store itself'
	tag t0000
	tags=$v2/repositories/$name/_manifests/tags
	for ((i = 1; i < 1000; i++)); do
		printf -v i %04d "$((10#$i))"
		cp -r "$tags/t0000" "$tags/t$i"
		i=$((10#$i))
	done
	request GET tags "$name"
	expect_json '.tags | length == 1000 and . == sort and .[999] == "t0999"'
}

# catalog_pages N: the names of all pages, one a line.
catalog_pages() {
	local last='' more=yes

	while [[ $more ]]; do
		request GET catalog "n=$1" ${last:+"last=$last"}
		expect_status 200 || return
		json '.repositories[]' || return
		last=$(json '.repositories[-1]') more=${header[link]:-}
	done
}

@test "thousands of repositories in one directory, most of them not to be seen" {
	cgi_only 'another store'
	mkdir -m 2750 many
	perl -e '
		my $root = "many/docker/registry/v2/repositories";
		system "mkdir", "-p", "$root/in/side";
		for my $i (1 .. 5000) {
			my $name = sprintf "%s%04d", $i % 3 ? "" : "in/side/", $i;
			my $seen = $i > 2400 || $i % 500 == 7;
			mkdir "$root/$name" and mkdir "$root/$name/" . ($seen ? "_manifests" : "_layers")
				or die "$name: $!\n";
			print "$name\n" if $seen;
		}' | LC_ALL=C sort >expected
	request_settings=(HYTHE_STORAGE="$PWD/many")
	catalog_pages 900 >actual
	cmp actual expected
	request GET catalog n=3
	expect_json '.repositories == ["0007", "1007", "1507"]'
}

@test "a list that goes on and on does not read a directory again for each few in it" {
	local program=hythe-discovery readings

	cgi_only 'another store'
	cgi_find
	fault_needs "$program"
	mkdir -m 2750 hidden
	perl -e '
		my $root = "hidden/docker/registry/v2/repositories";
		system "mkdir", "-p", $root;
		for my $i (1 .. 20000) {
			mkdir sprintf("%s/%05d", $root, $i) or die "$i: $!\n";
		}'
	request_settings=(HYTHE_STORAGE="$PWD/hidden" "${fault[@]}" FAULT_AT=0 FAULT_DO=5
		FAULT_AMONG=r FAULT_ON=/repositories FAULT_LOG="$PWD/calls")
	request GET catalog n=1
	expect_json '.repositories == []'
	readings=$(grep -cx fdopendir calls)
	((readings > 0 && readings <= 4)) || fail "it was read $readings times"
}

@test "an empty registry: an empty array" {
	cgi_only 'another store'
	mkdir -m 2750 empty
	request GET catalog --set HYTHE_STORAGE="$PWD/empty"
	expect_status 200
	expect_json '. == {repositories: []}'
}

@test "strange entries in the store are not listed, and break nothing" {
	cgi_only 'made in the store itself'
	repositories a
	mkdir -p "$v2/repositories/$name/.hidden/_manifests" \
		"$v2/repositories/$name/UPPER/_manifests" \
		"$v2/repositories/$name/a b/_manifests" "$v2/repositories/$name/_strange/_manifests"
	: >"$v2/repositories/$name/file"
	ln -s . "$v2/repositories/$name/loop"
	cataloged /a
}

@test "end-10 access is the link on disk, at the time of asking (CVE-2026-35172)" {
	printf hello >blob
	push_blob blob
	request GET blob "$name" "$digest"
	expect_status 200
	rm -r "$v2/repositories/$name/_layers/sha256/${digest#*:}"
	request GET blob "$name" "$digest"
	refused 404 BLOB_UNKNOWN
	request GET blob "$name" "$digest" -H 'Range: bytes=0-1'
	refused 404 BLOB_UNKNOWN
	request HEAD blob "$name" "$digest"
	expect_status 404
	request POST uploads "$name/b" "mount=$digest" "from=$name"
	expect_status 202
}

@test "a file where a directory must be: 500, and the log says where" {
	local odd

	cgi_only 'its log, and another store'
	make_image
	random_file blob 1000
	digest=$(digest_of blob)
	for odd in hythe "blobs/sha256/${digest:7:2}" "repositories/$name/_uploads" \
		"repositories/$name/_manifests/tags" "repositories/$name/_layers"; do
		rm -rf "$v2.odd" && cp -a "$v2" "$v2.odd"
		rm -rf "${v2:?}/$odd" && mkdir -p "$(dirname "$v2/$odd")" && : >"$v2/$odd"
		case $odd in
		*/tags) put_manifest latest "$image" ;;
		*) request POST uploads "$name" "digest=$digest" --body blob ;;
		esac
		expect_status 500
		grep -q "'docker/registry/v2/${odd%/*}" "$BATS_TEST_TMPDIR/log" ||
			wrong 'nothing in the log'
		rm -rf "$v2" && mv "$v2.odd" "$v2"
	done
}
