/* sessions.c - one upload session, and everybody who wants something of it
 * SPDX-License-Identifier: ISC
 *
 * The session has all bytes of a blob.  A client completes it, and asks again,
 * for an answer may be lost; others append, cancel, expire it; the collector
 * removes the blob while nothing links it.  All can be killed at any moment.
 *
 * CLEAR is a second line to GUARD: the record of a commit is believed only where the
 * data is gone, and there GUARD takes no bytes. */
#include "explorer.h"

enum rule {
	RENAME = 1, /* a session ends by one rename, not file by file */
	GUARD = 2,  /* no bytes are taken where a commit has taken the data away */
	CLEAR = 4,  /* an append takes back the record of a commit that failed */
	CHECK = 8,  /* after locking, it is looked whether this still is the session */
	LOCK = 16,  /* one at a time */
	ALL = 31
};

enum kind { NOBODY, COMPLETE, APPEND, CANCEL, EXPIRE };
enum { PROCESSES = 5 };
enum data { NO_DATA, RIGHT, LONGER, SHORT }; /* what the bytes are */
enum cause { BY_APPEND = 1, BY_CANCEL = 2, BY_EXPIRY = 4, BY_COLLECTOR = 8 };

enum step {
	START,
	OPENED,
	LOCKED,
	CURRENT,
	VERIFIED,
	PLACED,
	LINKED,
	EMPTYING,
	CLOSING,
	KILLED,
	ANSWERED
};

struct process {
	uint8_t at, answer; /* the HTTP status, by its place in `statuses` */
};

enum status { NONE, CREATED, ACCEPTED, GONE_OK, BAD, UNKNOWN, RANGE, BUSY };

struct state {
	uint8_t directory, session, data, committing;
	uint8_t blob, link, condemned;
	uint8_t holder;		/* of the lock, plus one */
	uint8_t causes, astray; /* bytes went where no session is */
	struct process processes[PROCESSES];
};

static struct {
	unsigned rules;
	enum kind kinds[PROCESSES];
} world;

static bool has(enum rule rule)
{
	return world.rules & rule;
}

static void answer(struct state *state, int i, enum status status)
{
	state->processes[i].at = ANSWERED;
	state->processes[i].answer = status;
	if (state->holder == i + 1)
		state->holder = 0;
}

/* The session is not there.  A completion that was asked for again is done, if
 * the repository has the blob. */
static void answer_gone(struct state *state, int i)
{
	bool done = world.kinds[i] == COMPLETE && state->blob && state->link;

	answer(state, i, done ? CREATED : UNKNOWN);
}

static void end_session(struct state *state, int i, enum status status)
{
	state->processes[i].at = has(RENAME) ? CLOSING : EMPTYING;
	state->processes[i].answer = status;
}

/* With the lock, on the session as it is. */
static void complete(struct state *state, int i)
{
	if (state->data == RIGHT) {
		state->committing = 1;
		state->processes[i].at = VERIFIED;
	} else if (state->data != NO_DATA || !state->committing) {
		answer(state, i, BAD);
	} else if (state->blob) {
		state->condemned = 0;
		state->processes[i].at = PLACED;
	} else { /* the blob is gone, too */
		end_session(state, i, UNKNOWN);
	}
}

static void append(struct state *state, int i)
{
	if (state->data == NO_DATA && state->committing && has(GUARD)) {
		answer(state, i, RANGE);
		return;
	}
	if (!state->directory)
		state->astray = 1;
	state->data = state->data == RIGHT || state->data == LONGER ? LONGER : SHORT;
	state->causes |= BY_APPEND;
	if (has(CLEAR))
		state->committing = 0;
	answer(state, i, ACCEPTED);
}

static void work(struct state *state, int i)
{
	switch (world.kinds[i]) {
	case COMPLETE:
		complete(state, i);
		break;
	case APPEND:
		append(state, i);
		break;
	default:
		state->causes |= world.kinds[i] == CANCEL ? BY_CANCEL : BY_EXPIRY;
		end_session(state, i, GONE_OK);
	}
}

static void place(struct state *state)
{
	if (state->blob) {
		state->condemned = 0;
	} else {
		state->blob = state->data;
		state->data = NO_DATA;
	}
}

static void process_step(struct explorer *explorer, const struct state *state, int i)
{
	static const char *const names[] = { "", "complete", "append", "cancel", "expire" };
	struct state next = *state;
	struct process *process = &next.processes[i];

	process->at++;
	switch (state->processes[i].at) {
	case START:
		if (!state->directory || !state->session)
			answer_gone(&next, i);
		break;
	case OPENED:
		if (state->holder && has(LOCK))
			answer(&next, i, BUSY);
		else
			next.holder = (uint8_t)(i + 1);
		break;
	case LOCKED:
		if (has(CHECK) && (!state->directory || !state->session))
			answer_gone(&next, i);
		break;
	case CURRENT:
		work(&next, i);
		break;
	case VERIFIED:
		place(&next);
		break;
	case PLACED:
		next.link = 1;
		break;
	case LINKED:
		end_session(&next, i, CREATED);
		break;
	case EMPTYING: /* data, then the rest */
		next.data = NO_DATA;
		next.session = next.data == NO_DATA && state->data == NO_DATA ? 0 : state->session;
		process->at = next.session ? EMPTYING : CLOSING;
		break;
	case CLOSING:
		next.directory = 0;
		answer(&next, i, process->answer);
		break;
	default:
		return;
	}
	reach(explorer, &next, names[world.kinds[i]]);
}

