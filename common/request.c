/* request.c - a request, read and checked at the edge
 * SPDX-License-Identifier: ISC */
#include "request.h"

#include <string.h>

#include "arena.h"
#include "name.h"
#include "reference.h"
#include "response.h"
#include "text.h"
#include "transport.h"

const char *request_header(const struct request *request, const char *name)
{
	size_t length = strlen(name);

	for (char *const *entry = request->transport->environment; *entry; entry++)
		if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=')
			return *entry + length + 1;
	return NULL;
}

bool request_has(const struct request *request, const struct digest *digest)
{
	const char *list = request_header(request, "HTTP_IF_NONE_MATCH");
	size_t length = strlen(digest->text);

	while (list && *list) {
		list += strspn(list, " \t,");
		if (strncmp(list, "W/", 2) == 0)
			list += 2;
		list += *list == '"';
		if (*list == '*' || (strncmp(list, digest->text, length) == 0 &&
				     strchr("\", \t", list[length])))
			return true;
		list += strcspn(list, ",");
	}
	return false;
}

static void read_method(struct request *request)
{
	static const char *const names[METHOD_COUNT] = { "GET", "PUT", "POST", "PATCH", "DELETE" };
	const char *method = request_header(request, "REQUEST_METHOD");

	request->method = METHOD_COUNT;
	if (!method)
		return;
	request->head = strcmp(method, "HEAD") == 0;
	if (request->head)
		method = "GET";
	for (enum method i = 0; i < METHOD_COUNT; i++)
		if (strcmp(method, names[i]) == 0)
			request->method = i;
}

/* The target as the client sent it: what the web server made of it, decoded
 * and resolved, is a second opinion that must not differ from ours. */
static void read_target(struct request *request, struct response *response)
{
	const char *target = request_header(request, "REQUEST_URI");
	const char *scheme = target && *target != '/' ? strstr(target, "://") : NULL;
	const char *path;
	size_t length;

	if (scheme)
		target = strchr(scheme + 3, '/');
	if (!target)
		target = "";
	length = strcspn(target, "?");
	path = arena_copy(request->arena, target, length);
	request->query = target[length] ? target + length + 1 : "";
	request->path = path;
	if (!route_parse(request->arena, path, &request->route))
		response_fault(response, FAULT(FAULT_ROUTE_UNKNOWN, .value = path));
}

/* No length is none sent, or (nginx) an empty one. */
static void read_length(struct request *request, struct response *response)
{
	const char *length = request_header(request, "CONTENT_LENGTH");
	const char *coding = request_header(request, "HTTP_TRANSFER_ENCODING");
	const char *protocol = request_header(request, "SERVER_PROTOCOL");

	request->is_http2 = protocol && strncmp(protocol, "HTTP/2", 6) == 0;
	if (length && *length) {
		request->length_known =
			text_number(length, strlen(length), INT64_MAX, &request->length);
		request->has_body = request->length > 0;
		if (!request->length_known)
			response_fault(response, FAULT(FAULT_LENGTH_INVALID,
				.field = "Content-Length", .value = length));
		return;
	}
	/* FastCGI marks the end; HTTP/2 needs neither header. */
	request->has_body = !request->transport->is_cgi || (coding && *coding) ||
			    request->is_http2;
	request->may_be_cut = request->has_body && request->transport->is_cgi;
	if (!request->has_body)
		request->length_known = true;
}

void request_open(struct request *request, struct response *response)
{
	read_method(request);
	read_length(request, response);
	if (!response_is_faulty(response))
		read_target(request, response);
}

static bool read_digest(struct request *request, const char *value, const struct digest **digest)
{
	struct digest *parsed = arena_alloc(request->arena, sizeof(*parsed));

	if (!digest_parse(value, parsed))
		return false;
	*digest = parsed;
	return true;
}

static bool read_tarsum(struct request *request, const char *value, const struct tarsum **tarsum)
{
	struct tarsum *parsed = arena_alloc(request->arena, sizeof(*parsed));

	if (!tarsum_parse(value, parsed))
		return false;
	*tarsum = parsed;
	return true;
}

