#!/usr/bin/env bats
# 10-expire.bats - hythe expire
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/gc/helper.bash"

setup_file() {
	fault_build
}

# session_age DIRECTORY: nobody has touched it for years.
session_age() {
	age "$1"/* "$1"
}

sessions() {
	find "$v2/repositories" -path '*/_uploads/*' -prune -print | wc -l
}

@test "old sessions of every repository end, young ones stay" {
	local each young

	for each in a a/b c/d; do
		start_upload "$each"
		young=$location
		start_upload "$each"
		session_age "$v2/repositories/$each/_uploads/$session"
	done
	push_image latest
	hythe_must expire
	expect_equal "$(<"$said")" '3 upload sessions expired, 3 are left'
	expect_equal "$(sessions)" 3
	expect_equal "$(ls "$v2/hythe/trash")" ''
	request GET at "$young"
	expect_status 204
	request GET manifest "$name" "latest"
	expect_status 200
}

@test "what docker-registry and killed programs left expires too" {
	local uploads=$v2/repositories/$name/_uploads

	start_upload
	mkdir -p "$uploads/0e9b5ab0-0000-4000-8000-000000000000/hashstates/sha256"
	printf 2020-01-01T00:00:00Z >"$uploads/0e9b5ab0-0000-4000-8000-000000000000/startedat"
	mkdir "$uploads/half-made"
	session_age "$uploads/0e9b5ab0-0000-4000-8000-000000000000"
	age "$uploads/half-made"
	hythe_must expire
	expect_equal "$(ls "$uploads")" "$session"
}

@test "odd things among the sessions stop nothing, and lead nowhere (distribution#4713)" {
	local uploads=$v2/repositories/$name/_uploads old

	start_upload
	old=$session
	session_age "$uploads/$old"
	start_upload
	mkdir outside
	printf secret >outside/data
	age outside
	ln -s "$PWD/outside" "$uploads/link"
	ln -s nowhere "$uploads/dangling"
	ln -s .. "$uploads/up"
	: >"$uploads/file"
	mkdir "$uploads/-" "$uploads/"$'new\nline' "$uploads/\\" "$uploads/$(printf 'x%.0s' {1..255})"
	mkdir -p "$uploads/empty/data"
	: >"$uploads/empty/startedat"
	: >"$uploads/empty/session"
	hythe_must expire
	expect_no_file "$uploads/$old"
	expect_file "$uploads/$session/session"
	expect_equal "$(<outside/data)" secret
	request GET "$location"
	expect_status 204
}

@test "what is no file where a session's files should be does not keep it" {
	local uploads=$v2/repositories/$name/_uploads what leaf

	for leaf in session data; do
		for what in 'mkfifo -m 640' mkdir; do
			start_upload
			rm "$uploads/$session/$leaf"
			$what "$uploads/$session/$leaf"
			request PATCH at "$location" --body /dev/null
			expect_status 404
			session_age "$uploads/$session"
		done
	done
	hythe_must expire
	expect_equal "$(sessions)" 0
}

@test "--older-than: how old, by the last thing that happened" {
	local directory

	start_upload
	directory=$v2/repositories/$name/_uploads/$session
	touch -d '2 hours ago' "$directory"/* "$directory"
	hythe_must expire --older-than 3h
	expect_equal "$(<"$said")" '0 upload sessions expired, 1 are left'
	random_file part 100
	request PATCH at "$location" --body part
	hythe_must expire --older-than 1h
	request PUT at "$location" "digest=$(digest_of part)"
	expect_status 201
	start_upload
	touch -d '2 hours ago' "$v2/repositories/$name/_uploads/$session"{/*,}
	hythe_must expire --older-than=90m
	expect_equal "$(sessions)" 0
}

@test "the age is a setting" {
	start_upload
	touch -d '2 hours ago' "$v2/repositories/$name/_uploads/$session"{/*,}
	hythe_settings+=(HYTHE_UPLOAD_EXPIRY=3h)
	hythe_must expire
	expect_equal "$(sessions)" 1
	hythe_settings+=(HYTHE_UPLOAD_EXPIRY=1h)
	hythe_must expire
	expect_equal "$(sessions)" 0
}

@test "a session that is being written stays, however old it looks" {
	local directory

	random_file half 100000
	start_upload
	directory=$v2/repositories/$name/_uploads/$session
	slow_start PATCH at "$location" --chunked
	cat half >&9
	wait_until test -s "$directory/data"
	session_age "$directory"
	hythe_must expire --older-than 0
	expect_file "$directory/data"
	slow_finish
	expect_status 202
	request PUT at "$location" "digest=$(digest_of half)"
	expect_status 201
}

@test "a session that cannot be looked at is told, and the others expire" {
	local each

	hythe_find
	fault_needs "$hythe"
	start_upload
	start_upload
	# Both at once, at the end: opening one may expire an old one.
	for each in "$v2/repositories/$name/_uploads"/*; do
		session_age "$each"
	done
	hythe_settings+=("${fault[@]}" FAULT_AT=1 FAULT_DO=5 FAULT_AMONG=l FAULT_ON=/session)
	hythe_fails 1 expire
	expect_equal "$(<"$said")" '1 upload sessions expired, 1 are left'
	grep -q 'Input/output error' "$complained"
}

@test "an empty store has nothing to expire; options that are none are refused" {
	hythe_must expire
	hythe_fails 2 expire --older-than
	hythe_fails 2 expire --older-than x
	hythe_fails 2 expire --older-than -1
	hythe_fails 2 expire --younger-than 1h
	hythe_fails 2 expire 1h
}
