# helper.bash - what hythe's own tests of the API start from
# SPDX-License-Identifier: ISC
#
# The library of hythe-verify, whose cases these tests go beyond; it tells what DRIVER,
# HYTHE_SOURCE, HYTHE_BUILD and the rest are.

. "${BASH_SOURCE[0]%/*}/../../verify/helper.bash"