static void check_path(struct request *request, struct response *response)
{
	const struct route *route = &request->route;

	request->name = route->name;
	if (route->name && !name_valid(route->name))
		response_fault(response, FAULT(FAULT_NAME_INVALID, .name = route->name));
	switch (route->part) {
	case PART_NONE:
		break;
	case PART_SESSION:
		request->session = route->last;
		break;
	case PART_DIGEST:
	case PART_BLOB:
		if (!digest_parse(route->last, &request->digest) && (route->part == PART_DIGEST ||
		    !read_tarsum(request, route->last, &request->tarsum)))
			response_fault(response, FAULT(FAULT_DIGEST_INVALID,
				.digest = route->last));
		break;
	case PART_REFERENCE:
		switch (reference_parse(route->last, &request->digest)) {
		case REFERENCE_TAG:
			request->tag = route->last;
			break;
		case REFERENCE_DIGEST:
			break;
		case REFERENCE_BAD_TAG:
			response_fault(response, FAULT(FAULT_TAG_INVALID,
				.reference = route->last));
			break;
		case REFERENCE_BAD_DIGEST:
			response_fault(response, FAULT(FAULT_DIGEST_INVALID,
				.digest = route->last));
			break;
		}
		break;
	}
}

static bool read_content_digest(struct request *request, const char *value)
{
	return read_digest(request, value, &request->content_digest) ||
	       read_tarsum(request, value, &request->content_tarsum);
}

static bool read_mount(struct request *request, const char *value)
{
	return read_digest(request, value, &request->mount);
}

static bool read_from(struct request *request, const char *value)
{
	request->from = value;
	return name_valid(value);
}

static bool read_size(struct request *request, const char *value)
{
	request->has_size = text_number(value, strlen(value), INT64_MAX, &request->size);
	return request->has_size;
}

static bool read_algorithm(struct request *request, const char *value)
{
	return algorithm_parse(value, &request->algorithm);
}

/* However large a number is, it is one. */
static bool read_n(struct request *request, const char *value)
{
	size_t digits = strspn(value, "0123456789");

	request->has_n = digits > 0 && !value[digits];
	if (!text_number(value, digits, UINT64_MAX, &request->n))
		request->n = UINT64_MAX;
	return request->has_n;
}

static bool read_last(struct request *request, const char *value)
{
	request->last = value;
	return true;
}

static bool read_artifact_type(struct request *request, const char *value)
{
	request->artifact_type = value;
	return true;
}

static bool read_tag(struct request *request, const char *value)
{
	if (request->tag)
		return true;
	if (!tag_valid(value) || request->tag_count == TAGS_MAX)
		return false;
	request->tags[request->tag_count++] = value;
	return true;
}

struct query_row {
	const char *name;
	unsigned taken_by;
	bool (*read)(struct request *request, const char *value);
	enum fault_kind fault;
};

static const struct query_row query_rows[] = {
	{ "digest", TAKES_DIGEST | NEEDS_DIGEST, read_content_digest, FAULT_DIGEST_INVALID },
	{ "mount", TAKES_MOUNT, read_mount, FAULT_DIGEST_INVALID },
	{ "from", TAKES_MOUNT, read_from, FAULT_NAME_INVALID },
	{ "size", TAKES_SIZE, read_size, FAULT_SIZE_PARAMETER_INVALID },
	{ "length", TAKES_SIZE, read_size, FAULT_SIZE_PARAMETER_INVALID },
	{ "digest-algorithm", TAKES_ALGORITHM, read_algorithm, FAULT_ALGORITHM_UNKNOWN },
	{ "n", TAKES_PAGE, read_n, FAULT_NUMBER_INVALID },
	{ "last", TAKES_PAGE, read_last, FAULT_PARAMETER_INVALID },
	{ "artifactType", TAKES_FILTER, read_artifact_type, FAULT_PARAMETER_INVALID },
	{ "tag", TAKES_TAGS, read_tag, FAULT_TAG_INVALID },
};

