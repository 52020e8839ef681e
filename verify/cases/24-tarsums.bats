#!/usr/bin/env bats
# 24-tarsums.bats - blobs by the sum of what is in a tar archive
# SPDX-License-Identifier: ISC

# bats file_tags=tarsum

. "$BATS_TEST_DIRNAME/../helper.bash"

# bats test_tags=offer,end-6
@test "end-6 an archive of nothing, by its tarsum" {
	head -c 1024 /dev/zero >blob
	start_upload
	request PUT at "$location" "digest=tarsum.v1+$empty_digest" --body blob
	# Where hythe's admin has not asked for them, there are none either.
	[[ $status == 201 ]] || skip 'not offered: tarsums'
	digest=$(digest_of blob)
	request GET blob "$name" "$digest"
	expect_status 200
	expect_body blob
}
