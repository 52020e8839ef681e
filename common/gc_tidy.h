/* gc_tidy.h - what the collector clears away besides, for its files only
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_GC_TIDY_H
#define HYTHE_GC_TIDY_H

#include "gc_state.h"

/* In every repository: referrers whose manifest is gone, aliases whose blob is
 * no longer here; and then the repository itself, if it is empty. */
void gc_tidy_repositories(struct gc *gc);

/* What killed programs left in hythe/tmp and hythe/trash. */
void gc_tidy_leftovers(struct gc *gc);

#endif
