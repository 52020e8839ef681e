/* settings.h - what the admin decides, hythe.conf(5)
 * SPDX-License-Identifier: ISC */
#ifndef HYTHE_SETTINGS_H
#define HYTHE_SETTINGS_H

#include <stdbool.h>

struct arena;

enum sendfile {
	SENDFILE_NONE,  /* the programs send blobs themselves */
	SENDFILE_X,     /* X-Sendfile, a path: lighttpd, Apache's mod_xsendfile */
	SENDFILE_ACCEL  /* X-Accel-Redirect, a location: nginx */
};

/* How many hosts write to the store. */
enum hosts {
	HOSTS_UNKNOWN,
	HOSTS_ONE,
	HOSTS_MANY /* and its file system must have been checked for that, checked.h */
};

struct settings {
	const char *storage;                /* absolute path of the storage root */
	unsigned long long sendfile;        /* enum sendfile */
	unsigned long long open;            /* anybody may push and delete */
	unsigned long long delete_allowed;
	unsigned long long read_only;
	unsigned long long durable;         /* sync before every answer */
	unsigned long long sparse;          /* enum sparse, manifest_put.h */
	const char *warning;                /* for every client; printable ASCII, or NULL */
	unsigned long long threads;         /* requests at once in one process */
	unsigned long long manifest_limit;  /* bytes */
	unsigned long long manifest_depth;  /* nested arrays and objects */
	unsigned long long manifest_descriptors;
	unsigned long long blob_limit;      /* bytes; 0 is none */
	unsigned long long reserve;         /* bytes of the file system */
	unsigned long long lock_wait;       /* seconds */
	unsigned long long upload_expiry;   /* seconds */
	unsigned long long upload_sessions; /* open in one repository */
	unsigned long long hosts;           /* enum hosts */

	const char *access;                 /* path of the access file, or NULL */
	const char *htpasswd;               /* path of users and passwords, or NULL */
	unsigned long long remote_user;     /* believe the web server who it is */
	unsigned long long tokens;          /* ask for bearer tokens */
	const char *token_realm;            /* URL where they are to be had, or NULL */
	const char *token_service;          /* whom they are for */
	unsigned long long token_lifetime;  /* seconds */
	const char *token_keys;             /* path of our keys, or NULL: in the store */
	const char *issuer;                 /* another one whose tokens count, or NULL */
	const char *issuer_keys;            /* path of its keys */
	const char *immutable;              /* patterns of tags that never move, or NULL */
	const char *read_only_file;         /* while it is there: read_only; or NULL */
};

/* Can anybody log in? */
bool settings_have_logins(const struct settings *settings);

/* Read the file that HYTHE_CONFIG names in `environment`, else the compiled-in
 * one if there is such a file; then every HYTHE_<KEY> of the environment, which
 * wins.  Unknown keys and bad values of the file are refused with file and
 * line, bad values of the environment with the variable; an unknown variable is
 * only logged.  Settings that need others which are not there are refused too.
 * False after logging every fault.  Strings are the arena's. */
bool settings_read(struct settings *settings, struct arena *arena, char *const *environment);

#endif
