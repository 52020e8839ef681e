#!/usr/bin/env bats
# 36-pages.bats - long lists, page by page
# SPDX-License-Identifier: ISC

# bats file_tags=pages

. "$BATS_TEST_DIRNAME/../helper.bash"

# bats test_tags=must,end-8b
@test "end-8b n, and the Link to the rest" {
	tag a b c d e
	lists n=2 a b
	url tags "$name" last=b n=2
	strictly expect_equal "$(next)" "$url"
	expect_header Link
	url=$(next)
	[[ $url ]] || wrong 'a Link that is none'
	request GET "$url"
	listed c d
	lists 'n=2 last=b' c d
	lists 'n=2 last=d' e
	expect_no_header Link
}

# bats test_tags=must,end-8b
@test "end-8b the whole list by following the Links" {
	local i all=() got='' target

	for ((i = 0; i < 10; i++)); do
		all+=("v$i")
	done
	tag "${all[@]}"
	url tags "$name" n=3
	target=$url
	while [[ $target ]]; do
		request GET "$target"
		expect_status 200
		got+="$(json '.tags | join(" ")') "
		target=$(next)
	done
	expect_equal "$got" "v0 v1 v2 v3 v4 v5 v6 v7 v8 v9 "
}

# bats test_tags=offer,end-8b
@test "end-8b n is all there is: no Link" {
	tag a
	lists n=1 a
	expect_no_header Link
	lists n=4 a
	expect_no_header Link
}

# bats test_tags=must,end-8b
@test "end-8b last alone, and one that does not exist" {
	tag a c e
	lists last=a c e
	lists last=b c e
	lists last=0 a c e
	lists last=z
	lists last=e
	lists 'n=1 last=b' c
	lists last= a c e
	request GET "/v2/$name/tags/list?last=%63"
	listed e
	request GET tags "$name" 'last=b not a tag'
	listed c e
}

# bats test_tags=must,end-8b
@test "end-8b n=0: none, and no Link" {
	tag a b
	lists n=0
	expect_no_header Link
}

# bats test_tags=offer,end-8b
@test "end-8b a huge n is no reason to allocate (CVE-2023-2253, GHSA-hqxw-f8mx-cpmw)" {
	local each

	tag a b
	for each in 1000000 2147483647 2147483648 9223372036854775807 18446744073709551615 \
		99999999999999999999999999; do
		request GET tags "$name" "n=$each"
		expect_status 200 400
		if [[ $status == 200 ]]; then
			expect_json '.tags | sort == ["a", "b"]'
		else
			refused 400 UNSUPPORTED
		fi
	done
	strictly lists n=1000000 a b
}

# bats test_tags=offer,end-8b
@test "end-8b an n that is none: 400 UNSUPPORTED, and what (CVE-2023-2253)" {
	local each

	tag a
	for each in -1 1e9 x 1.5 +1 0x10 '' '1 ' '1;'; do
		request GET tags "$name" "n=$each"
		refused 400 UNSUPPORTED
		expect_fault '.errors[0].detail.field == "n"'
	done
}

# bats test_tags=offer,catalog
@test "the catalog, page by page" {
	local got='' target

	repositories a b c d e
	url catalog n=2 "last=$name"
	target=$url
	# Others may have thousands behind ours.
	while [[ $target && $(wc -l <<<"$got") -lt 10 ]]; do
		request GET "$target"
		offered 200 'a catalog'
		expect_json '.repositories | length <= 2'
		got+=$(json '.repositories[]')$'\n'
		target=$(next)
	done
	expect_equal "$(grep "^$name/" <<<"$got" | sed "s,^$name/,," | xargs)" 'a b c d e'
	sort -c <<<"${got%$'\n'}"
}

# bats test_tags=offer,catalog
@test "the catalog: last need not exist" {
	repositories a c
	request GET catalog n=1 "last=$name/b"
	expect_json --arg next "$name/c" '.repositories == [$next]'
}

# bats test_tags=offer,catalog
@test "the catalog: an n that is none: 400 UNSUPPORTED; a huge one is no reason to allocate (CVE-2023-2253, GHSA-hqxw-f8mx-cpmw)" {
	local each

	for each in -1 x 1e9 ''; do
		request GET catalog "n=$each"
		refused 400 UNSUPPORTED
	done
	request GET catalog n=2147483647
	expect_status 200
	request GET catalog n=0
	expect_status 200
	expect_json '.repositories == []'
	expect_no_header Link
}
