/* range.h - byte ranges in requests
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_RANGE_H
#define HYTHE_RANGE_H

#include <stdbool.h>
#include <sys/types.h>

enum range_kind {
	RANGE_WHOLE,        /* none asked, or one to be ignored: answer 200 */
	RANGE_PART,         /* answer 206 with `first` to `last` */
	RANGE_UNSATISFIABLE /* answer 416 */
};

/* Both ends count, from 0. */
struct range {
	off_t first;
	off_t last;
};

/* Read a Range header (NULL: none was sent) for a content of `size` bytes.
 * Several ranges, other units and what is no range are ignored, as
 * [RFC 9110 14.2] allows and asks; one whose end is before its start, or that
 * starts beyond the end, is unsatisfiable. */
enum range_kind range_parse(const char *text, off_t size, struct range *range);

/* Read the Content-Range of a chunk, `first-last` [OCI "Pushing a blob in
 * chunks"], or `bytes first-last/size` as [RFC 9110 14.4] writes it.  False
 * if it is neither or ends before it starts. */
bool content_range_parse(const char *text, struct range *range);

#endif
