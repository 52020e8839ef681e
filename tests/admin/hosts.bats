#!/usr/bin/env bats
# hosts.bats - hosts = many: nothing starts without a record of the file system
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/gc/helper.bash"

# Write the record that two mounts like this one would get; the complaint says of what.
recorded() {
	local mount

	hythe_settings=(HYTHE_HOSTS=many)
	hythe_fails 1 expire
	mount=$(sed -n 's/.*its file system (\(.*\)) was not checked: there is no record of it.*/\1/p' \
		"$complained")
	[[ $mount == [0-9a-f]*' '*' '* ]] || fail "no mount is named: $(<"$complained")" || return
	mkdir -p -m 2750 "$v2/hythe"
	touch "$v2/hythe/checked"
	printf 'hythe-checked 1 %s\n2026-01-01T00:00:00Z %s\n' "$(stat -c %i "$v2/hythe/checked")" \
		"$mount" >"$v2/hythe/checked"
}

@test "hosts=many: programs answer 500 and commands fail until the check is on record" {
	push_image latest
	request_settings=()
	request GET manifest "$name" latest --set HYTHE_HOSTS=many
	expect_status 500
	request GET base --set HYTHE_HOSTS=many
	expect_status 500
	hythe_settings=(HYTHE_HOSTS=many)
	hythe_fails 1 gc
	hythe_fails 1 reindex
	hythe_fails 1 fsck --repair
	hythe_must fsck
	recorded
	request GET manifest "$name" latest --set HYTHE_HOSTS=many
	expect_status 200
	hythe_must gc
	hythe_must fsck --repair
	cp -p "$v2/hythe/checked" copy && mv copy "$v2/hythe/checked"
	request GET manifest "$name" latest --set HYTHE_HOSTS=many
	expect_status 500
}

@test "hosts=many: short grace times are refused, whatever the file system" {
	push_image latest
	recorded
	hythe_fails 1 gc --grace 1m
	grep -q 'hosts = one' "$complained"
	hythe_must gc --grace 5m
	hythe_settings=(HYTHE_HOSTS=one)
	hythe_must gc --grace 0
}

@test "hosts=many: a push by a host whose clock is behind keeps untagged manifests" {
	local each

	push_image latest
	request DELETE manifest "$name" latest
	expect_status 202
	recorded
	find "$v2/repositories" "$v2/blobs" -exec touch -d '1 hour ago' {} +
	touch -d '2 minutes ago' "$v2/repositories/$name/_manifests"
	hythe_must gc --grace 5m --untagged-older-than 10m
	expect_counts manifests '0 kept, 0 condemned, 0 removed, 0 returned, 1 left'
	touch -d '6 minutes ago' "$v2/repositories/$name/_manifests"
	hythe_must gc --grace 5m --untagged-older-than 10m
	expect_counts manifests '0 kept, 1 condemned, 0 removed, 0 returned, 0 left'
}
