# helper.bash - what hythe's own tests of the API start from
# SPDX-License-Identifier: ISC
#
# The library of hythe-verify, whose cases these tests go beyond; it tells what DRIVER,
# HYTHE_SOURCE, HYTHE_BUILD and the rest are.

. "${BASH_SOURCE[0]%/*}/../../verify/helper.bash"

# For setup_file: the library that lets calls of a program go wrong, as
# tests/faults/fault.c says.
fault_build() {
	"${CC:-cc}" -shared -fPIC -o "$BATS_FILE_TMPDIR/fault.so" \
		"$HYTHE_SOURCE/tests/faults/fault.c" -ldl || rm -f "$BATS_FILE_TMPDIR/fault.so"
}

# fault_needs PROGRAM: it loads that library.
fault_needs() {
	[[ -e $BATS_FILE_TMPDIR/fault.so ]] || skip_because 'no C compiler'
	! ldd "$1" 2>&1 | grep -q 'statically linked\|not a dynamic executable' ||
		skip_because 'static programs load no library'
}

# Variables of such a program, beside those that say what goes wrong.
fault=(LD_PRELOAD="${BATS_FILE_TMPDIR:-}/fault.so"
	ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0")
