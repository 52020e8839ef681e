#!/usr/bin/env bats
# costs.bats - what requests cost, counted and not timed
# SPDX-License-Identifier: ISC
#
# One request each, by CGI, under callgrind for its instructions and under strace for its
# system calls; costs.expected has the figures that were committed, and COSTS=renew writes
# them anew.  docs/performance.md says what each call is for.
#
# Of the instructions: those of the program itself; of the C library, which formats and
# copies for it; of the dynamic loader, which is what CGI pays for libraries and symbols;
# and of libgcrypt, whose code depends on the processor, so that the margin is wide and
# only tells once from twice.  The system calls are those from the opening of the store on, but for memory and waking threads.

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

DRIVER=cgi
expected=$HYTHE_SOURCE/tests/bench/costs.expected

eval "registry_$(declare -f setup)"

setup() {
	need valgrind strace
	registry_setup || return
	if ldd "$HYTHE_BUILD/fcgi/hythe-blobs" | grep -q libasan; then
		skip 'with sanitizers costs are not those of the programs'
	fi
	name=costs
	store=$BATS_TEST_TMPDIR/store
	v2=$store/docker/registry/v2
	mkdir -m 2750 "$store"
}

# What was set up has been there for a while: else directories are synced for their
# youth alone.  Those of revisions keep their time, which is the seal's.
age='1 hour ago'
age() {
	find "$store" -type d ! -path '*/_manifests/revisions/*' -exec touch -d "$age" {} +
}

# The counts depend on who compiled what how, and the committed ones are of Debian 12.
same_code() {
	[[ $(uname -m) == x86_64 && $(getconf GNU_LIBC_VERSION) == 'glibc 2.36' &&
	$(sed -n 's/^CC = //p' "$HYTHE_BUILD/Makefile") == gcc && $(gcc -dumpversion) == 12 &&
	$(sed -n 's/^CFLAGS = //p' "$HYTHE_BUILD/Makefile") == '-g -O2' ]] ||
		skip 'the figures are of Debian 12 on x86_64, gcc -g -O2'
}

# calls_of WORK: the figures go to the file `costs`, WORK NAME FIGURE.
calls_of() {
	"${1//-/_}" 'strace -f -o trace' || return
	calls | sed "s/^/$1 /" >costs
	compare "$1" calls
}

# instructions_of WORK: likewise.
instructions_of() {
	same_code
	"${1//-/_}" 'valgrind -q --tool=callgrind --callgrind-out-file=instructions' || return
	{
		instructions :program 'fcgi/hythe-' instructions
		instructions :library '/libc.so' instructions
		instructions :loader '/ld-linux' instructions
		instructions :hashing '/libgcrypt' instructions
	} | sed "s/^/$1 /" >costs
	compare "$1" instructions
}

# run_under COMMAND request's arguments...
run_under() {
	age
	request_parse "${@:2}" && cgi_prepare || return
	# shellcheck disable=SC2086
	env -i "${variables[@]}" $1 "$program" <"${request_body:-/dev/null}" >answer 2>log 3>&- ||
		fail "$1 $program: $(<log)" || return
	[[ $(head -n 1 answer) == 'Status: 20'* ]] || fail "$1 $program: $(<answer)"
}

# instructions WHAT PATTERN FILE: those executed in objects like this.
instructions() {
	awk -v what="$1" -v pattern="$2" '
	/^c?ob=/ { # (3) name, and from then on (3) alone
		id = $1
		sub(/.*=/, "", id)
		if (NF > 1)
			wanted[id] = index($0, pattern) > 0
		if (/^ob/)
			counts = wanted[id]
		next
	}
	/^calls=/ { getline; next } # what a call cost is counted where it was spent
	counts && /^[-+*0-9]/ { sum += $2 }
	END { printf "%s %d\n", what, sum }' "$3"
}

