/* discovery.c - hythe-discovery: what is here
 * SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <string.h>

#include "arena.h"
#include "catalog.h"
#include "error.h"
#include "json_scan.h"
#include "media_type.h"
#include "page.h"
#include "referrers_list.h"
#include "server.h"
#include "tag.h"

/* Clients refuse a list of more than 4 MiB, and lists of many small things take
 * long: a page of referrers ends before either. */
enum { REFERRERS_MOST = 1000, REFERRERS_BYTES = 2 << 20 };

static const char json[] = "application/json";

static void get_base(struct request *request, struct response *response)
{
	(void)request;
	response_bytes(response, json, "{}", 2);
}

/* As many as ?n= asks for, at most `most`. */
static size_t wanted(const struct request *request, size_t most)
{
	return request->has_n && request->n < most ? (size_t)request->n : most;
}

/* The page that ?n= and ?last= ask for. */
static void open_page(const struct request *request, struct page *page)
{
	page_init(page, request->arena, request->last, wanted(request, SIZE_MAX));
}

/* Add what the client asked for besides the page, as it asked for it. */
static void keep_query(const struct request *request, struct text *link)
{
	const char *pair = request->query;

	while (*pair) {
		size_t length = strcspn(pair, "&");

		if (length && strncmp(pair, "n=", 2) != 0 && strncmp(pair, "last=", 5) != 0) {
			text_add(link, "&");
			text_add_percent(link, arena_copy(request->arena, pair, length),
					 "%=:/+,;@!$()*?");
		}
		pair += length + (pair[length] == '&');
	}
}

/* Where the list goes on.  [OCI "Listing Tags", RFC 5988] */
static void add_link(const struct request *request, struct response *response, size_t most,
		     const char *last)
{
	struct text link;

	if (!last || !most)
		return;
	text_init(&link, request->arena);
	text_add(&link, route_build(request->arena, request->route.kind, request->name,
				    request->route.last));
	text_add(&link, "?last=");
	text_add_percent(&link, last, "/");
	text_add_format(&link, "&n=%zu", most);
	keep_query(request, &link);
	response_header(response, "Link", "<%s>; rel=\"next\"", link.bytes);
}

static void add_list(struct text *text, char *const *names, size_t count)
{
	text_add(text, "[");
	for (size_t i = 0; i < count; i++) {
		text_add(text, i ? "," : "");
		text_add_json(text, names[i]);
	}
	text_add(text, "]}");
}

static void absent_tags(struct request *request, struct response *response)
{
	response_fault(response, FAULT(FAULT_NAME_UNKNOWN, .name = request->name));
}

static void get_tags(struct request *request, struct response *response)
{
	struct page page;
	struct text text;
	const char *last;
	size_t count;
	enum outcome outcome;

	open_page(request, &page);
	outcome = tag_list(request->store, request->arena, request->name, &page, &count, &last);
	if (outcome == MISSING)
		absent_tags(request, response);
	else
		response_outcome(response, outcome, FAULT(FAULT_BROKEN));
	if (outcome != DONE)
		return;
	add_link(request, response, page.most, page.more ? last : NULL);
	text_init(&text, request->arena);
	text_add(&text, "{\"name\":");
	text_add_json(&text, request->name);
	text_add(&text, ",\"tags\":");
	add_list(&text, page.list, count);
	response_bytes(response, json, text.bytes, text.length);
}

/* Only what this caller may pull. */
static bool lists(const char *name, const void *caller)
{
	return access_lists(caller, name);
}

static void get_catalog(struct request *request, struct response *response)
{
	struct page page;
	struct text text;
	enum outcome outcome;

	open_page(request, &page);
	outcome = catalog_list(request->store, &page, lists, &request->caller);
	if (outcome != DONE) {
		response_outcome(response, outcome, FAULT(FAULT_BROKEN));
		return;
	}
	if (page.more && page.count)
		add_link(request, response, page.most, page.list[page.count - 1]);
	text_init(&text, request->arena);
	text_add(&text, "{\"repositories\":");
	add_list(&text, page.list, page.count);
	response_bytes(response, json, text.bytes, text.length);
}

struct referrers {
	const struct request *request;
	struct text text;
	size_t count, most;
};

