#!/usr/bin/env bats
# 24-stopped.bats - writers stopped before their n-th change, while two whole runs
# of the collector pass; and the collector stopped, while a writer passes
# SPDX-License-Identifier: ISC
#
# A manifest needs no grace time for that.  A blob that nothing names yet has no
# more than that, from the moment on that its writer has come to it, whatever its
# age was before: without any, a run may take it between the answer and the manifest,
# which is then refused; but at the answer it is there.
#
# FAULT_EVERY=1, as in `make check-faults`, stops before every change.

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/gc/helper.bash"

fault_step=${FAULT_EVERY:-9}

setup_file() {
	fault_build
}

stopped() {
	! grep -q '^State:.[^TZ]' "/proc/$slow_pid/status" 2>/dev/null
}

# Start a request, stop it before change $at, let two runs pass, and let it go
# on to its answer.
through() {
	restore
	request_settings+=("${fault[@]}" FAULT_AT="$at" FAULT_DO=stop FAULT_AMONG=wl)
	slow_start "$@" || return
	request_settings=(HYTHE_DURABILITY=none)
	[[ ! $request_body ]] || cat "$request_body" >&9
	exec 9>&-
	wait_until stopped || return
	# a run that cannot pass somebody's lock ends, or leaves things alone
	hythe_settings+=(HYTHE_LOCK_WAIT=0)
	hythe gc --grace "$grace" --linger 0 || :
	hythe gc --grace "$grace" --linger 0 || :
	hythe_settings=(HYTHE_DURABILITY=none)
	if grep -q '^State:.T' "/proc/$slow_pid/status" 2>/dev/null; then
		kill -CONT "$slow_pid"
	else
		over=yes
	fi
	slow_finish
}

# What the image names is pushed anew, after an answer that was no success.
again() {
	push_blob config "$target" && push_blob layer1 "$target" && whole
}

# What was accepted is there at the answer; and once a manifest names it, it stays.
stays() {
	at_answer && whole && collect && collect && whole && hythe_must fsck
}

# each METHOD PATH [option]...: before each of its changes; what was accepted is
# whole, and stays so; and what was not leaves nothing in the way of the next try.
each() {
	local at over='' refused=0 accepted=0

	hythe_find
	fault_needs "$hythe"
	[[ -e pristine ]] || mv "$store" pristine
	for ((at = $(fault_first); ; at += fault_step)); do
		through "$@" || fail "stopped before change $at" || return
		if [[ $status == 201 ]]; then
			accepted=$((accepted + 1))
			stays || fail "accepted, though stopped before change $at" || return
		else
			refused=$((refused + 1))
			[[ $status == 400 || $status == 404 || $status == 202 ]] ||
				wrong "stopped before change $at" || return
			again && stays || fail "refused, stopped before change $at" || return
		fi
		[[ ! $over ]] || break
	done
	((accepted && at > 5)) || fail "$accepted accepted of $at"
	echo "# grace $grace, stopped at every $fault_step. of $at changes: $accepted accepted," \
		"$refused refused" >&3
}

# An image that lost its manifest, long ago.
old_image() {
	make_image || return
	for digest in $(digest_of config) $(digest_of layer1); do
		age "$(blob_directory "$digest")/data" "$(layer_directory "$digest")/link"
	done
}

put_it() {
	whole() { put_manifest latest "$image" && expect_status 201 && pullable "$image"; }
	at_answer() { pullable "$image"; }
	target=$name
	grace=0
	each PUT manifest "$name" "latest" -H "Content-Type: $oci_manifest" --body "$image"
}

@test "a manifest of old blobs" {
	old_image
	put_it
}

@test "a manifest of blobs that were condemned" {
	old_image
	collect
	put_it
}

# The upload of the layer, all but its completion, and its bytes came long ago.
old_session() {
	local data

	start_upload || return
	request PATCH at "$location" --body layer1 || return
	data=$v2/repositories/$name/_uploads/$session/data
	age "$data"
}

# The rest of the image is not what is looked at.
keep_rest() {
	jq -c '.layers = []' "$image" >rest
	put_manifest rest rest "$oci_manifest" "${1:-$name}" && expect_status 201
}

