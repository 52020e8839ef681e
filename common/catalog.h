/* catalog.h - which repositories there are
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_CATALOG_H
#define HYTHE_CATALOG_H

#include "outcome.h"

struct page;
struct store;

/* Fill `page` with names of repositories.  An empty store has none.  DONE, BUSY
 * or FAILED. */
enum outcome catalog_list(const struct store *store, struct page *page);

#endif
