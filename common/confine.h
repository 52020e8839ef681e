/* confine.h - give up what a program never needs, once it has opened the store
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_CONFINE_H
#define HYTHE_CONFINE_H

#include <stdbool.h>
#include <stddef.h>

/* For the rest of the process, and before it starts threads:
 *
 * - nothing is made, changed or removed in any file system, but files and directories
 *   beneath the `count` open directories `writable`, maybe none; files open already
 *   stay as usable as they are.  Reading is left alone, but for what modes say;
 * - no program is run, and no privilege gained;
 * - no TCP connection is made, no TCP port listened on (a socket that is listening
 *   already is accepted from), and no process outside is sent a signal;
 * - no core is dumped: it would hold what clients sent.
 *
 * By Landlock, where the kernel has it and as far as it goes: Linux 5.13, for who writes
 * 5.19, for TCP 6.7, for signals 6.12.  Elsewhere, silently, less.  True where file systems
 * are closed.  A failure for any other reason is logged. */
bool confine(const int *writable, size_t count);

#endif
