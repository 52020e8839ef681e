/* open.c - the store that a subcommand works on
 * SPDX-License-Identifier: ISC */
#include <unistd.h>

#include "checked.h"
#include "command.h"
#include "settings.h"
#include "store.h"

bool command_open(struct arena *arena, struct settings *settings, struct store *store,
		  bool writer)
{
	if (!settings_read(settings, arena, environ) ||
	    !store_open(store, settings->storage, writer))
		return false;
	store->durable = settings->durable;
	store->many = settings->hosts == HOSTS_MANY;
	store->reserve = settings->reserve;
	store->lock_seconds = (unsigned)settings->lock_wait;
	if (!writer || settings->hosts != HOSTS_MANY || checked_holds(store, arena))
		return true;
	close(store->root);
	return false;
}
