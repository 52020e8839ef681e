#!/usr/bin/env bats
# 25-tarsum-archives.bats - the tarsums of all kinds of archives, and of none
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"
. "$HYTHE_SOURCE/tests/registry/tarsum.bash"

# The last answer's first fault says why there is no tarsum.
because() {
	expect_json --arg tarsum "$1" --arg reason "$2" \
		'(.errors[0].detail | del(.session)) == {digest: $tarsum, reason: $reason}'
}

@test "end-6 compressed by gzip, in one member and in several" {
	make_tar
	mv blob plain
	gzip <plain >blob
	digest=$(digest_of blob)
	push_tar "${tarsum[v1]}"
	stored
	found "${tarsum[v1]}"
	found "$digest"
	{ head -c 1000 plain | gzip && tail -c +1001 plain | gzip -1; } >blob
	digest=$(digest_of blob)
	push_tar "${tarsum[dev]}"
	stored
	found "${tarsum[dev]}"
}

@test "end-6 no tar, or not all of one: 400 says why, and the session is as it was" {
	local file reason

	need xz
	make_tar
	printf 'This is no archive, however long it may be. %0500d' 7 >none
	gzip <none >none.gz
	gzip <blob >blob.gz
	xz <blob >blob.xz
	head -c 1300 blob >short
	head -c -1 blob.gz >short.gz
	head -c -8 blob.gz >damaged.gz
	printf 12345678 >>damaged.gz
	while IFS=: read -r file reason; do
		start_upload
		head -c 5 "$file" >first
		tail -c +6 "$file" >last
		request PATCH "$location" --body first
		finish "${tarsum[v1]}" --body last
		refused 400 DIGEST_INVALID
		because "${tarsum[v1]}" "$reason"
		holds 5
	done <<-END
	none:a header has a wrong checksum, or is none
	none.gz:a header has a wrong checksum, or is none
	blob.xz:the archive ends within an entry
	short:the archive ends within an entry
	short.gz:the gzip data ends too early
	damaged.gz:the gzip data is damaged, or is none
	END
	absent "${tarsum[v1]}"
}

@test "end-6 a little that becomes very much: 400" {
	{
		tar -cf - --files-from /dev/null | head -c 512
		head -c 300M /dev/zero
	} | gzip >bomb
	push_tar "tarsum+sha256:$nothing" bomb
	refused 400 DIGEST_INVALID
	because "tarsum+sha256:$nothing" 'the gzip data becomes more than a hundred times as large'
}

@test "end-6 archives of tar: every format, and what each can hold" {
	local format

	mkdir -p root/dir/empty "root/$(printf 'long%.0s/' {1..40})"
	printf hello >root/dir/file
	ln root/dir/file root/hard
	ln -s dir/file root/symbolic
	ln -s "$(printf 'l%.0s' {1..150})" root/long-link
	mkfifo root/fifo
	ln root/fifo root/dir/fifo
	random_file root/large 70000
	: >"root/$(printf 'n%.0s' {1..120})"
	for format in v7 oldgnu gnu ustar pax; do
		# some cannot hold long names, and go on without them
		tar -C root --format=$format --owner=someone:12345 --group=somebody:3000000 \
			--mtime=@1409861922.5 -cf blob . ./dir 2>log ||
			[[ $format == v7 || $format == ustar ]]
		digest=$(digest_of blob)
		tarsums_of blob
		push_tar "${tarsum[v0]}"
		stored
		push_tar "${tarsum[v1]}"
		stored
		found "${tarsum[v0]}"
		found "${tarsum[v1]}"
	done
}

@test "end-6 archives of anything: forty of them" {
	local seed version

	need perl
	for ((seed = 1; seed <= 40; seed++)); do
		version=v$((seed % 2))
		perl "$HYTHE_SOURCE/tests/registry/tar.pl" $seed >blob
		digest=$(digest_of blob)
		tarsums_of blob
		request POST uploads "$name" "digest=${tarsum[$version]}" --body blob
		[[ $status == 201 ]] || wrong "the archive of tar.pl $seed"
		stored
	done
}

@test "end-6 an empty archive, and none at all" {
	head -c 1024 /dev/zero >blob
	digest=$(digest_of blob)
	push_tar "tarsum.v1+sha256:$nothing"
	stored
	found "tarsum.v1+sha256:$nothing"
	: >blob
	digest=$empty_digest
	push_tar "tarsum+sha256:$nothing"
	stored
	found "tarsum+sha256:$nothing"
}
