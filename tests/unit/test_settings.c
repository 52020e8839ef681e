/* test_settings.c - settings.h
 * SPDX-License-Identifier: ISC */
#include "settings.h"

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "manifest_put.h"
#include "scratch.h"
#include "tap.h"

static struct arena arena;
static struct settings settings;
static const char *said;

/* Read the scratch's file `conf` and this environment, NULL at its end. */
static bool read_all(const char *const *variables)
{
	char *environment[8] = { arena_printf(&arena, "HYTHE_CONFIG=%s/conf", scratch_path) };
	size_t count = 1;
	bool good;

	for (; variables && *variables; variables++)
		environment[count++] = arena_copy(&arena, *variables, strlen(*variables));
	scratch_listen();
	good = settings_read(&settings, &arena, environment);
	said = scratch_said();
	return good;
}

static bool read_text(const char *text, const char *variable)
{
	const char *variables[] = { variable, NULL };

	scratch_put("conf", text);
	return read_all(variables);
}

static bool is_usual(void)
{
	return settings.sendfile == SENDFILE_NONE && settings.open == 0 &&
	       settings.delete_allowed == 1 && settings.read_only == 0 && settings.durable == 1 &&
	       settings.threads == 16 && settings.manifest_limit == 4 << 20 &&
	       settings.manifest_depth == 32 && settings.manifest_descriptors == 4096 &&
	       settings.blob_limit == 0 && settings.reserve == 64 << 20 &&
	       settings.lock_wait == 10 &&
	       settings.upload_expiry == 7 * 86400 && settings.upload_sessions == 1000 &&
	       settings.sparse == SPARSE_INDEX && !settings.warning &&
	       settings.storage[0] == '/' && settings.remote_user == 0 && settings.tokens == 0 &&
	       settings.token_lifetime == 300;
}

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

