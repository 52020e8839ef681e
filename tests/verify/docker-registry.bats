#!/usr/bin/env bats
# docker-registry.bats - what hythe-verify finds at Debian's docker-registry
# SPDX-License-Identifier: ISC
#
# docker-registry.expected has every case that is not right there: its result and name.
# The MUSTs are run, and with LONG=1 all.  To renew it:
#	LONG=1 EXPECTED=renew bats docker-registry.bats, in a writable tree

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/verify/helper.bash"

teardown() {
	docker_registry_stop
}

@test "docker-registry: exactly the known failures, and nothing is left behind" {
	local result=0
	# How a race ends is not known before.
	local -a of=(--skip concurrency)

	[[ ${LONG:-} ]] || of+=(--only must)
	docker_registry_start "$PWD/registry" "$PWD/store"
	verify "${of[@]}" --report report.json "http://$docker_registry" || result=$?
	[[ $result == 1 ]]
	[[ ! ${DOCKER_REPORT:-} ]] || cp report.json "$DOCKER_REPORT"
	jq -r '.cases[] | select(.result != "does") | [.result, .level, .name] | @tsv' report.json |
		LC_ALL=C sort >got
	[[ ${EXPECTED:-} != renew ]] || cp got "$verify_tests/docker-registry.expected"
	if [[ ${LONG:-} ]]; then
		diff "$verify_tests/docker-registry.expected" got
	else
		diff <(awk -F '\t' '$2 == "must"' "$verify_tests/docker-registry.expected") got
	fi
	jq -e '.left == []' report.json
	[[ -z $(find store -path '*/_manifests/tags/*' -name current) ]]
}

@test "the known failures name all that is known of docker-registry" {
	local each

	for each in 'not offered	must	end-12a nothing refers to it' \
		'not offered	must	end-7 a subject that is missing is accepted, and told' \
		'not offered	must	end-7 end-3 a manifest by its sha512' \
		'not offered	must	end-9 a tag: only the tag goes' \
		'wrong	must	end-5 end-13 a chunk out of order' \
		'wrong	must	end-8b n, and the Link to the rest' \
		'wrong	must	end-8b last alone' \
		'wrong	must	end-3 an OCI manifest for a client that accepts anything' \
		'not offered	must	end-4b POST with the digest and the body'; do
		grep -qF -e "$each" "$verify_tests/docker-registry.expected" || fail "not known: $each"
	done
}
