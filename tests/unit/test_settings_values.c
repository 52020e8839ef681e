/* test_settings_values.c - settings.h: each value that a setting may have, or not
 * SPDX-License-Identifier: ISC */
#include "settings.h"

#include <stddef.h>
#include <stdint.h>

#include "manifest_put.h"
#include "settings_read.h"
#include "tap.h"

#define FIELD(of) offsetof(struct settings, of)

static const struct {
	const char *key, *value;
	size_t field;
	bool good;
	unsigned long long number;
} values[] = {
	{ "sendfile", "none", FIELD(sendfile), true, SENDFILE_NONE },
	{ "sendfile", "x-sendfile", FIELD(sendfile), true, SENDFILE_X },
	{ "sendfile", "x-accel", FIELD(sendfile), true, SENDFILE_ACCEL },
	{ "sendfile", "yes", 0, false, 0 },
	{ "sendfile", "X-Sendfile", 0, false, 0 },
	{ "sendfile", "", 0, false, 0 },
	{ "open", "yes", FIELD(open), true, 1 },
	{ "open", "no", FIELD(open), true, 0 },
	{ "open", "true", 0, false, 0 },
	{ "open", "1", 0, false, 0 },
	{ "open", "yes no", 0, false, 0 },
	{ "open", "", 0, false, 0 },
	{ "delete", "no", FIELD(delete_allowed), true, 0 },
	{ "delete", "off", 0, false, 0 },
	{ "read_only", "yes", FIELD(read_only), true, 1 },
	{ "hosts", "unknown", FIELD(hosts), true, HOSTS_UNKNOWN },
	{ "hosts", "one", FIELD(hosts), true, HOSTS_ONE },
	{ "hosts", "many", FIELD(hosts), true, HOSTS_MANY },
	{ "hosts", "2", 0, false, 0 },
	{ "durability", "none", FIELD(durable), true, 0 },
	{ "durability", "full", FIELD(durable), true, 1 },
	{ "durability", "no", 0, false, 0 },
	{ "threads", "1", FIELD(threads), true, 1 },
	{ "threads", "1024", FIELD(threads), true, 1024 },
	{ "threads", "0", 0, false, 0 },
	{ "threads", "1025", 0, false, 0 },
	{ "threads", "1k", 0, false, 0 },
	{ "threads", "-1", 0, false, 0 },
	{ "threads", "+1", 0, false, 0 },
	{ "threads", "0x10", 0, false, 0 },
	{ "threads", "1.5", 0, false, 0 },
	{ "threads", "4 # four", 0, false, 0 },
	{ "manifest_limit", "1024", FIELD(manifest_limit), true, 1024 },
	{ "manifest_limit", "1k", FIELD(manifest_limit), true, 1024 },
	{ "manifest_limit", "64m", FIELD(manifest_limit), true, 64 << 20 },
	{ "manifest_limit", "64M", FIELD(manifest_limit), true, 64 << 20 },
	{ "manifest_limit", "65m", 0, false, 0 },
	{ "manifest_limit", "1g", 0, false, 0 },
	{ "manifest_limit", "1023", 0, false, 0 },
	{ "manifest_limit", "m", 0, false, 0 },
	{ "manifest_limit", "4mb", 0, false, 0 },
	{ "manifest_limit", "4 m", 0, false, 0 },
	{ "manifest_limit", "4kk", 0, false, 0 },
	{ "manifest_depth", "4", FIELD(manifest_depth), true, 4 },
	{ "manifest_depth", "32", FIELD(manifest_depth), true, 32 },
	{ "manifest_depth", "3", 0, false, 0 },
	{ "manifest_depth", "33", 0, false, 0 },
	{ "manifest_descriptors", "1", FIELD(manifest_descriptors), true, 1 },
	{ "manifest_descriptors", "4096", FIELD(manifest_descriptors), true, 4096 },
	{ "manifest_descriptors", "0", 0, false, 0 },
	{ "manifest_descriptors", "4097", 0, false, 0 },
	{ "blob_limit", "0", FIELD(blob_limit), true, 0 },
	{ "blob_limit", "10G", FIELD(blob_limit), true, 10ull << 30 },
	{ "blob_limit", "2t", FIELD(blob_limit), true, 2ull << 40 },
	{ "blob_limit", "8388607t", FIELD(blob_limit), true, 8388607ull << 40 },
	{ "blob_limit", "8388608t", 0, false, 0 },
	{ "blob_limit", "9223372036854775807", FIELD(blob_limit), true, INT64_MAX },
	{ "blob_limit", "9223372036854775808", 0, false, 0 },
	{ "blob_limit", "18446744073709551617", 0, false, 0 },
	{ "blob_limit", "99999999999999999999999k", 0, false, 0 },
	{ "blob_limit", "1h", 0, false, 0 },
	{ "reserve", "0", FIELD(reserve), true, 0 },
	{ "reserve", "5g", FIELD(reserve), true, 5ull << 30 },
	{ "reserve", "5%", 0, false, 0 },
	{ "lock_wait", "0", FIELD(lock_wait), true, 0 },
	{ "lock_wait", "30s", FIELD(lock_wait), true, 30 },
	{ "lock_wait", "1h", FIELD(lock_wait), true, 3600 },
	{ "lock_wait", "61m", 0, false, 0 },
	{ "lock_wait", "1k", 0, false, 0 },
	{ "upload_expiry", "1m", FIELD(upload_expiry), true, 60 },
	{ "upload_expiry", "36H", FIELD(upload_expiry), true, 36 * 3600 },
	{ "upload_expiry", "366d", FIELD(upload_expiry), true, 366 * 86400 },
	{ "upload_expiry", "367d", 0, false, 0 },
	{ "upload_expiry", "59", 0, false, 0 },
	{ "upload_expiry", "1w", 0, false, 0 },
	{ "upload_sessions", "1000000", FIELD(upload_sessions), true, 1000000 },
	{ "upload_sessions", "0", 0, false, 0 },
	{ "sparse", "no", FIELD(sparse), true, SPARSE_NO },
	{ "sparse", "index", FIELD(sparse), true, SPARSE_INDEX },
	{ "sparse", "all", FIELD(sparse), true, SPARSE_ALL },
	{ "sparse", "yes", 0, false, 0 },
	{ "warning", "tab\tulator", 0, false, 0 },
	{ "warning", "gr\xc3\xbc\xc3\x9f" "e", 0, false, 0 },
	{ "warning", "\x7f", 0, false, 0 },
	{ "remote_user", "no", FIELD(remote_user), true, 0 },
	{ "tokens", "bearer", 0, false, 0 },
	{ "token_lifetime", "60", FIELD(token_lifetime), true, 60 },
	{ "token_lifetime", "1d", FIELD(token_lifetime), true, 86400 },
	{ "token_lifetime", "59", 0, false, 0 },
	{ "token_lifetime", "2d", 0, false, 0 },
	{ "access", "relative", 0, false, 0 },
	{ "access", "", 0, false, 0 },
	{ "htpasswd", "relative", 0, false, 0 },
	{ "token_keys", "relative", 0, false, 0 },
	{ "token_realm", "/v2/token", 0, false, 0 },
	{ "token_realm", "ftp://r.example/", 0, false, 0 },
	{ "token_realm", "https://r.example/\"", 0, false, 0 },
	{ "token_service", "", 0, false, 0 },
	{ "token_service", "two words", 0, false, 0 },
	{ "token_service", "a\\b", 0, false, 0 },
	{ "issuer_keys", "relative", 0, false, 0 },
	{ "immutable", "a/b", 0, false, 0 },
	{ "immutable", "{user}", 0, false, 0 },
	{ "immutable", "v[0-9]", 0, false, 0 },
	{ "read_only_file", "relative", 0, false, 0 },
	{ "storage", "relative", 0, false, 0 },
	{ "storage", "", 0, false, 0 },
};