static void test_files(void)
{
	static const struct {
		const char *text;
		bool good;
		unsigned line, threads;
	} cases[] = {
		{ "", true, 0, 16 },
		{ "\n\n", true, 0, 16 },
		{ "# threads = 3\n", true, 0, 16 },
		{ "  \t # threads = 3\n", true, 0, 16 },
		{ "threads=3", true, 0, 3 },
		{ "threads = 3\n", true, 0, 3 },
		{ " \tthreads\t =\t3 \t\r\n", true, 0, 3 },
		{ "threads = 3\r\n\r\nopen = yes\r\n", true, 0, 3 },
		{ "threads = 3\nthreads = 4\n", true, 0, 4 },
		{ "threads\n", false, 1, 0 },
		{ "\nthreads 3\n", false, 2, 0 },
		{ "threads = 3 threads = 4\n", false, 1, 0 },
		{ "= 3\n", false, 1, 0 },
		{ "=\n", false, 1, 0 },
		{ "threads =\n", false, 1, 0 },
		{ "Threads = 3\n", false, 1, 0 },
		{ "thread = 3\n", false, 1, 0 },
		{ "threadss = 3\n", false, 1, 0 },
		{ "config = /etc/passwd\n", false, 1, 0 },
		{ "open = yes\n\n# x\nnonsense = 1\n", false, 4, 0 },
		{ "[hythe]\nthreads = 3\n", false, 1, 0 },
		{ "threads = 3\nopen = \x1b[2J\n", false, 2, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool good = read_text(cases[i].text, NULL);

		is_number(good, cases[i].good, "file");
		if (good)
			is_number((long long)settings.threads, cases[i].threads, "its threads");
		else
			ok(strstr(said, arena_printf(&arena, "%s/conf:%u: ", scratch_path,
						     cases[i].line)) && !strchr(said, '\x1b'),
			   "said of line %u: %s", cases[i].line, strchr(said, ':'));
	}
	ok(read_text("", NULL) && is_usual(), "an empty file is what is usual");
	ok(!read_text("a = 1\nthreads = 0\nb = 2\nthreads = 5\n", NULL), "many faults");
	ok(strstr(said, "conf:1:") && strstr(said, "conf:2:") && strstr(said, "conf:3:") &&
	   !strstr(said, "conf:4:"), "each of them is said");
}

static void test_storage(void)
{
	char path[1100] = "storage = /", *start = path + strlen("storage = ");

	ok(read_text("storage = /srv/a b\n", NULL), "a storage root with a space");
	is_text(settings.storage, "/srv/a b", "is read");
	ok(read_text("storage = /srv/a=b\n", NULL), "one with an equals sign");
	is_text(settings.storage, "/srv/a=b", "is read");
	memset(start + 1, 'x', 1022);
	ok(read_text(path, NULL), "1,023 bytes");
	is_text(settings.storage, start, "are read");
	start[1023] = 'x';
	ok(!read_text(path, NULL), "1,024 bytes are too many");
}

static void test_warning(void)
{
	char text[1100] = "warning = ", *start = text + strlen(text);

	ok(read_text("warning = the \"disk\" is = 90% full; \\o/ ~\n", NULL), "a warning");
	is_text(settings.warning, "the \"disk\" is = 90% full; \\o/ ~", "is kept as it stands");
	ok(read_text("warning = one\n", "HYTHE_WARNING="), "an empty one");
	is_text(settings.warning, NULL, "is none");
	memset(start, 'x', 1000);
	ok(read_text(text, NULL), "1,000 bytes");
	is_text(settings.warning, start, "are kept");
	start[1000] = 'x';
	ok(!read_text(text, NULL), "1,001 bytes are too many");
}

static void test_texts(void)
{
	static const char file[] =
		"access = /etc/hythe/access\nhtpasswd = /etc/hythe/htpasswd\ntokens = yes\n"
		"token_realm = https://r.example/token\ntoken_service = r.example\n"
		"token_keys = /etc/hythe/keys\nissuer = https://other.example\n"
		"issuer_keys = /etc/hythe/jwks\nimmutable = v* \t release-?\n"
		"read_only_file = /run/hythe/maintenance\n";
	const struct {
		const char *name, *const *field, *usual, *set;
	} texts[] = {
		{ "access", &settings.access, NULL, "/etc/hythe/access" },
		{ "htpasswd", &settings.htpasswd, NULL, "/etc/hythe/htpasswd" },
		{ "token_realm", &settings.token_realm, NULL, "https://r.example/token" },
		{ "token_service", &settings.token_service, "hythe", "r.example" },
		{ "token_keys", &settings.token_keys, NULL, "/etc/hythe/keys" },
		{ "issuer", &settings.issuer, NULL, "https://other.example" },
		{ "issuer_keys", &settings.issuer_keys, NULL, "/etc/hythe/jwks" },
		{ "immutable", &settings.immutable, NULL, "v* \t release-?" },
		{ "read_only_file", &settings.read_only_file, NULL, "/run/hythe/maintenance" },
	};

	read_text("", NULL);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		is_text(*texts[i].field, texts[i].usual, texts[i].name);
	ok(!settings_have_logins(&settings), "nobody can log in");
	ok(read_text(file, NULL), "a file");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		is_text(*texts[i].field, texts[i].set, texts[i].name);
	ok(settings_have_logins(&settings), "somebody can log in");
	ok(read_text(file, "HYTHE_IMMUTABLE=") && !settings.immutable, "it can be taken back");
}

/* What needs something else that is not there. */
static void test_incomplete(void)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{ "htpasswd = /h\n", "need access" },
		{ "remote_user = yes\n", "need access" },
		{ "tokens = yes\n", "need access" },
		{ "access = /a\n", NULL },
		{ "access = /a\nhtpasswd = /h\nremote_user = yes\ntokens = yes\n", NULL },
		{ "access = /a\ntokens = yes\nissuer = i\n", "issuer_keys" },
		{ "access = /a\ntokens = yes\nissuer_keys = /k\n", "issuer_keys" },
		{ "access = /a\nissuer = i\nissuer_keys = /k\n", "needs tokens" },
		{ "access = /a\ntokens = yes\nissuer = i\nissuer_keys = /k\n", "token_service" },
		{ "access = /a\ntokens = yes\nissuer = i\nissuer_keys = /k\ntoken_service = hythe\n",
		  NULL },
		{ "hosts = many\ndurability = none\n", "durability = full" },
		{ "hosts = many\n", NULL },
		{ "hosts = one\ndurability = none\n", NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ok(read_text(cases[i].text, NULL) == !cases[i].said, "settings %zu", i);
		ok(cases[i].said ? strstr(said, cases[i].said) != NULL : !*said, "what is said");
	}
}

