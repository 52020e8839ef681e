/* test_error.c - error.h
 * SPDX-License-Identifier: ISC */
#include "error.h"

#include <stdlib.h>

#include "arena.h"
#include "json_scan.h"
#include "tap.h"
#include "text.h"

static struct arena arena;

static const char *render(const struct fault *faults, size_t count)
{
	struct json_fault json;
	struct text text;

	text_init(&text, &arena);
	faults_render(&text, faults, count);
	if (!json_scan(&arena, text.bytes, text.length, &json))
		ok(false, "JSON, but for byte %zu of %s", json.offset, text.bytes);
	return text.bytes;
}

/* The value of the first `key`, a string without escapes; "" if there is none. */
static const char *value_of(const char *json, const char *key)
{
	const char *from = strstr(json, arena_printf(&arena, "\"%s\":\"", key));

	if (!from)
		return "";
	from += strlen(key) + 4;
	return arena_copy(&arena, from, strcspn(from, "\""));
}

static bool is_code_of_spec(const char *code)
{
	static const char *const codes[] = {
		"BLOB_UNKNOWN", "BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN", "DIGEST_INVALID",
		"MANIFEST_BLOB_UNKNOWN", "MANIFEST_INVALID", "MANIFEST_UNKNOWN", "NAME_INVALID",
		"NAME_UNKNOWN", "SIZE_INVALID", "UNAUTHORIZED", "DENIED", "UNSUPPORTED",
		"TOOMANYREQUESTS",
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (strcmp(codes[i], code) == 0)
			return true;
	return false;
}

static void test_rows(void)
{
	static const struct {
		enum phase phase;
		unsigned status;
	} shared[] = { { PHASE_SYNTAX, 400 }, { PHASE_ABSENT, 404 }, { PHASE_BODY, 400 } };

	for (int kind = 0; kind < FAULT_COUNT; kind++) {
		struct fault fault = FAULT((enum fault_kind)kind);
		unsigned status = fault_status(fault.kind);
		const char *json = render(&fault, 1);
		const char *code = value_of(json, "code"), *message = value_of(json, "message");

		ok(status >= 400 && status < 600, "fault %d: status %u", kind, status);
		ok((fault_phase(fault.kind) == PHASE_MACHINE) == (status >= 500),
		   "a 5xx is the machine's, and only that");
		ok(*code && strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == strlen(code),
		   "code %s", code);
		if (status < 500)
			ok(is_code_of_spec(code), "which the spec has");
		ok(strlen(message) > 10, "message '%s'", message);
		is_text(json,
			arena_printf(&arena, "{\"errors\":[{\"code\":\"%s\",\"message\":\"%s\","
				     "\"detail\":{}}]}", code, message), "rendered");
		for (size_t i = 0; i < sizeof(shared) / sizeof(*shared); i++)
			if (fault_phase(fault.kind) == shared[i].phase)
				is_number(status, shared[i].status, "the status of its phase");
	}
}

static void test_detail(void)
{
	static const struct {
		struct fault fault;
		const char *detail;
	} cases[] = {
		{ { .kind = FAULT_DENIED }, "{}" },
		{ { .kind = FAULT_NAME_INVALID, .name = "A" }, "{\"name\":\"A\"}" },
		{ { .kind = FAULT_NAME_INVALID, .name = "" }, "{\"name\":\"\"}" },
		{ { .kind = FAULT_BROKEN, .name = "n", .reference = "r", .digest = "d",
		    .session = "s", .at = "/a", .field = "f", .value = "v", .reason = "w",
		    .offset = { true, 1 }, .size = { true, 2 }, .expected = { true, 3 } },
		  "{\"name\":\"n\",\"reference\":\"r\",\"digest\":\"d\",\"session\":\"s\","
		  "\"at\":\"/a\",\"field\":\"f\",\"value\":\"v\",\"reason\":\"w\","
		  "\"offset\":1,\"size\":2,\"expected\":3}" },
		{ { .kind = FAULT_SIZE_MISMATCH, .size = { true, 0 } }, "{\"size\":0}" },
		{ { .kind = FAULT_SIZE_MISMATCH, .size = { false, 7 } }, "{}" },
		{ { .kind = FAULT_SIZE_MISMATCH, .expected = { true, 18446744073709551615ull } },
		  "{\"expected\":18446744073709551615}" },
		{ { .kind = FAULT_TAG_INVALID, .value = "a\"\\\n\x01\x7f</script>" },
		  "{\"value\":\"a\\\"\\\\\\u000a\\u0001\\u007f</script>\"}" },
		{ { .kind = FAULT_TAG_INVALID, .value = "\xc3\xa9\xff\xf0\x9f\x98\x80" },
		  "{\"value\":\"\\u00e9\\ufffd\\ud83d\\ude00\"}" },
		{ { .kind = FAULT_TAG_INVALID, .reference = "%s%n" }, "{\"reference\":\"%s%n\"}" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *json = render(&cases[i].fault, 1);
		const char *detail = strstr(json, "\"detail\":");

		is_text(detail ? detail + 9 : NULL, arena_printf(&arena, "%s}]}", cases[i].detail),
			"detail");
	}
}

static void test_cut(void)
{
	static const struct {
		size_t length, shown;
	} cases[] = { { 255, 255 }, { 256, 256 }, { 257, 256 }, { 100000, 256 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *value = arena_alloc(&arena, cases[i].length + 1);
		struct fault fault = FAULT(FAULT_PARAMETER_INVALID, .value = value);
		const char *shown;

		memset(value, 'x', cases[i].length);
		shown = value_of(render(&fault, 1), "value");
		is_number((long long)strlen(shown), (long long)cases[i].shown,
			  "as much as is shown of a value");
	}
	/* Cut within a character. */
	char *value = arena_alloc(&arena, 1000);
	struct fault fault = FAULT(FAULT_PARAMETER_INVALID, .value = value);

	memset(value, 'x', 255);
	strcpy(value + 255, "\xc3\xa9 and more");
	ok(!strstr(render(&fault, 1), "more"), "a cut within a character is JSON");
}

static size_t count_of(const char *text, const char *what)
{
	size_t count = 0;

	while ((text = strstr(text, what))) {
		text += strlen(what);
		count++;
	}
	return count;
}

static void test_many(void)
{
	static const struct {
		size_t count, shown, more;
	} cases[] = {
		{ 0, 0, 0 }, { 1, 1, 0 }, { 2, 2, 0 }, { 99, 99, 0 }, { 100, 100, 0 },
		{ 101, 100, 2 }, { 102, 100, 3 }, { 65536, 100, 65437 },
	};
	struct fault *faults = arena_alloc(&arena, 65536 * sizeof(*faults));
	const char *more_message;

	faults[0] = FAULT(FAULT_MORE);
	more_message = value_of(render(faults, 1), "message");
	for (size_t i = 0; i < 65536; i++)
		faults[i] = FAULT(FAULT_MANIFEST_FIELD, .at = arena_printf(&arena, "/%zu", i));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *json = render(faults, cases[i].count);
		size_t listed = cases[i].shown - (cases[i].more > 0);

		is_number((long long)count_of(json, "\"code\":"), (long long)cases[i].shown,
			  "faults shown");
		is_number((long long)count_of(json, "\"at\":"), (long long)listed,
			  "of those given");
		is_number((long long)count_of(json, more_message), cases[i].more > 0,
			  "the last says that there are more");
		if (cases[i].more)
			ok(strstr(json, arena_printf(&arena, "\"detail\":{\"size\":%zu}}]}",
						     cases[i].more)) != NULL,
			   "namely %zu", cases[i].more);
		if (listed)
			ok(strstr(json, arena_printf(&arena, "\"at\":\"/%zu\"", listed - 1)),
			   "in order");
	}
	is_text(render(NULL, 0), "{\"errors\":[]}", "none");
}

int main(void)
{
	arena_init(&arena);
	test_rows();
	test_detail();
	test_cut();
	test_many();
	arena_reset(&arena);
	return done_testing();
}
