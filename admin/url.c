/* url.c - hythe url: URLs of endpoints, from the registry's own table
 * SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "command.h"
#include "log.h"
#include "text.h"
#include "url.h"

enum { LINE_WORDS_MAX = 1024 };

/* One call: of the program, or a line of a batch. */
struct call {
	struct arena *arena;
	char **words; /* those not read yet; NULL behind them */
	const char *root;
	bool raw, parse, batch;
	int status;
};

/* Say what is wrong with a word.  Always NULL. */
static const char *refuse(struct call *call, int status, const char *word, const char *what)
{
	fprintf(stderr, "hythe: '%s' is %s\n", word, what);
	call->status = status;
	return NULL;
}

static bool *find_switch(struct call *call, const char *word)
{
	if (strcmp(word, "--raw") == 0)
		return &call->raw;
	if (strcmp(word, "--parse") == 0)
		return &call->parse;
	return strcmp(word, "--batch") == 0 ? &call->batch : NULL;
}

static bool read_root(struct call *call)
{
	call->root = *call->words;
	if (url_root_valid(call->root))
		return true;
	return refuse(call, EXIT_FAILURE, call->root, url_fault_text(URL_BAD_ROOT));
}

static bool read_options(struct call *call)
{
	while (*call->words && strncmp(*call->words, "--", 2) == 0) {
		const char *word = *call->words++;
		bool *found = find_switch(call, word);

		if (found)
			*found = true;
		else if (strcmp(word, "--root") != 0 || !*call->words)
			return refuse(call, EXIT_USAGE, word, "no option, or lacks its value");
		else if (!read_root(call))
			return false;
		else
			call->words++;
	}
	return true;
}

/* The next word, an argument of `kind`. */
static const char *read_argument(struct call *call, const char *kind)
{
	if (*call->words)
		return *call->words++;
	return refuse(call, EXIT_USAGE, kind, "a kind with more arguments");
}

/* The path of an endpoint whose parts are the next words. */
static const char *build(struct call *call, enum route_kind kind)
{
	const char *word = url_kind_word(kind), *name = NULL, *last = NULL;
	enum url_fault fault = URL_GOOD;

	if (route_named(kind) && !(name = read_argument(call, word)))
		return NULL;
	if (route_part(kind) != PART_NONE && !(last = read_argument(call, word)))
		return NULL;
	if (!call->raw)
		fault = url_check(call->arena, kind, name, last);
	if (fault)
		return refuse(call, EXIT_FAILURE, fault == URL_BAD_NAME ? name : last,
			      url_fault_text(fault));
	return route_build(call->arena, kind, name, last);
}

/* What the next words mean: KIND [ARGUMENT]..., or `at` and a location. */
static const char *read_target(struct call *call)
{
	const char *word = *call->words, *path, *url;
	enum route_kind kind;

	if (!word)
		return refuse(call, EXIT_USAGE, "", "no kind of endpoint");
	call->words++;
	if (strcmp(word, "at") == 0)
		path = read_argument(call, word);
	else if (url_kind_find(word, &kind))
		path = build(call, kind);
	else
		path = refuse(call, EXIT_USAGE, word, "no kind of endpoint");
	if (!path)
		return NULL;
	url = url_resolve(call->arena, call->root, path);
	return url ? url : refuse(call, EXIT_FAILURE, path, url_fault_text(URL_BAD_LOCATION));
}

/* Merge the words that are left, KEY=VALUE each, into the URL. */
static const char *merge(struct call *call, const char *url)
{
	struct url_parameter *parameters;
	size_t count = 0;

	while (call->words[count])
		count++;
	parameters = arena_alloc(call->arena, (count + 1) * sizeof(*parameters));
	for (size_t i = 0; i < count; i++) {
		const char *word = call->words[i];
		size_t key = strcspn(word, "=");

		if (!key || !word[key])
			return refuse(call, EXIT_USAGE, word,
				      "one argument too many, or no key=value");
		parameters[i].key = arena_copy(call->arena, word, key);
		parameters[i].value = word + key + 1;
	}
	return url_merge(call->arena, url, parameters, count);
}

/* Print a URL.  Returns the exit status. */
static int answer(struct call *call)
{
	const char *target = read_target(call);
	const char *url = target ? merge(call, target) : NULL;

	if (url)
		puts(url);
	return call->status;
}

/* Print, a line each, the words that answer() makes this URL of. */
static int parse(struct call *call)
{
	const char *url = *call->words;
	const struct url_parameter *parameters;
	struct route route;
	size_t count;

	if (!url || call->words[1] || call->root || call->raw)
		return EXIT_USAGE;
	if (!url_parse(call->arena, url, &route)) {
		refuse(call, EXIT_FAILURE, url, "no endpoint");
		return call->status;
	}
	puts(url_kind_word(route.kind));
	if (route.name)
		puts(route.name);
	if (route.last)
		puts(route.last);
	parameters = url_parameters(call->arena, url, &count);
	for (size_t i = 0; i < count; i++)
		printf("%s=%s\n", parameters[i].key, parameters[i].value);
	return EXIT_SUCCESS;
}

/* The words of a line have a tab between them. */
static int answer_line(struct call call, char *line)
{
	char *words[LINE_WORDS_MAX + 1] = { NULL };
	size_t count = 0;

	call.words = words;
	call.batch = false;
	call.status = EXIT_SUCCESS;
	while (line && count < LINE_WORDS_MAX)
		words[count++] = strsep(&line, "\t");
	if (line)
		refuse(&call, EXIT_USAGE, words[0], "the first of too many words");
	else if (read_options(&call) && (call.parse || call.batch))
		refuse(&call, EXIT_USAGE, words[0], "no option of a line");
	return call.status ? call.status : answer(&call);
}

static int batch(struct call *call)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	if (*call->words || call->parse)
		return EXIT_USAGE;
	while ((length = getline(&line, &room, stdin)) > 0) {
		if (line[length - 1] == '\n')
			line[length - 1] = '\0';
		if (answer_line(*call, line) != EXIT_SUCCESS) {
			/* Whoever waits for a line must get one; no URL is empty. */
			puts("");
			call->status = EXIT_FAILURE;
		}
		fflush(stdout);
		arena_reset(call->arena);
	}
	free(line);
	return call->status;
}

static int run(struct call *call)
{
	if (!read_options(call))
		return call->status;
	if (call->batch)
		return batch(call);
	return call->parse ? parse(call) : answer(call);
}

int command_url(int argc, char **argv)
{
	struct arena arena;
	struct call call = { .arena = &arena, .words = argv + 1 };
	int status;

	(void)argc;
	arena_init(&arena);
	status = run(&call);
	arena_reset(&arena);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		log_errno("cannot write the answer");
		return EXIT_FAILURE;
	}
	return status;
}