static void test_environment(void)
{
	const char *const several[] = {
		"PATH=/bin", "HYTHE_THREADS=5", "HYTHE_READ_ONLY=yes", "THREADS=7",
		"XHYTHE_THREADS=8", "HYTHE_STORAGE=/from/environment", NULL
	};
	const char *const broken[] = {
		"HYTHE_THREADS=x", "HYTHE_OPEN=maybe", "HYTHE_LOCK_WAIT=7", NULL
	};

	scratch_put("conf", "threads = 3\nread_only = no\nopen = yes\nstorage = /from/file\n");
	ok(read_all(several), "file and environment");
	ok(settings.threads == 5 && settings.read_only == 1, "the environment wins");
	ok(settings.open == 1, "what it does not say is the file's");
	is_text(settings.storage, "/from/environment", "its storage root");
	is_text(said, "", "nothing is said");
	ok(!read_all(broken), "bad values in the environment");
	ok(strstr(said, "HYTHE_THREADS") && strstr(said, "HYTHE_OPEN"), "each of them is said");
	ok(read_text("", "HYTHE_COLOUR=red") && is_usual(), "an unknown variable is no fault");
	ok(strstr(said, "HYTHE_COLOUR") != NULL, "but is said");
	ok(read_text("", "HYTHE_A_VARIABLE_WHOSE_NAME_IS_LONGER_THAN_ANY_SETTING=red") &&
	   is_usual(), "nor is one with a long name");
	ok(strstr(said, "HYTHE_A_VARIABLE") != NULL, "and is said as well");
	ok(read_text("", "HYTHE_THREADS") && is_usual(), "a variable without a value is none");
	ok(!read_text("threads = 0\n", "HYTHE_THREADS=5"), "a bad file stays bad");
}

static void test_unreadable(void)
{
	static char big[65537];

	unlinkat(scratch, "conf", 0);
	ok(!read_all(NULL), "a file that was named must be there");
	ok(strstr(said, "/conf'") != NULL, "its path is said");
	scratch_must(mkdirat(scratch, "conf", 0755) == 0, "mkdir");
	ok(!read_all(NULL) && *said, "a directory is no file");
	unlinkat(scratch, "conf", AT_REMOVEDIR);

	scratch_put_bytes("conf", "threads = 3\n\0open = yes\n", 24);
	ok(!read_all(NULL) && *said, "a NUL is refused");
	scratch_put_bytes("conf", "\0", 1);
	ok(!read_all(NULL) && *said, "a NUL alone too");
	memset(big, '\n', sizeof(big));
	memcpy(big + 65536 - 11, "threads = 3", 11);
	scratch_put_bytes("conf", big, 65536);
	ok(read_all(NULL), "64 KiB are read");
	is_number((long long)settings.threads, 3, "to the last byte");
	scratch_put_bytes("conf", big, 65537);
	ok(!read_all(NULL) && *said, "one more is refused");
}

int main(void)
{
	arena_init(&arena);
	scratch_make();
	test_values();
	test_files();
	test_storage();
	test_warning();
	test_texts();
	test_incomplete();
	test_environment();
	test_unreadable();
	scratch_remove();
	arena_reset(&arena);
	return done_testing();
}