static unsigned long long number_at(size_t field)
{
	unsigned long long number;

	memcpy(&number, (const char *)&settings + field, sizeof(number));
	return number;
}

/* Every value in a file and in the environment, where it means the same. */
static void test_values(void)
{
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		const char *file = arena_printf(&arena, "# first\n%s = %s\n", values[i].key,
						values[i].value);
		char *variable = arena_printf(&arena, "HYTHE_%s=%s", values[i].key,
					      values[i].value);
		bool from_file = read_text(file, NULL);
		const char *place = arena_printf(&arena, "%s/conf:2: ", scratch_path);

		is_number(from_file, values[i].good, variable);
		if (from_file)
			is_number((long long)number_at(values[i].field),
				  (long long)values[i].number, "it is read");
		else
			ok(strstr(said, place) && strstr(said, values[i].key), "and where is said");
		ok(!from_file || !*said, "nothing is said of what is good");

		for (char *c = variable; *c != '='; c++)
			*c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
		is_number(read_text("", variable), values[i].good, variable);
		if (values[i].good)
			is_number((long long)number_at(values[i].field),
				  (long long)values[i].number, "it is read");
		else
			ok(strstr(said, arena_copy(&arena, variable, strcspn(variable, "="))) !=
			   NULL, "and which is said");
	}
}

int main(void)
{
	arena_init(&arena);
	scratch_make();
	test_values();
	scratch_remove();
	arena_reset(&arena);
	return done_testing();
}