static bool is_wanted(const struct request *request, struct arena *arena, const char *descriptor,
		      size_t length)
{
	bool present;
	const char *type;

	if (!request->artifact_type)
		return true;
	type = json_top_string(arena, descriptor, length, "artifactType", &present);
	return type && strcmp(type, request->artifact_type) == 0;
}

static bool add_referrer(void *context, struct arena *arena, const char *descriptor, size_t length)
{
	struct referrers *referrers = context;

	if (!is_wanted(referrers->request, arena, descriptor, length))
		return true;
	if (referrers->count == referrers->most ||
	    (referrers->count && referrers->text.length + length > REFERRERS_BYTES))
		return false;
	text_add(&referrers->text, referrers->count++ ? "," : "");
	text_add_bytes(&referrers->text, descriptor, length);
	return true;
}

static void begin_referrers(struct request *request, struct referrers *referrers)
{
	*referrers = (struct referrers){ .request = request,
					  .most = wanted(request, REFERRERS_MOST) };
	text_init(&referrers->text, request->arena);
	text_add_format(&referrers->text,
			"{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[",
			media_type_default(SHAPE_INDEX)->text);
}

static void send_referrers(struct request *request, struct response *response,
			   struct referrers *referrers)
{
	if (request->artifact_type)
		response_header(response, "OCI-Filters-Applied", "artifactType");
	text_add(&referrers->text, "]}");
	response_bytes(response, media_type_default(SHAPE_INDEX)->text, referrers->text.bytes,
		       referrers->text.length);
}

/* What refers to a manifest that is not there is an empty list. */
static void absent_referrers(struct request *request, struct response *response)
{
	struct referrers referrers;

	begin_referrers(request, &referrers);
	send_referrers(request, response, &referrers);
}

static void get_referrers(struct request *request, struct response *response)
{
	struct referrers referrers;
	struct referrers_query query = { request->name, &request->digest, request->last,
					 add_referrer, &referrers };
	const char *next;
	enum outcome outcome;

	begin_referrers(request, &referrers);
	outcome = referrers_list(request->store, request->arena, &query, &next);
	if (outcome != DONE) {
		response_outcome(response, outcome, FAULT(FAULT_BROKEN));
		return;
	}
	add_link(request, response, referrers.most, next);
	send_referrers(request, response, &referrers);
}

static void add_extension(struct text *text, const char *name, const char *description,
			  const char *document, const char *endpoint)
{
	static const char documents[] =
		"https://github.com/opencontainers/distribution-spec/blob/main/extensions/";

	text_add_format(text, "{\"name\":\"%s\",\"description\":\"%s\",\"url\":\"%s%s\",", name,
			description, documents, document);
	text_add(text, "\"endpoints\":[");
	text_add_json(text, endpoint);
	text_add(text, "]}");
}

/* [OCI "Extensions", _oci]: this list itself, and the catalog where all of the
 * registry is asked about. */
static void get_extensions(struct request *request, struct response *response)
{
	struct arena *arena = request->arena;
	struct text text;

	text_init(&text, arena);
	text_add(&text, "{\"extensions\":[");
	add_extension(&text, "_oci", "list of extensions", "_oci.md",
		      route_build(arena, request->route.kind, request->name, NULL));
	if (!request->name) {
		text_add(&text, ",");
		add_extension(&text, "_catalog", "list of repositories", "README.md",
			      route_build(arena, ROUTE_CATALOG, NULL, NULL));
	}
	text_add(&text, "]}");
	response_bytes(response, json, text.bytes, text.length);
}

static const struct action actions[] = {
	{ ROUTE_BASE, METHOD_GET, RIGHT_PING, 0, get_base, NULL },
	{ ROUTE_TAGS, METHOD_GET, RIGHT_PULL, TAKES_PAGE, get_tags, absent_tags },
	{ ROUTE_REFERRERS, METHOD_GET, RIGHT_PULL, TAKES_PAGE | TAKES_FILTER, get_referrers,
	  absent_referrers },
	{ ROUTE_CATALOG, METHOD_GET, RIGHT_CATALOG, TAKES_PAGE, get_catalog, NULL },
	{ ROUTE_EXTENSIONS, METHOD_GET, RIGHT_PING, 0, get_extensions, NULL },
	{ ROUTE_REPOSITORY_EXTENSIONS, METHOD_GET, RIGHT_PING, 0, get_extensions, NULL },
};

int main(void) { return serve("hythe-discovery", actions, COUNT(actions)); }
