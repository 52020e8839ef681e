/* error.c - everything that can be wrong with a request
 * SPDX-License-Identifier: ISC */
#include "error.h"

#include <stddef.h>
#include <string.h>

#include "arena.h"
#include "text.h"

enum { VALUE_SHOWN_MAX = 256 };

struct row {
	const char *code;
	unsigned status;
	enum phase phase;
	const char *message;
};

static const struct row rows[] = {
	[FAULT_LENGTH_INVALID] = { "SIZE_INVALID", 400, PHASE_FRAMING,
		"the Content-Length is not a number of bytes" },
	[FAULT_BODY_TOO_LARGE] = { "SIZE_INVALID", 413, PHASE_FRAMING,
		"the blob is larger than this registry accepts" },
	[FAULT_MANIFEST_TOO_LARGE] = { "MANIFEST_INVALID", 413, PHASE_FRAMING,
		"the manifest is larger than this registry accepts" },
	[FAULT_TAGS_TOO_MANY] = { "UNSUPPORTED", 414, PHASE_FRAMING,
		"there are more tag parameters than this registry accepts" },
	[FAULT_ROUTE_UNKNOWN] = { "UNSUPPORTED", 404, PHASE_ROUTE,
		"there is no such endpoint" },
	[FAULT_METHOD_UNKNOWN] = { "UNSUPPORTED", 405, PHASE_ROUTE,
		"the endpoint does not have this method" },
	[FAULT_NAME_INVALID] = { "NAME_INVALID", 400, PHASE_SYNTAX,
		"this is no valid repository name" },
	[FAULT_TAG_INVALID] = { "MANIFEST_INVALID", 400, PHASE_SYNTAX,
		"this is no valid tag" },
	[FAULT_DIGEST_INVALID] = { "DIGEST_INVALID", 400, PHASE_SYNTAX,
		"this is no valid digest of a supported algorithm" },
	[FAULT_DIGEST_MISSING] = { "DIGEST_INVALID", 400, PHASE_SYNTAX,
		"the digest of the blob is missing" },
	[FAULT_ALGORITHM_UNKNOWN] = { "DIGEST_INVALID", 400, PHASE_SYNTAX,
		"the digest algorithm is not supported" },
	[FAULT_SIZE_PARAMETER_INVALID] = { "SIZE_INVALID", 400, PHASE_SYNTAX,
		"the size is not a number of bytes" },
	[FAULT_NUMBER_INVALID] = { "UNSUPPORTED", 400, PHASE_SYNTAX,
		"the number of results is not a number" },
	[FAULT_PARAMETER_INVALID] = { "UNSUPPORTED", 400, PHASE_SYNTAX,
		"a query parameter is not valid" },
	[FAULT_CONTENT_RANGE_INVALID] = { "BLOB_UPLOAD_INVALID", 400, PHASE_SYNTAX,
		"the Content-Range is no range of bytes" },
	[FAULT_CONTENT_RANGE_LENGTH] = { "SIZE_INVALID", 400, PHASE_SYNTAX,
		"Content-Range and Content-Length disagree" },
	[FAULT_UNAUTHORIZED] = { "UNAUTHORIZED", 401, PHASE_ACCESS,
		"authentication is required" },
	[FAULT_DENIED] = { "DENIED", 403, PHASE_ACCESS,
		"the access to the resource is denied" },
	[FAULT_READ_ONLY] = { "UNSUPPORTED", 405, PHASE_SWITCHED_OFF,
		"the registry is read-only" },
	[FAULT_DELETE_OFF] = { "UNSUPPORTED", 405, PHASE_SWITCHED_OFF,
		"deleting is switched off" },
	[FAULT_NAME_UNKNOWN] = { "NAME_UNKNOWN", 404, PHASE_ABSENT,
		"the repository is not known to this registry" },
	[FAULT_BLOB_UNKNOWN] = { "BLOB_UNKNOWN", 404, PHASE_ABSENT,
		"the blob is not known to this repository" },
	[FAULT_MANIFEST_UNKNOWN] = { "MANIFEST_UNKNOWN", 404, PHASE_ABSENT,
		"the manifest is not known to this repository" },
	[FAULT_UPLOAD_UNKNOWN] = { "BLOB_UPLOAD_UNKNOWN", 404, PHASE_ABSENT,
		"the upload session is not known to this repository" },
	[FAULT_RANGE_UNSATISFIABLE] = { "SIZE_INVALID", 416, PHASE_PRECONDITION,
		"the blob does not have the bytes of this range" },
	[FAULT_UPLOAD_OUT_OF_ORDER] = { "BLOB_UPLOAD_INVALID", 416, PHASE_PRECONDITION,
		"the chunk does not begin where the upload ends" },
	[FAULT_UPLOAD_BUSY] = { "TOOMANYREQUESTS", 429, PHASE_PRECONDITION,
		"another request is working on this upload session" },
	[FAULT_UPLOADS_TOO_MANY] = { "TOOMANYREQUESTS", 429, PHASE_PRECONDITION,
		"the repository has too many open upload sessions" },
	[FAULT_TAG_IMMUTABLE] = { "DENIED", 403, PHASE_PRECONDITION,
		"the tag is immutable" },
	[FAULT_BODY_CUT] = { "SIZE_INVALID", 400, PHASE_BODY,
		"the request ended before its body was complete" },
	[FAULT_BODY_LENGTH] = { "SIZE_INVALID", 400, PHASE_BODY,
		"the body is not as long as its Content-Range says" },
	[FAULT_SIZE_MISMATCH] = { "SIZE_INVALID", 400, PHASE_BODY,
		"the size stated is not the size received" },
	[FAULT_SIZE_MISSING] = { "SIZE_INVALID", 400, PHASE_BODY,
		"a tar archive that comes without its length needs a size parameter" },
	[FAULT_DIGEST_MISMATCH] = { "DIGEST_INVALID", 400, PHASE_BODY,
		"the digest stated is not that of the content received" },
	[FAULT_TAR_INVALID] = { "DIGEST_INVALID", 400, PHASE_BODY,
		"the content received is no tar archive that has a tarsum" },
	[FAULT_MANIFEST_JSON] = { "MANIFEST_INVALID", 400, PHASE_BODY,
		"the manifest is not acceptable JSON" },
	[FAULT_MANIFEST_FIELD] = { "MANIFEST_INVALID", 400, PHASE_BODY,
		"a field of the manifest is not as it must be" },
	[FAULT_MANIFEST_TYPE] = { "MANIFEST_INVALID", 400, PHASE_BODY,
		"the type of the manifest is not supported or contradictory" },
	[FAULT_MANIFEST_DIGEST] = { "DIGEST_INVALID", 400, PHASE_BODY,
		"a digest in the manifest is not valid" },
	[FAULT_MANIFEST_SIZE] = { "SIZE_INVALID", 400, PHASE_BODY,
		"a size in the manifest is not valid" },
	[FAULT_MANIFEST_BLOB_UNKNOWN] = { "MANIFEST_BLOB_UNKNOWN", 400, PHASE_BODY,
		"the manifest names what this repository does not have" },
	[FAULT_MANIFEST_BLOB_SIZE] = { "SIZE_INVALID", 400, PHASE_BODY,
		"the manifest states another size than what it names has" },
	[FAULT_MORE] = { "MANIFEST_INVALID", 400, PHASE_BODY,
		"there are more faults than are listed" },
	[FAULT_BUSY] = { "UNAVAILABLE", 503, PHASE_MACHINE,
		"the registry is busy, try again" },
	[FAULT_FULL] = { "UNAVAILABLE", 503, PHASE_MACHINE,
		"no space left on the registry" },
	[FAULT_BROKEN] = { "UNKNOWN", 500, PHASE_MACHINE,
		"the registry failed; its log says why" },
};