image_whole() {
	put_manifest latest "$image" && expect_status 201 && pullable "$image"
}

# blob_is_there REPOSITORY: the layer, byte for byte.
blob_is_there() {
	request GET blob "$1" "$(digest_of layer1)"
	expect_status 200 && expect_body layer1
}

# Both runs came after the answer, and took what nothing names: the manifest is refused.
taken() {
	put_manifest latest "$image" "$oci_manifest" "$target"
	refused 400 MANIFEST_BLOB_UNKNOWN && hythe_must fsck
}

# completed METHOD PATH [option]...: by an hour's grace time, and by none.
completed() {
	at_answer() {
		if [[ $over && $grace == 0 ]]; then
			taken && again
		else
			blob_is_there "$target"
		fi
	}
	for grace in 1h 0; do
		each "$@" || return
	done
}

complete() {
	whole() { image_whole; }
	target=$name
	keep_rest
	old_session
	completed PUT at "$location" "digest=$(digest_of layer1)"
}

@test "a blob that is new, though its bytes are old" {
	make_image
	digest=$(digest_of layer1)
	rm -r "$(blob_directory "$digest")" "$(layer_directory "$digest")"
	complete
}

@test "a blob that is there, and old" {
	old_image
	complete
}

@test "a blob that is there, and condemned" {
	old_image
	keep_rest
	sleep 0.02
	collect
	expect_file "$(blob_directory "$(digest_of layer1)")/condemned"
	complete
}

@test "a mount of what is old" {
	local source=$name

	target=$name/target
	whole() {
		local result=0

		name=$source/target
		image_whole || result=$?
		name=$source
		return $result
	}
	old_image
	request POST uploads "$name/target" "mount=$(digest_of config)" "from=$name"
	keep_rest "$name/target"
	put_manifest source "$image"
	age "$(blob_directory "$(digest_of layer1)")/data"
	request DELETE manifest "$name" "$image_digest"
	completed POST uploads "$name/target" "mount=$(digest_of layer1)" "from=$name"
}

# passes COMMAND...: the request is made while the collector is stopped before each of
# its changes; what is accepted is whole, and stays so.
passes() {
	local at collector over='' accepted=0 busy=0

	hythe_find
	fault_needs "$hythe"
	mv "$store" pristine
	for ((at = $(fault_first); ; at += fault_step)); do
		restore
		env HYTHE_CONFIG=/dev/null HYTHE_STORAGE="$store" "${fault[@]}" FAULT_AT=$at \
			FAULT_DO=stop FAULT_AMONG=w "$hythe" gc --grace "$grace" --linger 0 >first 2>&1 3>&- &
		collector=$!
		slow_pid=$collector
		wait_until stopped || return
		grep -q '^State:.T' "/proc/$collector/status" 2>/dev/null || over=yes
		request_settings+=(HYTHE_LOCK_WAIT=0)
		"$@"
		request_settings=(HYTHE_DURABILITY=none)
		kill -CONT $collector 2>/dev/null || :
		wait $collector
		case $status in
		201)
			accepted=$((accepted + 1))
			whole && collect && collect && whole ||
				fail "stopped before change $at" || return
			;;
		503) busy=$((busy + 1)) ;;
		400) ;; # it was too late
		*) wrong "stopped before change $at" || return ;;
		esac
		[[ ! $over ]] || break
	done
	((accepted && at > 9)) || fail "$accepted accepted of $at"
	echo "# stopped at every $fault_step. of $at changes: $accepted accepted, $busy busy" >&3
}

@test "the collector, while a manifest of what it is about to remove is put" {
	whole() { pullable "$image"; }
	old_image
	collect
	grace=0
	passes put_manifest latest "$image"
}

@test "the collector, while a blob that it is about to remove is pushed" {
	whole() { image_whole; }
	old_image
	keep_rest
	digest=$(digest_of layer1)
	rm -r "$(layer_directory "$digest")"
	sleep 0.02
	collect
	expect_file "$(blob_directory "$digest")/condemned"
	grace=1h
	passes request POST uploads "$name" "digest=$digest" --body layer1
}