# The system calls, by name and number, but for those by which a program gives up what
# it does not need: they are once in a process, and differ with the kernel.
calls() {
	awk -v store="\"$store\"" '
	index($0, store) && /openat\(/ { begun = 1 }
	begun && match($0, /^[0-9]+ +[a-z0-9_]+\(/) {
		call = substr($0, RSTART, RLENGTH - 1)
		sub(/^[0-9]+ +/, "", call)
		if (call ~ /^(landlock_.*|prctl|prlimit64)$/) {
			giving_up = call == "landlock_restrict_self"
			next
		}
		if (giving_up && call == "close") {
			giving_up = 0
			next
		}
		if (call !~ /^(brk|mmap|munmap|madvise|mprotect|futex|exit_group)$/)
			count[call]++
	}
	END { for (call in count) print call, count[call] }' trace | sort
}

# compare WORK calls|instructions: the figures in `costs` with the committed ones.
compare() {
	local kind='[^:]'

	[[ $2 == calls ]] || kind=:
	if [[ ${COSTS:-} == renew ]]; then
		grep -v "^$1 $kind" "$expected" >renewed || :
		sort renewed costs >"$expected"
	fi
	grep "^$1 $kind" "$expected" >committed || :
	awk '
	BEGIN {
		margin[":program"] = 10; margin[":library"] = 25; margin[":loader"] = 25
		margin[":hashing"] = 60
	}
	{ work = $1; what[$2]; figure[FILENAME, $2] = $3 }
	END {
		for (each in what) {
			was = figure["committed", each]
			is = figure["costs", each]
			slack = each in margin ? was * margin[each] / 100 : 0
			if (is - was > slack || was - is > slack) {
				printf "%s: %s was %d, and is %d\n", work, each, was, is
				bad = 1
			}
		}
		exit bad
	}' committed costs >&2 || fail 'as it should be? then COSTS=renew, and docs/performance.md'
}

# A file of so many bytes, always the same: a digest's first digits say whether a
# directory is there already.
same_file() {
	yes "$1" | head -c "$2" >"$1"
}

# An image with one layer, and its manifest.
an_image() {
	printf '{}' >config
	same_file layer 1000
	push_blob config && push_blob layer || return
	printf '{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}' "$oci_manifest" \
		"$(descriptor "$oci_config" config)" "$(descriptor "$oci_layer" layer)" >image
	put_manifest first image
	expect_status 201
}

# The works: each sets up, and runs one request under a command.

manifest_get() {
	an_image
	run_under "$1" GET manifest "$name" first
}

blob_head() {
	an_image
	run_under "$1" HEAD blob "$name" "$(digest_of layer)"
}

upload() {
	an_image
	same_file blob 1048576
	start_upload
	run_under "$1" PUT at "$location" "digest=$(digest_of blob)" --body blob
}

small_blob() {
	an_image
	same_file blob 100
	run_under "$1" POST uploads "$name" "digest=$(digest_of blob)" --body blob
}

manifest_put() {
	an_image
	sed 's/"schemaVersion"/"annotations":{"a":"b"},"schemaVersion"/' image >second
	run_under "$1" PUT manifest "$name" second --body second -H "Content-Type: $oci_manifest"
}

catalog_page() {
	mkdir -p "$v2"/repositories/r{10..49}/_manifests
	run_under "$1" GET catalog n=3
}

manifest_put_young() {
	age=now
	manifest_put "$1"
}

@test "system calls of GET of a manifest by a tag" {
	calls_of manifest-get
}

@test "instructions of GET of a manifest by a tag" {
	instructions_of manifest-get
}

@test "system calls of HEAD of a blob" {
	calls_of blob-head
}

@test "instructions of HEAD of a blob" {
	instructions_of blob-head
}

@test "system calls of a PUT of 1 MiB to a session" {
	calls_of upload
}

@test "instructions of a PUT of 1 MiB to a session" {
	instructions_of upload
}

@test "system calls of a small blob in one request" {
	calls_of small-blob
}

@test "instructions of a small blob in one request" {
	instructions_of small-blob
}

@test "system calls of PUT of a manifest under a new tag" {
	calls_of manifest-put
}

@test "instructions of PUT of a manifest under a new tag" {
	instructions_of manifest-put
}

@test "system calls of the same in a store that was made just now" {
	calls_of manifest-put-young
}

@test "system calls of a page of three of forty repositories" {
	calls_of catalog-page
}