_Static_assert(sizeof(rows) / sizeof(*rows) == FAULT_COUNT, "every fault has a row");

unsigned fault_status(enum fault_kind kind)
{
	return rows[kind].status;
}

enum phase fault_phase(enum fault_kind kind)
{
	return rows[kind].phase;
}

static const struct {
	const char *key;
	size_t offset;
} strings[] = {
	{ "name", offsetof(struct fault, name) },
	{ "reference", offsetof(struct fault, reference) },
	{ "digest", offsetof(struct fault, digest) },
	{ "session", offsetof(struct fault, session) },
	{ "at", offsetof(struct fault, at) },
	{ "field", offsetof(struct fault, field) },
	{ "value", offsetof(struct fault, value) },
	{ "reason", offsetof(struct fault, reason) },
}, numbers[] = {
	{ "offset", offsetof(struct fault, offset) },
	{ "size", offsetof(struct fault, size) },
	{ "expected", offsetof(struct fault, expected) },
};

static void add_string(struct text *text, const char *key, const char *value, const char **comma)
{
	size_t length = strlen(value);

	if (length > VALUE_SHOWN_MAX)
		value = arena_copy(text->arena, value, VALUE_SHOWN_MAX);
	text_add_format(text, "%s\"%s\":", *comma, key);
	text_add_json(text, value);
	*comma = ",";
}

static void add_detail(struct text *text, const struct fault *fault)
{
	const char *base = (const char *)fault;
	const char *comma = "";

	text_add(text, "{");
	for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++) {
		const char *value = *(const char *const *)(base + strings[i].offset);

		if (value)
			add_string(text, strings[i].key, value, &comma);
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		const struct number *number = (const struct number *)(base + numbers[i].offset);

		if (!number->given)
			continue;
		text_add_format(text, "%s\"%s\":%llu", comma, numbers[i].key, number->value);
		comma = ",";
	}
	text_add(text, "}");
}

static void add_fault(struct text *text, const struct fault *fault)
{
	text_add_format(text, "{\"code\":\"%s\",\"message\":", rows[fault->kind].code);
	text_add_json(text, rows[fault->kind].message);
	text_add(text, ",\"detail\":");
	add_detail(text, fault);
	text_add(text, "}");
}

void faults_render(struct text *text, const struct fault *faults, size_t count)
{
	size_t shown = count > FAULTS_SHOWN_MAX ? FAULTS_SHOWN_MAX - 1 : count;

	text_add(text, "{\"errors\":[");
	for (size_t i = 0; i < shown; i++) {
		text_add(text, i ? "," : "");
		add_fault(text, &faults[i]);
	}
	if (shown < count) {
		struct fault more = { .kind = FAULT_MORE, .size = NUMBER(count - shown) };

		text_add(text, ",");
		add_fault(text, &more);
	}
	text_add(text, "]}");
}
