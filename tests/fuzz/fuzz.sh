#!/usr/bin/env bash
# fuzz.sh - run the fuzz targets with libFuzzer, and say how far they came
# SPDX-License-Identifier: ISC
#
# usage: fuzz.sh [TARGET]...          all of them, or these
# SECONDS_EACH [600]   how long each target runs
# JOBS [processors]    how many run at once
# JSONC_SOURCE [none]  json-c's source, as `apt-get source json-c` unpacks it: built with
#                      the same instrumentation and linked instead of the library, which
#                      has none
# MAX_LENGTH [8192]    of an input, bytes
# CLANG [clang]        with its libFuzzer and llvm-cov
#
# Everything is made in ./fuzz: programs, corpora that grow from run to run, logs,
# what made a target stop (found/), and in minimal/ the least files that reach the
# same, to choose new ones for corpus/ from.

set -u

: "${HYTHE_SOURCE:?the source tree}"
SECONDS_EACH=${SECONDS_EACH:-600}
JOBS=${JOBS:-$(nproc)}
CLANG=${CLANG:-clang}
MAX_LENGTH=${MAX_LENGTH:-8192}
here=$HYTHE_SOURCE/tests/fuzz
checks=-fsanitize=address,undefined
instrument="-fsanitize=fuzzer-no-link $checks -fno-sanitize-recover=all"
# What clang does not say itself, and arena.c wants to know.
instrument+=' -D__SANITIZE_ADDRESS__=1'
cover='-fprofile-instr-generate -fcoverage-mapping'

# Target, and the files that it is about.
targets='
access access_rules glob user lines
digest digest tarsum
htpasswd htpasswd apr1 lines
json json_scan json_string json_top
jwks jwks public_key json_tree base64
keys token_keys lines
link link mark
login credentials jwt scope form base64
manifest manifest manifest_reading manifest_type descriptor media_type
name name
page page
query request range
range range
record gc_state checked
reference reference
request exchange request response error
route route text
session session
settings settings
tarsum tarsum_hash tarsum_list tar_reader tar_header pax gunzip
url url
'

stop() {
	echo "fuzz.sh: $*" >&2
	exit 1
}

type -P "$CLANG" >/dev/null || stop "no $CLANG here: apt-get install clang"
tool() {
	"$CLANG" "--print-prog-name=$1"
}
compile() {
	# shellcheck disable=SC2086
	"$CLANG" -g -O1 -std=gnu11 ${CPPFLAGS:--D_GNU_SOURCE} -U_FORTIFY_SOURCE $json_flags -I"$HYTHE_SOURCE/common" "$@"
}

# json-c with instrumentation, if its source is there.
json_flags='' json_library=-ljson-c json_what='not instrumented, and under ASan only where it allocates'
build_json() {
	[[ ${JSONC_SOURCE:-} ]] || return 0
	type -P cmake >/dev/null || stop 'json-c is built with cmake: apt-get install cmake'
	cmake -S "$JSONC_SOURCE" -B json-c -DCMAKE_C_COMPILER="$CLANG" -DBUILD_SHARED_LIBS=OFF \
		-DBUILD_TESTING=OFF -DBUILD_APPS=OFF -DDISABLE_WERROR=ON \
		-DCMAKE_C_FLAGS="-g -O1 $instrument" -DCMAKE_INSTALL_PREFIX="$PWD/json" \
		>json-c.log 2>&1 || stop "json-c cannot be configured: see $PWD/json-c.log"
	cmake --build json-c --target install >>json-c.log 2>&1 ||
		stop "json-c cannot be built: see $PWD/json-c.log"
	json_flags=-I$PWD/json/include
	json_library=$(find "$PWD/json" -name libjson-c.a)
	json_what='instrumented'
}