static void process_killed(struct explorer *explorer, const struct state *state, int i)
{
	struct state next = *state;

	if (state->processes[i].at == START || state->processes[i].at >= KILLED)
		return;
	next.processes[i] = (struct process){ .at = KILLED };
	if (next.holder == i + 1)
		next.holder = 0;
	reach(explorer, &next, "killed");
}

/* From the look for the blob to its link the collector is kept out. */
static void collector_step(struct explorer *explorer, const struct state *state)
{
	struct state next = *state;

	for (int i = 0; i < PROCESSES; i++)
		if (state->processes[i].at == PLACED)
			return;
	if (!state->blob || state->link)
		return;
	if (state->condemned) {
		next.blob = next.condemned = 0;
		next.causes |= BY_COLLECTOR;
	} else {
		next.condemned = 1;
	}
	reach(explorer, &next, "collector");
}

static void look_at_answer(struct explorer *explorer, const struct state *state, int i)
{
	const struct process *process = &state->processes[i];

	if (process->at != ANSWERED)
		return;
	if (process->answer == CREATED && !(state->blob && state->link))
		lose(explorer, "201, and no blob");
	if (world.kinds[i] != COMPLETE)
		return;
	if (process->answer == BAD && !(state->causes & BY_APPEND))
		lose(explorer, "400 to a client that did nothing wrong");
	if (process->answer == UNKNOWN && !(state->causes & (BY_CANCEL | BY_EXPIRY | BY_COLLECTOR)))
		lose(explorer, "404, and nobody ended it");
}

static void look_at_session(struct explorer *explorer, const struct state *state)
{
	if (state->blob && state->blob != RIGHT)
		lose(explorer, "the blob has other bytes");
	if (state->astray)
		lose(explorer, "bytes accepted for a session that is gone");
	if (!state->directory || state->holder)
		return;
	if (!state->session)
		lose(explorer, "a directory without a session");
	else if (state->data == NO_DATA && !state->committing)
		lose(explorer, "a session without data, that answers");
	else if (state->data == SHORT)
		lose(explorer, state->committing ? "new bytes beside the record of a commit"
						 : "bytes accepted where those before are gone");
}

static void look(struct explorer *explorer, const void *of)
{
	const struct state *state = of;

	look_at_session(explorer, state);
	for (int i = 0; i < PROCESSES && world.kinds[i] != NOBODY; i++) {
		look_at_answer(explorer, state, i);
		process_step(explorer, state, i);
		process_killed(explorer, state, i);
	}
	collector_step(explorer, state);
}

struct scenario {
	const char *name;
	enum kind kinds[PROCESSES];
	unsigned missing;
	bool losses;
};

static const struct scenario cases[] = {
	{ "asked twice", { COMPLETE, COMPLETE }, 0, false },
	{ "asked three times", { COMPLETE, COMPLETE, COMPLETE }, 0, false },
	{ "cancelled", { COMPLETE, COMPLETE, CANCEL }, 0, false },
	{ "expired", { COMPLETE, COMPLETE, EXPIRE }, 0, false },
	{ "appended to", { COMPLETE, COMPLETE, APPEND }, 0, false },
	{ "all at once", { COMPLETE, COMPLETE, APPEND, CANCEL, EXPIRE }, 0, false },
	{ "removed file by file", { COMPLETE, COMPLETE, CANCEL }, RENAME, true },
	{ "bytes taken where a commit has taken the data away",
	  { COMPLETE, COMPLETE, APPEND },
	  GUARD,
	  true },
	{ "a record that stays (a second line)", { COMPLETE, COMPLETE, APPEND }, CLEAR, false },
	{ "not looked at after locking", { APPEND, CANCEL }, CHECK, true },
	{ "without a lock", { COMPLETE, APPEND, CANCEL }, LOCK, true },
};

/* Where only one kind of loss counts. */
static const struct {
	struct scenario scenario;
	const char *kind;
} by_kind[] = {
	{ { "the first line alone gone", { COMPLETE, COMPLETE, APPEND }, GUARD, false },
	  "new bytes beside the record of a commit" },
	{ { "both gone", { COMPLETE, COMPLETE, APPEND }, CLEAR | GUARD, true },
	  "new bytes beside the record of a commit" },
};

static void try_all(struct explorer *explorer, const struct scenario *scenario)
{
	const struct state first = { .directory = 1, .session = 1, .data = RIGHT };

	world.rules = ALL & ~scenario->missing;
	memcpy(world.kinds, scenario->kinds, sizeof(world.kinds));
	explore(explorer, sizeof(first), &first, look);
}

int main(void)
{
	struct explorer explorer;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		try_all(&explorer, &cases[i]);
		judge(&explorer, cases[i].name, cases[i].losses);
	}
	for (size_t i = 0; i < sizeof(by_kind) / sizeof(*by_kind); i++) {
		const struct scenario *scenario = &by_kind[i].scenario;

		try_all(&explorer, scenario);
		judge_kind(&explorer, scenario->name, by_kind[i].kind, scenario->losses);
	}
	return done_testing();
}
