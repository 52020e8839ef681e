/* probe.h - what is asked of a directory before data is trusted to it
 * SPDX-License-Identifier: ISC
 *
 * Two sides see one empty directory: HERE, and THERE, by a second mount of it, as
 * another host would.  With one mount they are two processes of this host.  What the
 * store does to its files, the probes do to theirs, with its own functions. */
#ifndef HYTHE_PROBE_H
#define HYTHE_PROBE_H

#include <stdbool.h>
#include <stddef.h>

enum { HERE, THERE, SIDES };

enum verdict {
	KEPT_IT, /* the directory keeps what is needed */
	DOUBTED, /* it works, with something to know */
	BROKE_IT /* the store would not be safe */
};

struct probing {
	int sides[SIDES]; /* descriptors of the directory */
	bool is_pair;	  /* they are two mounts */
	char found[240];  /* what a probe found, one line */
};

struct probe {
	const char *name;
	enum verdict (*run)(struct probing *probing);
	const char *breaks; /* what the store would lose */
};

/* Set `found`, and return the verdict. */
enum verdict probe_found(struct probing *probing, enum verdict verdict, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for a call that failed, with errno. */
enum verdict probe_failed(struct probing *probing, const char *what);

/* Run the probe in a process of its own, and end it with all that it started after
 * `seconds`: a lock that is lost may let it wait for ever. */
enum verdict probe_run(const struct probe *probe, struct probing *probing, unsigned seconds);

/* A process on the side THERE, which both share `*shared` with, zeroed at first. */
struct partner {
	int pid;
	volatile struct probe_shared {
		int told;     /* by HERE, a number that only grows */
		int answered; /* by THERE, likewise */
		int count;    /* of what the probe counts there */
		int failed;   /* an errno of THERE */
	} *shared;
};

/* Start one, which runs `work` and ends.  -1 and errno. */
int partner_start(struct partner *partner, const struct probing *probing,
		  void (*work)(int directory, volatile struct probe_shared *shared));

/* Wait until the number is at least `least`; give it up after some seconds. */
bool probe_wait(const volatile int *number, int least);

/* Wait for its end, or kill it.  False if it did not end well. */
bool partner_end(struct partner *partner);
void partner_kill(struct partner *partner);

/* Make the file `path` with this text, or write over one that is there. */
int probe_put(int directory, const char *path, const char *text);

/* Put the file `to` in place with this text, by way of another and a rename. */
int probe_replace(int directory, const char *to, const char *text);

/* What the file says, at most `room` - 1 bytes; how many, or -1. */
int probe_get(int directory, const char *path, char *text, size_t room);

extern const struct probe probes_of_files[], probes_of_locks[], probes_of_names[];

/* How many. */
extern const size_t probes_of_files_count, probes_of_locks_count, probes_of_names_count;

#endif