# build KIND FLAGS: the library and every target, as KIND/TARGET.
# shellcheck disable=SC2016
build() {
	local file

	mkdir -p "$1/objects"
	for file in "$HYTHE_SOURCE"/common/*.c "$here/fuzz.c"; do
		# The server is no parser, and fuzz.c is the log.
		[[ $file != */server.c && $file != */log.c ]] || continue
		printf '%s\0' "$file"
	done | xargs -0 -P "$JOBS" -n 1 bash -c 'compile $1 -c -o "$0/objects/${2##*/}.o" "$2"' \
		"$1" "$2" || stop 'the sources cannot be compiled'
	rm -f "$1/library.a"
	"$(tool llvm-ar)" rcs "$1/library.a" "$1"/objects/*.o
	# shellcheck disable=SC2086
	for file in $chosen; do
		compile $2 -fsanitize=fuzzer $checks -DFUZZ_TARGET="fuzz_$file" -o "$1/$file" \
			"$here/entry.c" "$here/$file.c" "$1/library.a" $json_library -lgcrypt -lcrypt -lz ||
			stop "$file cannot be built"
	done
}

# One target: from the corpora of the tree and of earlier runs.
fuzz() {
	mkdir -p "corpus/$1" "minimal/$1" found
	"./fuzzing/$1" -max_total_time="$SECONDS_EACH" -timeout=20 -rss_limit_mb=1024 \
		-max_len="$MAX_LENGTH" -print_final_stats=1 -verbosity=1 \
		-artifact_prefix="found/$1-" "corpus/$1" "$here/corpus/$1" >"$1.log" 2>&1
	echo $? >"$1.result"
	rm -rf "minimal/$1" && mkdir "minimal/$1"
	"./fuzzing/$1" -merge=1 -timeout=20 -max_len="$MAX_LENGTH" "minimal/$1" "$here/corpus/$1" \
		"corpus/$1" >"$1.merge.log" 2>&1
	LLVM_PROFILE_FILE=$1.raw "./covering/$1" -runs=0 "minimal/$1" >"$1.cover.log" 2>&1
	"$(tool llvm-profdata)" merge -o "$1.profile" "$1.raw"
}

# The percentage of the lines of a target's files that were run.
lines() {
	local file files=()

	for file in $(awk -v target="$1" '$1 == target { $1 = ""; print }' <<<"$targets"); do
		files+=("$HYTHE_SOURCE/common/$file.c")
	done
	"$(tool llvm-cov)" report "covering/$1" -instr-profile="$1.profile" "${files[@]}" 2>/dev/null |
		awk '$1 == "TOTAL" { print $10 }'
}

report() {
	local target runs edges all failed=0

	echo '| target | runs | a second | edges | of | lines of its files |'
	echo '|---|---|---|---|---|---|'
	for target in $chosen; do
		runs=$(sed -n 's/^stat::number_of_executed_units: //p' "$target.log")
		edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$target.log" | tail -n 1)
		all=$(sed -n 's/.*Loaded .* (\([0-9]*\) inline 8-bit counters).*/\1/p' "$target.log" | head -n 1)
		printf '| %s | %s | %s | %s | %s | %s |\n' "$target" "${runs:-?}" \
			"$(sed -n 's/^stat::average_exec_per_sec: *//p' "$target.log")" "${edges:-?}" \
			"${all:-?}" "$(lines "$target")"
		if [[ $(<"$target.result") != 0 ]]; then
			failed=$((failed + 1))
			grep -a -m 3 -E 'not so:|ERROR|SUMMARY|runtime error' "$target.log" | sed 's/^/> /'
		fi
	done
	echo
	echo "json-c: $json_what."
	echo "$(wc -w <<<"$chosen") targets, $SECONDS_EACH s each, $failed stopped (fuzz/found)"
	((!failed))
}

export -f compile fuzz tool
export here HYTHE_SOURCE CLANG SECONDS_EACH MAX_LENGTH json_flags CPPFLAGS
chosen=${*:-$(awk 'NF { print $1 }' <<<"$targets")}
mkdir -p fuzz && cd fuzz || exit
build_json
build fuzzing "$instrument"
build covering "$cover"
# shellcheck disable=SC2086
printf '%s\n' $chosen | xargs -P "$JOBS" -I{} bash -c 'fuzz {}'
report
