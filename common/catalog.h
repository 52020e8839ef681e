/* catalog.h - which repositories there are
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_CATALOG_H
#define HYTHE_CATALOG_H

#include <stdbool.h>
#include "outcome.h"

struct page;
struct store;

/* Fill `page` with those names of repositories for which `lists` is true, or of all
 * if it is NULL; it gets `context` with each.  An empty store has none.  DONE, BUSY or FAILED. */
enum outcome catalog_list(const struct store *store, struct page *page,
			  bool (*lists)(const char *name, const void *context),
			  const void *context);

#endif
