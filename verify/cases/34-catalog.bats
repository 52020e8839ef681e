#!/usr/bin/env bats
# 34-catalog.bats - the list of repositories
# SPDX-License-Identifier: ISC

# bats file_tags=catalog

. "$BATS_TEST_DIRNAME/../helper.bash"

# bats test_tags=offer
@test "the catalog is sorted by byte, at every depth" {
	repositories b a a-b a.b a/b a0 a_b a/b/c z/y/x
	cataloged '/a /a-b /a.b /a/b /a/b/c /a0 /a_b /b /z/y/x'
}

# bats test_tags=offer
@test "a repository with blobs only is not listed" {
	printf x >blob
	push_blob blob "$name/blobs-only"
	start_upload "$name/session-only"
	repositories real
	cataloged /real
}

# bats test_tags=offer
@test "a repository whose last tag went is still there, with its manifests" {
	repositories a
	request DELETE manifest "$name/a" latest
	deleted
	cataloged /a
}
