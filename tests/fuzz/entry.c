/* entry.c - one target, for libFuzzer: FUZZ_TARGET is its function
 * SPDX-License-Identifier: ISC */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	return FUZZ_TARGET(bytes, length);
}