enum { QUERY_ROWS = sizeof(query_rows) / sizeof(*query_rows) };

static const struct query_row *find_row(const char *pair, size_t length, unsigned takes)
{
	for (size_t i = 0; i < QUERY_ROWS; i++)
		if ((query_rows[i].taken_by & takes) && strlen(query_rows[i].name) == length &&
		    strncmp(pair, query_rows[i].name, length) == 0)
			return &query_rows[i];
	return NULL;
}

/* One `name=value`.  A parameter given twice means two things. */
static void check_pair(struct request *request, struct response *response, unsigned takes,
		       const char *pair, size_t length, unsigned *seen)
{
	size_t name = strcspn(pair, "=&");
	const struct query_row *row = find_row(pair, name, takes);
	const char *value = "", *reason = NULL;
	unsigned bit;

	if (!row)
		return;
	bit = 1u << (row - query_rows);
	if (name < length)
		value = text_decode(request->arena, pair + name + 1, length - name - 1);
	if ((*seen & bit) && !(row->taken_by & TAKES_TAGS))
		reason = "given twice";
	else if (!value)
		reason = "broken percent-encoding";
	else if (!row->read(request, value))
		reason = "not of the form this parameter has";
	*seen |= bit;
	if (reason)
		response_fault(response, FAULT(row->fault, .field = row->name,
			.value = value, .reason = reason));
}

static void check_query(struct request *request, struct response *response, unsigned takes)
{
	const char *pair = request->query;
	unsigned seen = 0;

	while (*pair) {
		size_t length = strcspn(pair, "&");

		check_pair(request, response, takes, pair, length, &seen);
		pair += length + (pair[length] == '&');
	}
	if ((takes & NEEDS_DIGEST) && !(seen & 1))
		response_fault(response, FAULT(FAULT_DIGEST_MISSING, .field = "digest"));
}

static void check_content_range(struct request *request, struct response *response)
{
	const char *text = request_header(request, "HTTP_CONTENT_RANGE");
	struct range *range = arena_alloc(request->arena, sizeof(*range));

	if (!text || !*text)
		return;
	if (!content_range_parse(text, range)) {
		response_fault(response, FAULT(FAULT_CONTENT_RANGE_INVALID,
			.field = "Content-Range", .value = text));
		return;
	}
	request->content_range = range;
	if (request->length_known &&
	    (uint64_t)(range->last - range->first) + 1 != request->length)
		response_fault(response, FAULT(FAULT_CONTENT_RANGE_LENGTH,
			.field = "Content-Range", .value = text, .size = NUMBER(request->length),
			.expected = NUMBER((uint64_t)(range->last - range->first) + 1)));
}

/* How many tag parameters there are, before anything is made of them. */
static size_t count_tags(const struct request *request)
{
	size_t count = 0;

	for (const char *pair = request->query; *pair; pair += strcspn(pair, "&")) {
		pair += *pair == '&';
		count += strcspn(pair, "=&") == 3 && strncmp(pair, "tag", 3) == 0;
	}
	return count;
}

void request_check(struct request *request, struct response *response, unsigned takes)
{
	size_t tags = takes & TAKES_TAGS ? count_tags(request) : 0;

	/* [OCI "Pushing Manifests", 414] */
	if (tags > TAGS_MAX) {
		response_fault(response, FAULT(FAULT_TAGS_TOO_MANY, .field = "tag",
			.size = NUMBER(tags), .expected = NUMBER(TAGS_MAX)));
		return;
	}
	if (takes & TAKES_TAGS)
		request->tags = arena_alloc(request->arena, (TAGS_MAX + 1) * sizeof(*request->tags));
	check_path(request, response);
	if ((takes & TAKES_TAGS) && request->tag)
		request->tags[request->tag_count++] = request->tag;
	check_query(request, response, takes);
	if (takes & TAKES_CONTENT_RANGE)
		check_content_range(request, response);
}
